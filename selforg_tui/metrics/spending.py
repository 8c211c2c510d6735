"""What a session spent when and on whom, how fast, and what staying out spared.

Real and imaginary money are never added: where a set of calls has both, or a price is unknown, their money is None and tokens tell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT
from selforg_tui.core.state import CallState, SessionState, Tally
from selforg_tui.metrics import effort


@dataclass(frozen=True, slots=True)
class Rate:
    """A minute's worth at the pace of the last `seconds`. Money as in `Spender`."""

    tokens: float
    usd: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Spender:
    """An agent over all tasks, the judge (seat 0), or who writes up (seat -1).

    `usd` is of one kind, real or imaginary; None where unknown or of both kinds.
    """

    seat: int
    tally: Tally
    usd: float | None
    share: float
    """Of the money of all where every price is known and of one kind, else of the tokens; in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Spared:
    """An estimate of what those who stayed out would have taken besides what they did."""

    out: int
    """Tokens that would have been written."""
    shown: int
    """Tokens of theirs that others would have been shown after them."""
    usd: float | None
    """At the prices of the calls concerned, input as if nothing were cached; None as in `Spender`."""


def ended(state: SessionState) -> list[CallState]:
    """Calls that took tokens, in the order in which they ended."""
    return sorted((call for call in state.calls.values() if call.usage is not None), key=end)


def version(state: SessionState) -> tuple[int, float, int]:
    """What `ended` depends on; cheap."""
    return (state.team.calls + state.judging.calls + state.writing.calls, state.working, len(state.calls))


def end(call: CallState) -> float:
    """When a call ended, in seconds of the session."""
    return call.started + (call.seconds or 0.0)


def tokens(call: CallState) -> int:
    """In and out."""
    return call.usage.input + call.usage.output if call.usage is not None else 0


def money(tally: Tally) -> float | None:
    """Its US dollars where they are known and all real or all imaginary, else None."""
    if tally.unpriced or not tally.calls or 0 < tally.imaginary < tally.calls:
        return None
    return tally.known_cost


def over_time(calls: Sequence[CallState], places: int) -> list[int]:
    """Tokens by the time at which calls ended, in so many equal parts of the time from 0 to the last end."""
    found = [0] * max(0, places)
    last = end(calls[-1]) if calls else 0.0
    if not found or last <= 0:
        return found
    for call in calls:
        found[min(places - 1, int(end(call) / last * places))] += tokens(call)
    return found


def rate(calls: Sequence[CallState], at: float, window: float | None) -> Rate | None:
    """The pace over the last `window` seconds before `at`, or since the start where that is less or None. None within a second."""
    seconds = at if window is None else min(window, at)
    if seconds < 1:
        return None
    first = bisect_left(calls, at - seconds, key=end) if seconds < at else 0
    tally = effort.tally(calls[first:])
    usd = money(tally) if tally.calls else None
    return Rate((tally.input + tally.output) * 60 / seconds, None if usd is None else usd * 60 / seconds, seconds)


def spenders(calls: Iterable[CallState]) -> list[Spender]:
    """All who took anything, the dearest first."""
    by_seat: dict[int, list[CallState]] = {}
    listed = [call for call in calls if call.usage is not None]
    for call in listed:
        by_seat.setdefault(call.id.seat, []).append(call)
    whole = effort.tally(listed)
    total = money(whole)
    found = []
    for seat, theirs in by_seat.items():
        tally = effort.tally(theirs)
        usd = money(tally)
        share = usd / total if total and usd is not None else (tally.input + tally.output) / max(1, whole.input + whole.output)
        found.append(Spender(seat, tally, usd, share))
    return sorted(found, key=lambda one: (-one.share, one.seat))


def spared(state: SessionState) -> Spared | None:
    """What staying out by own decision spared, at least about.

    In each task, with c the mean output tokens of its contributions: written less, c − what the abstaining reply took; shown less, c for
    each contribution asked for after it ended and shown anything. None without abstentions or without contributions to go by.
    """
    out, shown = 0.0, 0.0
    usd: float | None = 0.0
    imaginary: set[bool] = set()
    known = False
    for task in state.tasks:
        last = {seat.seat: state.calls[seat.calls[-1]] for seat in task.seats.values() if seat.calls}
        given = [call.usage.output for seat, call in last.items() if task.seats[seat].status == "in" and call.usage is not None]
        stayed = [call for seat, call in last.items() if task.seats[seat].status == "out" and call.usage is not None]
        if not given or not stayed:
            continue
        known, size = True, fmean(given)
        asked = sorted(call.started for call in last.values() if call.kind == "contribute" and call.sees)
        for call in stayed:
            less = max(0.0, size - (call.usage.output if call.usage else 0))
            after = size * (len(asked) - bisect_left(asked, end(call))) if call.kind == "contribute" else 0.0
            out, shown = out + less, shown + after
            if call.price is None:
                usd = None
            else:
                imaginary.add(call.price.imaginary)
                row = call.price.row(call.usage.input if call.usage else 0)
                usd = None if usd is None else usd + (less * row.output + after * row.input) / 1_000_000
    return Spared(round(out), round(shown), usd if len(imaginary) == 1 else None) if known else None


def by_stayers(state: SessionState) -> tuple[int, float] | None:
    """How often somebody stayed out by own decision, over all tasks, and the share of the team's tokens that deciding so took, in [0, 1].

    None where nobody did, and where no tokens are known.
    """
    stayed = [seat for task in state.tasks for seat in task.seats.values() if seat.status == "out"]
    took = sum(tokens(state.calls[name]) for seat in stayed for name in seat.calls)
    total = state.team.input + state.team.output
    return (len(stayed), took / total) if stayed and total else None


def judged(spender: Spender) -> bool:
    """True for the judge."""
    return spender.seat == JUDGE_SEAT


def wrote_up(spender: Spender) -> bool:
    """True for who turned solutions into readable texts."""
    return spender.seat == WRITER_SEAT


def reason(tally: Tally) -> str:
    """Why it costs what it does, in one sentence; empty before the first call."""
    total = tally.input + tally.output
    if not total:
        return ""
    given, cached = tally.input / total, tally.cached / tally.input if tally.input else 0.0
    hit = f"; {cached:.0%} of it came from a cache" if tally.cached else "; nothing of it came from a cache"
    if given >= 0.5:
        return f"Most of it is input: {given:.0%} of the tokens are what agents were shown{hit}.".replace("%", " %")
    thought = tally.reasoning / tally.output if tally.output else 0.0
    more = f", {thought:.0%} of that thinking" if tally.reasoning else ""
    return f"Most of it is output: {1 - given:.0%} of the tokens are what agents wrote{more}.".replace("%", " %")
