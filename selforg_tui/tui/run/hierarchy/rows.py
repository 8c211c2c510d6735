"""Which lines of the tree are open: what was folded by hand, what is folded to fit, and the way to the chosen agent."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Literal

from selforg_tui.core.state import SeatStatus
from selforg_tui.tui.run.hierarchy.tree import Kind, Tree

Whole = Literal["fit", "open", "folded"]
WHOLE: tuple[Whole, ...] = ("fit", "open", "folded")
GATHER = 4
"""From so many on, agents that stand beside the tree and fared alike share one line."""
MUCH = 1.5
"""A tree that is higher than the room by this factor is folded until it fits."""
BRANCHES: dict[Kind, str] = {"depends": "─", "assigned": "┄", "clone": "≈"}


@dataclass(slots=True)
class Folds:
    """What somebody folded or opened by hand, in one task: everything, and then a subtree (by seat) or gathered agents (by status)."""

    whole: Whole = "fit"
    turned: dict[int | SeatStatus, bool] = field(default_factory=dict)
    """Whether it is to be open."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: of an agent (`seat`), of agents gathered (`seats`), or empty."""

    seat: int | None = None
    beside: SeatStatus | None = None
    """How who stands beside the tree fared."""
    seats: tuple[int, ...] = ()
    lead: str = ""
    """What is drawn before the sign of folding."""
    open: bool | None = None
    """None: there is nothing to fold."""

    @property
    def key(self) -> int | SeatStatus | None:
        """What the line stands for; None for an empty one."""
        return self.beside if self.seats else self.seat

    def holds(self, seat: int) -> bool:
        """Whether this line speaks of an agent."""
        return seat == self.seat or seat in self.seats


def opened(tree: Tree, folds: Folds, chosen: int, room: int) -> set[int]:
    """Seats whose subtrees are open, where there are `room` lines."""
    inner = {seat for seat, node in tree.nodes.items() if node.children}
    if folds.whole == "folded":
        found: set[int] = set()
    elif folds.whole == "open" or len(tree.nodes) + _lines_beside(tree) <= MUCH * room:
        found = set(inner)
    else:
        found = _fitting(tree, room - _lines_beside(tree))
    for key, wanted in folds.turned.items():
        if isinstance(key, int) and key in inner:
            (found.add if wanted else found.discard)(key)
    return found | set(tree.above(chosen))


def _lines_beside(tree: Tree) -> int:
    return sum(1 if len(seats) >= GATHER else len(seats) for seats in tree.beside.values()) + bool(tree.beside)


def _fitting(tree: Tree, room: int) -> set[int]:
    """The largest subtrees are opened first, as long as all lines fit."""
    found: set[int] = set()
    lines = len(tree.roots)
    waiting = [(-tree.nodes[seat].size, seat) for seat in tree.roots]
    heapq.heapify(waiting)
    while waiting:
        _, seat = heapq.heappop(waiting)
        children = tree.nodes[seat].children
        if children and lines + len(children) <= room:
            found.add(seat)
            lines += len(children)
            for child in children:
                heapq.heappush(waiting, (-tree.nodes[child].size, child))
    return found


def rows(tree: Tree, folds: Folds, chosen: int, room: int, large: bool = False) -> list[Row]:
    """The lines from top to bottom; where few are wanted (`large`), roots stand apart."""
    open_ = opened(tree, folds, chosen, room)
    found: list[Row] = []
    waiting = [(seat, "", "", "") for seat in reversed(tree.roots)]
    while waiting:
        seat, before, branch, line = waiting.pop()
        node = tree.nodes[seat]
        if large and found and not branch:
            found.append(Row())
        sign = BRANCHES[node.kind] if node.kind else ""
        found.append(Row(seat, lead=before + branch + sign, open=seat in open_ if node.children else None))
        if seat in open_:
            inside = before + line
            last = node.children[-1]
            waiting += [
                (child, inside, "└" if child == last else "├", "  " if child == last else "│ ") for child in reversed(node.children)
            ]
    beside: list[Row] = []
    for status, seats in tree.beside.items():
        if len(seats) < GATHER:
            beside += [Row(seat, status) for seat in seats]
            continue
        wanted = folds.turned.get(status, folds.whole == "open")
        beside.append(Row(None, status, seats, open=wanted))
        if wanted:
            beside += [Row(seat, status, lead="  ") for seat in seats]
    return found + [Row()] * bool(found and beside) + beside


def place_of(found: list[Row], chosen: int, cursor: int | SeatStatus | None) -> int | None:
    """The line with the cursor: where it was put, as long as that line speaks of the chosen agent; else that agent's, or that of those
    with whom it is gathered."""
    at = [number for number, row in enumerate(found) if row.holds(chosen)]
    put = [number for number in at if found[number].key == cursor]
    own = [number for number in at if found[number].seat == chosen]
    return next(iter(put or own or at), None)
