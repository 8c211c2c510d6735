"""The write-up: one readable text that a model made of a solution afterwards. It says so itself, and claims nobody's passages."""

from __future__ import annotations

from selforg_tui.core.state import TaskState
from selforg_tui.tui.run.surface.cells import Line, flat, wrap
from selforg_tui.tui.run.surface.markdown import markdown


def written_up(task: TaskState, width: int) -> list[Line]:
    """The write-up in lines of at most `width` cells, below the words that say what it is."""
    said = f"A write-up by {flat(task.written_by)}, made of the solution; never judged."
    text = [((" ", "plain"), *line) for line in markdown(task.write_up, width - 2)]
    return [*(((f" {line}", "warn"),) for line in wrap(said, width - 2)), (), *text]
