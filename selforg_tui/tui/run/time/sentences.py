"""What agents did, each in a plain sentence that says why it matters. The same for the narration and for the list of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from selforg_tui.core.ids import label
from selforg_tui.core.state import EdgeState, SeatState, SessionState, TaskState
from selforg_tui.tui.run.surface.cells import Span, flat
from selforg_tui.tui.run.time.marks import ordered
from selforg_tui.tui.run.view import SIGNS

JOINING = ("integrat", "synthes", "editor", "weaver", "coordinat", "reconcil")
"""Beginnings of words in roles of those who bring together what others did."""
TELLING_DEPTH = 3
"""From this depth on it is told that the hierarchy grows."""
TELLING_HUB = 3
"""With so many dependents somebody is a hub."""


class SoFar:
    """A task as it stood when each seat came to its outcome: fed in that order, it can say what was new."""

    def __init__(self, task: TaskState) -> None:
        self._task = task
        self._edges: dict[int, list[EdgeState]] = {}
        for edge in task.edges:
            self._edges.setdefault(edge.child, []).append(edge)
        self._depths: dict[int, int] = {}
        self._dependents = Counter[int]()
        self._hub: int | None = None
        self._ended = Counter[str]()

    def add(self, seat: SeatState, sees: Sequence[str] | None = None) -> list[str]:
        """Take notice of an outcome. Gives what is new by it, what matters most first; `sees`: labels of what it was shown."""
        self._ended[seat.status] += 1
        parents = self.parents(seat.seat)
        news: list[str] = []
        if seat.status == "in":
            news += self._grown(seat, parents)
        if seat.status == "in" and not parents and sees and len(self._depths) > 1:
            news.append("alone")
        if seat.status == "out" and self._ended["out"] == 1:
            news.append("first out")
        taking, done = sum(one.status != "removed" for one in self._task.seats.values()), self._ended.total()
        if taking > 3 and done == (taking + 1) // 2:
            news.append("half")
        return news

    def parents(self, seat: int) -> list[int]:
        """Whom it depends on, the essential one first."""
        found = [edge for edge in self._edges.get(seat, ()) if edge.kind == "depends"]
        return [edge.parent for edge in sorted(found, key=lambda edge: not edge.essential)]

    def origin(self, seat: int) -> int | None:
        """Of what it is a clone."""
        return next((edge.parent for edge in self._edges.get(seat, ()) if edge.kind == "clone"), None)

    def _grown(self, seat: SeatState, parents: list[int]) -> Iterator[str]:
        before = max(self._depths.values(), default=0)
        self._depths[seat.seat] = 1 + max((self._depths.get(parent, 0) for parent in parents), default=0)
        if parents and not self._dependents:
            yield "first link"
        self._dependents.update(parents)
        if self._depths[seat.seat] > before and before >= TELLING_DEPTH - 1:
            yield "deeper"
        most = self._dependents.most_common(2)
        leads = bool(most) and most[0][1] >= TELLING_HUB and (len(most) < 2 or most[0][1] > most[1][1])
        if leads and most[0][0] in parents and most[0][0] != self._hub:
            self._hub = most[0][0]
            yield "hub"

    def sentence(self, seat: SeatState, news: Sequence[str] = ()) -> Span:
        """What the seat that was added last did."""
        name, role, style = label(seat.seat), flat(seat.role) or "an agent without a role", SIGNS[seat.status][2]
        parents, origin = self.parents(seat.seat), self.origin(seat.seat)
        half = f" Half the team has spoken: {self._counts()}." if "half" in news else ""
        if seat.status == "in" and origin is not None:
            return f"{name} varies what {label(origin)} did, as {role}.{half}", style
        if seat.status == "in" and parents:
            return self._built(seat, parents, news, role) + half, style
        if seat.status == "in" and seat.assignment is not None:
            return f"{name} does its part of the plan as {role}.{half}", style
        if seat.status == "in":
            how = "saw the others and stands on its own" if "alone" in news else "contributes on its own"
            return f"{name} {how} as {role}.{half}", style
        if seat.status == "out":
            first = "First abstention: " if "first out" in news else ""
            return f"{first}{name} stays out: {flat(seat.reason) or 'no reason given'}{half}", style
        return of_seat(seat), style

    def _built(self, seat: SeatState, parents: list[int], news: Sequence[str], role: str) -> str:
        name, on = label(seat.seat), joined(parents)
        if "first link" in news:
            return f"{name} is the first to build on another: on {on}, as {role}."
        if "hub" in news:
            dependents = self._dependents[self._hub or 0]
            return f"{name} builds on {on}; {label(self._hub or 0)} is the hub now: {dependents} build on it."
        if "deeper" in news:
            return f"{name} builds on {on}; the hierarchy is now {self._depths[seat.seat]} deep."
        if len(parents) > 1 and any(word.startswith(JOINING) for word in role.lower().split()):
            return f"{name} saw {on} and became their {role}."
        return f"{name} built on {on} as {role}."

    def _counts(self) -> str:
        words = {"in": "in", "out": "out", "left out": "left out", "failed": "failed"}
        return ", ".join(f"{self._ended[status]} {word}" for status, word in words.items() if self._ended[status])


def outcomes(state: SessionState, task: TaskState) -> Iterator[tuple[SeatState, Span]]:
    """Every outcome of a task in order, with its sentence."""
    so_far = SoFar(task)
    for seat in ordered(task):
        yield seat, so_far.sentence(seat, so_far.add(seat, shown_to(state, seat)))


def latest(state: SessionState, task: TaskState) -> Span:
    """The sentence of the outcome that came last. Raises LookupError before the first."""
    *before, last = ordered(task)
    so_far = SoFar(task)
    for seat in before:
        so_far.add(seat)
    return so_far.sentence(last, so_far.add(last, shown_to(state, last)))


def shown_to(state: SessionState, seat: SeatState) -> tuple[str, ...]:
    """Labels of what an agent was shown last."""
    return state.calls[seat.calls[-1]].sees if seat.calls else ()


def of_seat(seat: SeatState) -> str:
    """What a seat that did not contribute is doing or came to."""
    name = label(seat.seat)
    match seat.status:
        case "left out":
            return f"{name} is left out: {flat(seat.reason) or 'the plan has no part for it'}"
        case "failed":
            return f"{name} failed: {flat(seat.reason)}"
        case "removed":
            return f"{name} is no longer in the team."
        case "deciding":
            return f"{name} is {'planning' if seat.step == 'plan' else 'rating' if seat.step.startswith('rate') else 'deciding'} …"
        case _:
            return f"{name} says what it intends: {flat(seat.intention)}" if seat.intention else f"{name} waits."


def joined(seats: Sequence[int]) -> str:
    """`02, 04 and 05`."""
    names = [label(seat) for seat in seats]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
