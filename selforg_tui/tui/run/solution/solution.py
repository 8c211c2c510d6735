"""The solution as it stands: the contributions in order, each under the name of who gave it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.core.ids import label
from selforg_tui.tui.run.surface.cells import Line, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View


class Solution(Panel):
    """Plain text; what a model wrote is never taken for markup. Says first what is missing."""

    HELP = "The contributions in the order of seats. The judge reads the same text without the headings."
    pause = 0.5

    def key(self, view: View) -> Hashable:
        return (view.task.number, view.task.version, view.state.status) if view.task else None

    def heading(self, view: View) -> str:
        return f"Solution ── {state_of(view)}"

    def body(self, view: View, width: int) -> Sequence[Line]:
        task = view.task
        lines: list[Line] = [((f" ! {line}", "failed"),) for line in wrap(missing(view), width - 4)] if missing(view) else []
        given = [seat for seat in task.seats.values() if seat.contribution] if task else []
        for seat in given:
            lines += [
                *([()] if lines else []),
                ((f" ── {label(seat.seat)} ", "parent"), (flat(seat.role), "title")),
                *(((" " + line, "strong" if line.startswith("#") else "plain"),) for line in wrap(seat.contribution, min(width - 2, 100))),
            ]
        return lines if given else [*lines, ((" Nothing has been contributed yet.", "dim"),)]


def state_of(view: View) -> str:
    """How whole it is, in words."""
    if view.task is None or view.task.ended is None:
        return "so far"
    return "with parts missing" if view.failed() else "complete"


def missing(view: View) -> str:
    """Which seats failed; empty where none did."""
    failed = view.failed()
    if not failed:
        return ""
    seats = ", ".join(label(seat) for seat in failed)
    return f"{len(failed)} of {len(view.task.seats) if view.task else 0} agents failed ({seats}): their parts are missing here."
