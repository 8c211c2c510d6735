"""What an agent gave, and on what ground: plain while it comes, with its marks drawn once it is there."""

from __future__ import annotations

from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import SeatState
from selforg_tui.tui.run.agent.streamed import fields
from selforg_tui.tui.run.agent.words import NOT_ASKED, built_on, paragraphs, problem_of, said
from selforg_tui.tui.run.judge.verdict import verdict
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.markdown import markdown
from selforg_tui.tui.run.view import View


def contribution(view: View, width: int) -> list[Line]:
    """What the agent gave, and on what ground."""
    if view.chosen == JUDGE_SEAT:
        return verdict(view, width)
    seat = view.seat
    if seat is None:
        return [((" Nobody is chosen.", "dim"),)]
    lines: list[Line] = []
    if seat.status == "deciding":
        return _arriving(view, seat, width)
    if seat.assignment is not None:
        lines += said("assigned", f"{seat.assignment.role}. {seat.assignment.brief}", width)
    if seat.intention and seat.status != "in":
        lines += said("intends", seat.intention, width)
    if seat.reason:
        lines += said("because" if seat.status != "failed" else "problem", seat.reason, width)
    lines += built_on(view, seat, width)
    if seat.contribution:
        lines += [(), *(((" ", "plain"), *line) if line else () for line in markdown(seat.contribution, width - 2))]
    if seat.removed:
        lines += [*([()] if lines else []), *said("removed", _how_removed(view, seat), width, "warn")]
    if seat.status == "waiting":
        lines.append(NOT_ASKED)
    return lines


def _how_removed(view: View, seat: SeatState) -> str:
    shock = next((shock for shock in view.state.shocks if not shock.model and seat.seat in shock.seats), None)
    return f"In task {shock.task}: {shock.text}" if shock is not None else ""


def _arriving(view: View, seat: SeatState, width: int) -> list[Line]:
    call = view.state.calls[seat.calls[-1]]
    if view.trying_again(seat) is not None:
        return [((" ◐ waits before it is asked again", "warn"),), *said("problem", problem_of(call), width)]
    found = fields(call.text)
    lines: list[Line] = []
    if found.get("role"):
        lines += said("role", found["role"], width)
    if found.get("reason"):
        lines += said("because", found["reason"], width)
    text = found.get("contribution") or found.get("intention") or ("" if found else call.text)
    if text:
        lines += [(), *paragraphs(text, width)]
    if lines:
        return lines
    lines = [((" ◐ thinking …", "deciding"),), *said("sees", " ".join(call.sees) or "nothing of the others", width)]
    if call.purpose == "retry" and len(seat.calls) > 1:
        lines += said("again", f"because the call before failed: {view.state.calls[seat.calls[-2]].problem}", width)
    return lines
