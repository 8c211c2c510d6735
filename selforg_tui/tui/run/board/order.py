"""Which agents the board shows, and in which order."""

from __future__ import annotations

import re
from typing import Literal

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, SeatStatus, SessionState, TaskState
from selforg_tui.metrics.effort import tally
from selforg_tui.tui.run.surface.cells import flat
from selforg_tui.tui.run.view import AFTERWARDS, SIGNS, kind_of

Order = Literal["turn", "status", "role", "model", "cost"]
ORDERS: tuple[Order, ...] = ("turn", "status", "role", "model", "cost")
BY_STATUS: tuple[SeatStatus, ...] = ("deciding", "failed", "in", "waiting", "out", "left out", "removed")
"""Whom one looks for comes first."""
ALSO: dict[SeatStatus, str] = {"out": "stayed out abstained", "left out": "abstained", "in": "contributed"}
"""Other words for a status, by which people look for it."""


def arranged(state: SessionState, task: TaskState, order: Order, text: str = "") -> tuple[int, ...]:
    """Seats whose words hold all words of `text`, sorted; seats that are alike stay in the order of their numbers."""
    seats = (
        [seat for seat in task.seats.values() if matches(seat, text, ended=state.status is not None)]
        if text.strip()
        else task.seats.values()
    )
    if order == "turn":
        return tuple(seat.seat for seat in seats)
    return tuple(seat.seat for seat in sorted(seats, key=lambda seat: _rank(state, seat, order)))


def matches(seat: SeatState, text: str, *, ended: bool = False) -> bool:
    """Whether each word of `text` is the seat's number, or begins a word of its status, its role or its model."""
    word = SIGNS[seat.status][1]
    said = [
        AFTERWARDS.get(seat.status, word) if ended else word,
        ALSO.get(seat.status, ""),
        SIGNS["removed"][1] if seat.removed else "",
        _role(seat),
        flat(seat.model),
    ]
    spoken = "\n".join(said).lower()
    numbers = (str(seat.seat), label(seat.seat))
    return all(word in numbers or re.search(rf"(?<!\w){re.escape(word)}", spoken) for word in text.lower().split())


def _role(seat: SeatState) -> str:
    """The role that it has, or means to have: who stays out has none."""
    return "" if seat.status in ("out", "left out", "failed") else flat(seat.role)


def _rank(state: SessionState, seat: SeatState, order: Order) -> tuple[bool | int, str | float, str | int]:
    match order:
        case "status":
            return BY_STATUS.index(seat.status), 0.0, 0
        case "role":
            role = _role(seat).lower()
            return not role, kind_of(role), role
        case "model":
            return not seat.model, flat(seat.model), 0
        case _:
            return dearest(state, seat)


def dearest(state: SessionState, seat: SeatState) -> tuple[int, float, int]:
    """Sorts the dearest first: by real money, then by imaginary money, then by tokens where no price is known, then those without any."""
    total = tally(state.calls[call] for call in seat.calls)
    tokens = total.input + total.output
    cost = total.known_cost
    if not total.calls or cost is None:
        return (2 if tokens else 3), -float(tokens), 0
    return int(total.all_imaginary), -cost, -tokens
