"""What the sides of an agent share: named facts, paragraphs, the line that heads a call."""

from __future__ import annotations

from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT, label
from selforg_tui.core.state import CallState, SeatState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import OUTCOMES
from selforg_tui.tui.run.surface.cells import Line, flat, wrap
from selforg_tui.tui.run.view import View

NOT_ASKED: Line = ((" It has not been asked yet.", "dim"),)


def who(view: View) -> str:
    """`02 clinical continuity planner`, or `Judge`."""
    if view.chosen == JUDGE_SEAT:
        return "Judge"
    if view.chosen == WRITER_SEAT:
        return "Write-up"
    seat = view.seat
    taken = seat is not None and seat.status not in ("out", "left out", "failed")  # who stays out has no role, whatever it thought of
    return " ".join(filter(None, (label(view.chosen), flat(seat.role) if seat is not None and taken else "")))


def said(name: str, text: str, width: int, style: str = "plain") -> list[Line]:
    """A named fact, its further lines below its first."""
    first, *rest = wrap(flat(text), width - 12) or [""]
    return [((f" {name:<9} ", "dim"), (first, style)), *(((" " * 11, "dim"), (line, style)) for line in rest)]


def paragraphs(text: str, width: int, style: str = "plain") -> list[Line]:
    """A text as it came."""
    return [((" " + line, style),) for line in wrap(text, width - 3)]


def call_line(call: CallState) -> Line:
    """Which call it is: its name, what was asked, and how it ended where it ended badly."""
    word = {
        "plan": "plan",
        "intend": "intention",
        "signal": "signal",
        "rate": "ratings",
        "contribute": "decision",
        "judge": "verdict",
        "write-up": "write-up",
    }[call.kind]
    again = {
        "first": "",
        "repair": " · asked once more, the reply could not be read",
        "retry": " · tried again",
        "warm-up": " · warm-up, fills the cache",
    }[call.purpose]
    ended = effort.outcome(call)
    bad = f"  {OUTCOMES.get(ended, ended)}" if ended else ""
    return ((f" {flat(str(call.id))}", "title"), (f"  {word}{again}", "dim"), (bad, "failed"))


def problem_of(call: CallState) -> str:
    """Why a call failed, and when it is tried again."""
    return call.problem + (f" Next try after {call.retry_in:.1f} s." if call.retry_in is not None else "")


def built_on(view: View, seat: SeatState, width: int) -> list[Line]:
    """Whose outputs it says it needed, and what of them."""
    task = view.task
    edges = [edge for edge in task.edges if edge.child == seat.seat and edge.kind == "depends"] if task else []
    lines: list[Line] = []
    for edge in sorted(edges, key=lambda edge: not edge.essential):
        role = flat(task.seats[edge.parent].role) if task and edge.parent in task.seats else ""
        used = f": “{edge.used}”" if edge.used else ""
        lines += said("built on" if not lines else "", f"{label(edge.parent)} {role}{used}", width, "parent")
    return lines
