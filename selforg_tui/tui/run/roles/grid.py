"""Who was what: agents × tasks, with a letter for each kind of role."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from selforg_tui.core.state import SeatState, SeatStatus, SessionState, TaskState
from selforg_tui.metrics import roles
from selforg_tui.metrics.measures import BY_NAME
from selforg_tui.tui.run.surface.cells import flat
from selforg_tui.tui.run.view import GONE, SIGNS, family, kind_of

LETTERS = string.ascii_lowercase + string.ascii_uppercase
OTHER = "*"
"""Of kinds for which no letter is left."""
MARKS: dict[SeatStatus, str] = {"out": "× ", "failed": "✗!", "left out": "◌ ", "deciding": "◐ ", "waiting": "· ", "removed": f"{GONE} "}
"""By status of who has no role, two cells; × for abstention as in the paper's Fig. 4."""
Order = Literal["seat", "kind", "times"]
ORDERS: dict[Order, str] = {"seat": "by seat", "kind": "by first kind of role", "times": "by times taken part"}


@dataclass(frozen=True, slots=True)
class Cell:
    """An agent in a task: `mark` takes two cells, `text` says it in words."""

    mark: str
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Roles whose last word is the same, over the session: how many were taken."""

    letter: str
    word: str
    style: str
    count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """By seat its cells, task by task; the kinds of roles, most frequent first; the names of roles and how often each was taken."""

    rows: dict[int, tuple[Cell, ...]]
    kinds: tuple[Kind, ...]
    names: tuple[tuple[str, int], ...]
    first: dict[int, str]
    """By seat, the kind of the first role it took; those who took none are not in it."""
    times: dict[int, int]
    """By seat, in how many tasks it took part."""


def grid(state: SessionState) -> Grid:
    """The session so far."""
    tasks = state.tasks
    seats = sorted(tasks[-1].seats) if tasks else []
    taken = [(seat, _named(task.seats[seat].role)) for task in tasks for seat in seats if task.seats[seat].contribution]
    counts = Counter(kind_of(role) for _, role in taken)
    letters = lettered(dict.fromkeys(kind_of(role) for _, role in taken))
    kinds = sorted(
        (Kind(letters[word], word, family(word), count) for word, count in counts.items()), key=lambda kind: (-kind.count, kind.word)
    )
    first: dict[int, str] = {}
    for seat, role in taken:
        first.setdefault(seat, kind_of(role))
    named = roles.names(role for _, role in taken)
    return Grid(
        {seat: tuple(cell(task.seats[seat], letters) for task in tasks) for seat in seats},
        tuple(kinds),
        tuple((raw.most_common(1)[0][0], raw.total()) for raw in named.values()),
        first,
        Counter(seat for seat, _ in taken),
    )


def cell(seat: SeatState, letters: dict[str, str]) -> Cell:
    """What an agent was in one task."""
    glyph, word, style = SIGNS[seat.status]
    if not seat.contribution:
        return Cell(MARKS.get(seat.status, f"{glyph} "), word, style)
    role = _named(seat.role)
    gone = GONE if seat.removed else glyph
    return Cell(gone + letters.get(kind_of(role), OTHER), role or "no role", family(role))


@lru_cache(4096)
def _named(role: str) -> str:
    return flat(role)


def lettered(words: Iterable[str]) -> dict[str, str]:
    """A letter for each word, in this order: its first, small or large, if that is free, else another of its own, else any that is."""
    found: dict[str, str] = {}
    free = dict.fromkeys(LETTERS)
    for word in words:
        own = (letter for letter in (*word[:1], *word[:1].upper(), *word) if letter in free)
        letter = next(own, None) or next(iter(free), OTHER)
        free.pop(letter, None)
        found[word] = letter
    return found


def ordered(of: Grid, order: Order) -> list[int]:
    """The seats from top to bottom; within a group by seat."""
    if order == "seat":
        return list(of.rows)
    if order == "times":
        return sorted(of.rows, key=lambda seat: (-of.times.get(seat, 0), seat))
    places = {kind.word: place for place, kind in enumerate(of.kinds)}
    return sorted(of.rows, key=lambda seat: (places.get(of.first.get(seat, ""), len(places)) if seat in of.first else len(places), seat))


def why_undefined(state: SessionState, name: str, task: TaskState | None = None) -> str:
    """Why a measure of roles has no value, in words; empty where it has one."""
    measure = BY_NAME[name]
    value = measure.task(state, task) if task is not None and measure.task else measure.session(state) if measure.session else None
    if value is not None:
        return ""
    if name != "role_persistence":
        return "nobody has taken a role"
    return "needs two tasks" if len(state.tasks) < 2 else "no agent took part twice"
