"""What the protocol lets an agent see, and what it hides."""

from __future__ import annotations

from selforg_tui.core.ids import label
from selforg_tui.tui.run.surface.cells import Line, cut, flat
from selforg_tui.tui.run.view import View


def x_ray(view: View, width: int) -> list[Line]:
    """What the chosen agent saw of the others, in clear; what it did not see is blacked out."""
    calls = view.calls(view.chosen)
    if not calls or view.task is None:
        return [((" It has not been asked yet.", "dim"),)]
    seen = set(calls[-1].sees)
    lines: list[Line] = []
    for seat in view.task.seats.values():
        text = cut(flat(seat.contribution), width - 6)
        clear = label(seat.seat) in seen
        lines.append(((f" {label(seat.seat)} ", "strong"), (text if clear else "▒" * len(text), "plain" if clear else "rest")))
    return lines
