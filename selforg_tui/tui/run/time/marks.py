"""What is worth finding in a session: when it was, its glyph, and what it is in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selforg_tui.core.ids import label
from selforg_tui.core.state import Moment, SeatState, SessionState, TaskState
from selforg_tui.tui.run.view import SIGNS

JUDGED = ("★", "title")
FIRST_OUT, FIRST_LINK, BEGIN = "◎", "↳", "┃"
MOMENTS: dict[Moment, tuple[str, str, str]] = {
    "slowed": ("≈", "warn", "slowed down"),
    "near": ("▲", "warn", "limit near"),
    "limit": ("■", "failed", "limit reached"),
    "shock": ("↯", "warn", "shock"),
}
"""A provider that takes no more for now, a limit that is near, one that is reached, a shock: glyph, style and words."""
RANKS = (BEGIN, "·", "●", "○", "≈", "✗", FIRST_LINK, FIRST_OUT, "▲", "■", "★", "↯")
"""Where marks fall into one cell, the later of these stays."""


class Mark(NamedTuple):
    """Something worth finding on the line."""

    at: float
    glyph: str
    style: str
    words: str = ""
    seat: int | None = None
    telling: bool = False
    """One that is jumped to; the others are dots that show the pace."""


def marks(state: SessionState) -> list[Mark]:
    """When seats came in, stayed out or failed, when tasks began and judges spoke, when limits or providers set bounds, and shocks.

    The first abstention and the first dependency of each task are marked apart.
    """
    found = [Mark(at, glyph, style, words, telling=True) for at, moment in state.moments for glyph, style, words in [MOMENTS[moment]]]
    for task in state.tasks:
        found.append(Mark(task.started, BEGIN, "rest", f"task {task.number} begins", telling=True))
        found += _of_seats(task)
        found += [
            Mark(one.at, *JUDGED, "verdict" if one.scores else "no verdict", telling=True) for one in task.verdicts.values() if one.at
        ]
    return found


def ordered(task: TaskState) -> list[SeatState]:
    """The seats that came to an outcome which stands, in the order in which they did."""
    settled = [seat for seat in task.seats.values() if seat.settled is not None and seat.status in ("in", "out", "left out", "failed")]
    return sorted(settled, key=lambda seat: (seat.settled, seat.version))


def next_mark(found: Sequence[Mark], at: float, by: int) -> Mark | None:
    """The nearest telling mark after `at`, or before it for a negative `by`; None where there is none."""
    ahead = [mark for mark in found if mark.telling and (mark.at > at if by > 0 else mark.at < at)]
    return (min if by > 0 else max)(ahead, key=lambda mark: mark.at, default=None)


def mark_at(found: Sequence[Mark], at: float) -> Mark | None:
    """The highest telling mark of exactly this moment."""
    here = [mark for mark in found if mark.telling and mark.at == at]
    return max(here, key=lambda mark: RANKS.index(mark.glyph), default=None)


def _of_seats(task: TaskState) -> Iterator[Mark]:
    builders = {edge.child for edge in task.edges if edge.kind == "depends"}
    nobody_out = nobody_built = True
    for seat in ordered(task):
        at, name = seat.settled or 0.0, label(seat.seat)
        glyph, _, style = SIGNS[seat.status]
        if seat.status == "out" and nobody_out:
            nobody_out = False
            yield Mark(at, FIRST_OUT, style, f"{name} is the first to stay out", seat.seat, True)
        elif seat.status == "failed":
            yield Mark(at, glyph, style, f"{name} failed", seat.seat, True)
        elif seat.status == "in" and seat.seat in builders and nobody_built:
            nobody_built = False
            yield Mark(at, FIRST_LINK, "parent", f"{name} is the first to build on another", seat.seat, True)
        elif seat.status in ("in", "out"):
            yield Mark(at, glyph, style, f"{name} {'contributed' if seat.status == 'in' else 'stayed out'}", seat.seat)
