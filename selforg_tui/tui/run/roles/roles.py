"""Who was what, over all tasks: agents × tasks, a colour for each kind of role, as in the paper's Fig. 4."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.core.ids import label
from selforg_tui.tui.run.surface.cells import Line, cut, flat, right
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import SIGNS, View, family


class Roles(Panel):
    """A line for each agent, a column for each task."""

    HELP = "What each agent was in each task. Roles of a kind share a colour; × is an agent that stayed out."
    pause = 0.5

    def key(self, view: View) -> Hashable:
        task = view.state.task
        return (len(view.state.tasks), task.version if task else 0, view.chosen)

    def heading(self, view: View) -> str:
        return "Roles"

    def body(self, view: View, width: int) -> Sequence[Line]:
        if not view.state.tasks:
            return [((" Roles are listed once the first task has started.", "dim"),)]
        room = max(4, (width - 6) // len(view.state.tasks))
        lines: list[Line] = []
        for number in view.state.tasks[-1].seats:
            spans = []
            for task in view.state.tasks:
                seat = task.seats[number]
                glyph, word, style = SIGNS[seat.status]
                said = flat(seat.role) if seat.status == "in" else word
                spans.append((cut(f"{glyph} {said}", room - 1).ljust(room), family(seat.role) if seat.status == "in" else style))
            lines.append(((right(label(number), 4) + " ", "strong"), *spans))
        return lines
