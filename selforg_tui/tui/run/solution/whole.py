"""How whole a solution is, in words."""

from __future__ import annotations

from selforg_tui.core.ids import label
from selforg_tui.tui.run.view import View


def state_of(view: View) -> str:
    """Still growing, whole, or with gaps."""
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
