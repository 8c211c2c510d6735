"""The part of a session that must repeat on every machine and Python: decisions, solutions, scores, simulated token counts.

`python -m tests.golden.result` writes the digests anew, after a change of the simulated models or of a prompt.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.ids import digest
from selforg_tui.core.state import SessionState
from selforg_tui.protocols.registry import OURS
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

DIGESTS = Path(__file__).with_name("digests.json")
MISSION = "Move a regional hospital group to zero trust without stopping care"
TASKS = (Task("Review who may open the medicine cabinet software", "L1"), Task("Plan the first ward's move", "L3"))
RUNS = {
    **{name: RunConfig(MISSION, protocol=name, agents=8, seed=1) for name in OURS},
    "shared, two tasks": RunConfig(MISSION, TASKS, protocol="shared", agents=5, seed=2),
    "sixteen weak ones": RunConfig(MISSION, agents=16, models=(ModelSpec("sim", "weak"),), seed=3),
}


def result(state: SessionState) -> list[Any]:
    """What must repeat, by task."""
    return [
        {
            "seats": [[seat.status, seat.role, seat.reason, seat.contribution, seat.intention] for seat in task.seats.values()],
            "edges": [[edge.parent, edge.child, edge.kind, edge.used] for edge in task.edges],
            "solution": task.solution,
            "scores": {name: [score.score, score.rationale] for name, score in (task.scores or {}).items()},
            "tokens": [[call.usage.input, call.usage.output] for name in task.calls if (call := state.calls[name]).usage is not None],
        }
        for task in ([state.before] if state.before else []) + state.tasks
    ]


def digests() -> dict[str, str]:
    """A digest of the result of each run."""
    found = {}
    for name, config in RUNS.items():
        state = run_unwatched(config, keys=Keys({}), folder=None).state
        found[name] = digest(json.dumps(result(state), ensure_ascii=False, sort_keys=True))
    return found


if __name__ == "__main__":
    DIGESTS.write_text(json.dumps(digests(), indent=2) + "\n")
