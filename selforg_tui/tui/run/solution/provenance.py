"""The card beside (or below) the solution: where the passage under the cursor comes from."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.tui.run.solution.origin import brief
from selforg_tui.tui.run.solution.solution import Solution
from selforg_tui.tui.run.surface.cells import Line, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View, word_of


class Provenance(Panel, can_focus=False):
    """Follows the chosen agent; the cursor of the solution chooses it."""

    HELP = "Where the passage under the cursor comes from."

    def __init__(self, solution: Solution, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._solution = solution

    def again(self) -> None:
        """The solution has turned, perhaps while nothing else changes."""
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def key(self, view: View) -> Hashable:
        seat, task = view.seat, view.task
        about = (task.number, len(task.edges)) if task else None
        return (self._solution.as_one, view.chosen, seat.version if seat else 0, about, view.state.status)

    def heading(self, view: View) -> str:
        word = "" if self._solution.as_one else word_of(view)
        return "Where it comes from" + (f" ── {word}" if word not in ("", "in") else "")

    def body(self, view: View, width: int) -> Sequence[Line]:
        if self._solution.as_one:
            return [
                ((f" {line}", "dim"),)
                for line in wrap("A model made this text of all contributions. No passage is one agent's.", width - 2)
            ]
        return brief(view, width, self.size.height)
