"""The write-up: one readable text that a model made of a solution afterwards. It says so itself, and claims nobody's passages."""

from __future__ import annotations

from selforg_tui.core.state import TaskState
from selforg_tui.tui.run.surface.cells import Line, flat, wrap
from selforg_tui.tui.run.surface.markdown import markdown


def write_up(task: TaskState) -> str:
    """The write-up of a task's solution; empty where there is none."""
    found = getattr(task, "write_up", "")
    return found if isinstance(found, str) else ""


def written_up(task: TaskState, width: int) -> list[Line]:
    """The write-up in lines of at most `width` cells, below the words that say what it is."""
    model = flat(str(getattr(task, "write_up_by", ""))) or "a model"
    said = f"A write-up by {model}, made of the solution; never judged."
    text = [((" ", "plain"), *line) for line in markdown(write_up(task), width - 2)]
    return [*(((f" {line}", "warn"),) for line in wrap(said, width - 2)), (), *text]
