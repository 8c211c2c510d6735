"""What just happened, in a plain sentence."""

from __future__ import annotations

from selforg_tui.core.ids import JUDGE_SEAT, CallId, label
from selforg_tui.core.state import SeatState, SessionState, TaskState
from selforg_tui.tui.run.judge.quality import in_words
from selforg_tui.tui.run.surface.cells import Span, flat
from selforg_tui.tui.run.time.sentences import joined, latest, of_seat, shown_to
from selforg_tui.tui.run.view import SIGNS, View

TELLING = 4.0
"""Seconds for which it is told that a shock struck or a limit came near, before the team's doings are told again."""


def narrated(view: View) -> Span:
    """The sentence and its style."""
    state, task = view.state, view.task
    if task is None:
        return ("Getting ready …", "dim") if state.status is None else ending(state)
    if state.status is not None and state.task is task:
        return ending(state)
    if task.scores is not None:
        return _judged(task), "title"
    if task.ended is None and any(CallId.parse(name).seat == JUDGE_SEAT for name in task.calls):
        return "All have spoken. The judge reads the solution.", "deciding"
    moved = [seat for seat in task.seats.values() if seat.version]
    if not moved:
        return _of_shock(view, state) or (f"Task {task.number} begins.", "dim")
    told = _telling(moved)
    bounds = _of_shock(view, state) or _of_bounds(view, state) or _of_warm_up(state, told)
    return bounds or _of_next_try(view, moved) or _of_all(state, task, moved) or _of_one(state, task, told)


def _of_shock(view: View, state: SessionState) -> Span | None:
    """What happened to the team a moment ago."""
    shock = state.shocks[-1] if state.shocks else None
    if shock is None or view.at >= shock.t + TELLING:
        return None
    return f"Shock{'' if shock.planned else ' by hand'}: {flat(shock.text)}", "warn"


def _of_bounds(view: View, state: SessionState) -> Span | None:
    """A provider that takes no more just now, or a limit that came near a moment ago."""
    slowed = state.slowed
    if slowed is not None and view.at < slowed.t + slowed.seconds:
        calls = f"{slowed.at_once} call{'s' * (slowed.at_once != 1)}"
        return f"{flat(slowed.place)} takes no more for now: a pause of {slowed.seconds:.0f} s, then at most {calls} at once.", "warn"
    near = next((at for at, moment in reversed(state.moments) if moment == "near"), None)
    if near is not None and view.at < near + TELLING:
        return f"A limit is near: {flat(state.limit_near)} Who is still to be asked is told to wrap up.", "warn"
    return None


def _of_warm_up(state: SessionState, seat: SeatState) -> Span | None:
    if seat.status != "deciding" or not seat.calls or state.calls[seat.calls[-1]].purpose != "warm-up":
        return None
    return "A short call goes ahead, so that those after it find their long beginning in the provider's cache.", "deciding"


def _of_next_try(view: View, seats: list[SeatState]) -> Span | None:
    """Why somebody waits to be asked again, as long as nobody else has done anything since."""
    latest = max(seats, key=lambda seat: seat.version)
    failed = view.trying_again(latest)
    if failed is None:
        return None
    return f"{label(latest.seat)} is asked again after {failed.retry_in or 0:.1f} s: {flat(failed.problem)}", "warn"


def ending(state: SessionState) -> Span:
    """How the session ended; what failed comes first."""
    task = state.task
    said = f" {flat(state.ended)}" if state.ended else ""
    judged = f" {_judged(task)}" if task is not None and task.scores is not None else ""
    match state.status:
        case "done":
            return f"Done: all have spoken.{judged}", "in"
        case "done_with_failures":
            failed = [seat.seat for seat in task.seats.values() if seat.status == "failed"] if task is not None else []
            what = f"{joined(failed)} failed and left a gap" if failed else "there were failures"
            return f"Done, but {what}.{judged}", "failed"
        case "limit":
            return f"A limit was reached: {flat(state.limit) or 'nothing new was started'}{judged}", "warn"
        case "failed":
            why = (
                next((f" {flat(seat.reason)}" for seat in task.seats.values() if seat.status == "failed"), said)
                if task is not None
                else said
            )
            return f"Failed: no solution, because models failed.{why}", "failed"
        case "interrupted":
            return said.strip() or "Stopped before the end; what was done is kept.", "warn"
        case _:
            return "", "dim"


def _judged(task: TaskState) -> str:
    who = "The judge gives" if len(task.verdicts) < 2 else f"The court of {len(task.verdicts)} gives, by medians,"
    return f"{who} {in_words(task.scores)}."


def _of_all(state: SessionState, task: TaskState, moved: list[SeatState]) -> Span | None:
    """What all do at once, where nobody has come to an outcome yet that says more."""
    if any(seat.status in ("in", "out", "failed") for seat in moved):
        return None
    planned = [seat.seat for seat in task.seats.values() if seat.assignment is not None]
    left = sum(seat.status == "left out" for seat in moved)
    if planned:
        given = f"{len(planned)} role{'s' * (len(planned) != 1)}"
        return f"The plan is out: {given}{f'; {left} left out' if left else ''}. All write at once, each seeing its own part.", "deciding"
    asked = [seat for seat in moved if seat.status == "deciding"]
    if len(asked) < 2:
        return None
    steps = {seat.step for seat in asked}
    shown = any(shown_to(state, seat) for seat in asked)
    if steps == {"intend"}:
        return f"{len(asked)} agents say at once what they intend; none knows yet what another will say.", "deciding"
    if steps == {"contribute"} and any(seat.intention for seat in task.seats.values()):
        return f"All have said what they intend; now {len(asked)} write at once.", "deciding"
    if steps == {"contribute"} and not shown:
        return f"{len(asked)} agents decide at once; none sees what another writes.", "deciding"
    return None


def _of_one(state: SessionState, task: TaskState, told: SeatState) -> Span:
    """What somebody just did, or is doing."""
    if told.status in ("in", "out", "left out", "failed") and told.settled is not None:
        return latest(state, task)
    if told.status == "waiting":
        return of_seat(told), "dim"
    return of_seat(told), SIGNS[told.status][2]


def _telling(seats: list[SeatState]) -> SeatState:
    """Of the seats, the one whose last change tells most: a finished turn before one under way."""
    settled = [seat for seat in seats if seat.status not in ("deciding", "waiting")]
    return max(settled or seats, key=lambda seat: seat.version)
