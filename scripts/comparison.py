"""Run the four-way comparison and copy its table into docs/metrics.md: `python scripts/comparison.py [REPEATS]`.

Simulated models and fixed seeds: the same table on every machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selforg_tui.lab.comparison import Comparison
    from selforg_tui.lab.experiment import Experiment

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- comparison -->", "<!-- /comparison -->"
PROTOCOLS = ("sequential", "coordinator", "broadcast", "shared")
REPEATS = 30
SCORE_FROM = 2
"""Shared's memory is empty in the first task, so that all are scored from the second on."""


def four_ways(repeats: int = REPEATS) -> Experiment:
    """Four protocols, eight agents, two tasks of the first mission of the bank."""
    from selforg_tui.core.config import RunConfig
    from selforg_tui.lab.experiment import Group, experiment
    from selforg_tui.missions import bank

    mission = bank()[0]
    tasks = tuple(task for task in mission.tasks if task.level in ("L3", "L4"))[:2]
    groups = tuple(Group(name, RunConfig(mission=mission.mission, values=mission.values, tasks=tasks, protocol=name)) for name in PROTOCOLS)
    return experiment(groups, repeats, score_from=SCORE_FROM, keys=frozenset())


def compared(what: Experiment) -> Comparison:
    """Run what is missing of it, and compare."""
    from selforg_tui.lab.comparison import compare
    from selforg_tui.lab.runner import run
    from selforg_tui.settings.keys import Keys

    return compare(run(what, Keys({})).runs, score_from=what.score_from)


def page(text: str, what: Experiment, found: Comparison) -> str:
    """The page with this comparison between its markers. Raises ValueError where they are not there."""
    from selforg_tui.lab import table

    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{BEGIN} and {END} do not stand in the page.")
    config = what.groups[0].config
    words = [
        f"Mission: {config.mission}",
        "",
        *(f"{number}. ({task.level}) {task.text}" for number, task in enumerate(config.tasks, 1)),
        "",
        f"N = {config.agents}, {config.models[0].name}, judged by {config.judge.name if config.judge else 'nobody'}, "
        f"seeds {config.seed} to {config.seed + what.repeats - 1} in every group. "
        "Q, M, words, abstentions and depth are those of the second task: in the first, "
        "Shared's memory is empty. Tokens and cost are those of both tasks.",
        "",
        *table.markdown(table.groups(found)),
        "",
        *table.markdown(table.pairs(found)),
        "",
        table.method(found),
        "",
        *(f"- {sentence}" for sentence in table.sentences(found)),
    ]
    return "\n".join([before + BEGIN, *words, END]) + after


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    with tempfile.TemporaryDirectory(prefix="selforg-") as home:
        os.environ["SELFORG_TUI_HOME"] = home
        began = time.monotonic()
        what = four_ways(repeats)
        found = compared(what)
        spent = time.monotonic() - began
        PAGE.write_text(page(PAGE.read_text("utf-8"), what, found), "utf-8")
    print(f"{len(PROTOCOLS)} × {repeats} runs in {spent:.1f} s; {PAGE.name} is written.")


if __name__ == "__main__":
    main()
