"""How a team takes a shock: read off the log alone, from its `shock` events and the verdicts around them.

All of it is ours; the paper (arXiv:2603.28990) names index and recovery time without defining them. The task in which something
happened is the first one after it, since its solution is judged afterwards. What came between two shocks in different tasks is the
time after the one and before the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from selforg_tui.core.config import ShockKind
from selforg_tui.core.events import Shocked
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.metrics import quality

BACK = 0.95
"""Share of the earlier Q from which a team has recovered."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What one shock did. None where it is not known."""

    kind: ShockKind
    task: int
    text: str
    before: float | None
    """Mean Q of the judged tasks since the shock before it, or since the beginning."""
    seats: tuple[int, ...]
    """To whom it happened."""
    after: tuple[tuple[int, float | None], ...]
    """The recovery curve: by task, from that of the shock to the one before the next shock, Q / Q before."""
    index: float | None
    """Mean over the judged tasks after the shock of min(1, Q after / Q before), in [0, 1]."""
    tasks: int | None
    """Tasks until Q is back within 5 % of Q before: 0 where already the shock's own task was. None where it never was."""


def recoveries(state: SessionState) -> list[Recovery]:
    """Of each shock, in order of time."""
    at = sorted({shock.task for shock in state.shocks})
    return [_recovery(state.tasks, shock, at) for shock in state.shocks]


def resilience(state: SessionState) -> float | None:
    """Resilience index: mean over the shocks of their indices, in [0, 1]. None without a shock that has one."""
    return quality.mean([found.index for found in recoveries(state)])


def recovery_tasks(state: SessionState) -> int | None:
    """Recovery time in tasks: the longest of any shock, 0 or more. None without shocks, and where one was not recovered from so far."""
    found = [one.tasks for one in recoveries(state)]
    known = [tasks for tasks in found if tasks is not None]
    return max(known) if known and len(known) == len(found) else None


def shocks(*tasks: TaskState, of: Sequence[Shocked]) -> int:
    """How many shocks happened in these tasks."""
    numbers = {task.number for task in tasks}
    return sum(shock.task in numbers for shock in of)


def as_object(found: Recovery) -> dict[str, Any]:
    """For JSON."""
    return {
        "kind": found.kind,
        "task": found.task,
        "text": found.text,
        "seats": list(found.seats),
        "q_before": found.before,
        "after": [{"task": number, "share": share} for number, share in found.after],
        "index": found.index,
        "recovery_tasks": found.tasks,
    }


def _recovery(tasks: Sequence[TaskState], shock: Shocked, at: Sequence[int]) -> Recovery:
    since = max((number for number in at if number < shock.task), default=0)
    until = min((number for number in at if number > shock.task), default=len(tasks) + 1)
    before = quality.mean([quality.q(task.scores) for task in tasks if since <= task.number < shock.task])
    curve = tuple((task.number, _ratio(quality.q(task.scores), before)) for task in tasks if shock.task <= task.number < until)
    known = [ratio for _, ratio in curve if ratio is not None]
    back = next((number - shock.task for number, ratio in curve if ratio is not None and ratio >= BACK), None)
    return Recovery(
        shock.kind, shock.task, shock.text, before, shock.seats, curve,
        quality.mean([min(1.0, ratio) for ratio in known]), back,
    )  # fmt: skip


def _ratio(q: float | None, before: float | None) -> float | None:
    return None if q is None or not before else q / before
