"""Which lines of the tree are open: what was folded by hand, what is folded to fit, and the way to the chosen agent."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from selforg_tui.core.state import SeatStatus
from selforg_tui.tui.run.hierarchy.tree import Kind, Tree

Key: TypeAlias = int | SeatStatus | Literal["chain"]
"""What a line stands for: an agent, or leaves under one (see `Row.group`), agents that fared alike, the longest chain."""
Whole = Literal["fit", "open", "folded"]
WHOLE: tuple[Whole, ...] = ("fit", "open", "folded")
GATHER = 4
"""From so many on, agents that stand beside the tree and fared alike share one line, and leaves where not all fit."""
MUCH = 1.5
"""A tree that is higher than the room by this factor is folded until it fits."""
BRANCHES: dict[Kind, str] = {"depends": "─", "assigned": "┄", "clone": "≈"}


@dataclass(slots=True)
class Folds:
    """What somebody folded or opened by hand, in one task: everything, and then a subtree (by seat) or gathered agents (by status)."""

    whole: Whole = "fit"
    turned: dict[int | SeatStatus, bool] = field(default_factory=dict)
    """Whether it is to be open; a number below 1 stands for the leaves under a seat (see `Row.group`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: of an agent (`seat`), of agents gathered (`seats`), of the longest chain, or empty."""

    seat: int | None = None
    beside: SeatStatus | None = None
    """How who stands beside the tree fared."""
    seats: tuple[int, ...] = ()
    lead: str = ""
    """What is drawn before the sign of folding."""
    open: bool | None = None
    """None: there is nothing to fold."""
    under: int | None = None
    """Of leaves that are gathered or were: on whom they built, 0 for nobody."""
    chain: tuple[int, ...] = ()
    """The seats of the longest chain, where the line tells it."""

    @property
    def group(self) -> int | SeatStatus | None:
        """The agents that are or were gathered with this one; of leaves, whom they stand under, as a number below 1."""
        return self.beside if self.under is None else -self.under

    @property
    def key(self) -> Key | None:
        """What the line stands for; None for an empty one."""
        if self.chain:
            return "chain"
        return self.group if self.seats else self.seat

    def holds(self, seat: int) -> bool:
        """Whether this line speaks of an agent."""
        return seat == self.seat or seat in self.seats


@dataclass(frozen=True, slots=True)
class Plan:
    """Whose subtrees are open, and whose leaves share one line (0: leaves that are roots)."""

    open: set[int]
    gathered: set[int]


def leaves(tree: Tree, under: int) -> tuple[int, ...]:
    """Who stands directly under an agent (0: under nobody) and has nobody below."""
    children = tree.nodes[under].children if under else tree.roots
    return tuple(child for child in children if not tree.nodes[child].children)


def plan(tree: Tree, folds: Folds, chosen: int, room: int) -> Plan:
    """What is open where there are `room` lines. The way to the chosen agent always is."""
    inner = {seat for seat, node in tree.nodes.items() if node.children}
    gathered = {seat for seat in (0, *inner) if len(leaves(tree, seat)) >= GATHER}
    beside = sum(1 if len(seats) >= GATHER else len(seats) for seats in tree.beside.values()) + bool(tree.beside)
    if folds.whole == "folded":
        found = Plan(set(), gathered)
    elif folds.whole == "open" or len(tree.nodes) + beside <= MUCH * room:
        found = Plan(inner, set())
    else:
        found = _fitting(tree, gathered, room - beside)
    for key, wanted in folds.turned.items():
        if key in tree.nodes and isinstance(key, int) and tree.nodes[key].children:
            (found.open.add if wanted else found.open.discard)(key)
    found.open.update(tree.above(chosen))
    return found


def _fitting(tree: Tree, gathered: set[int], room: int) -> Plan:
    """The largest subtrees are opened as long as all lines fit, at least one; then small groups of leaves are spread out."""

    def lines_under(seat: int) -> int:
        children = tree.nodes[seat].children if seat else tree.roots
        return len(children) - (len(leaves(tree, seat)) - 1 if seat in gathered else 0)

    found: set[int] = set()
    lines = lines_under(0)
    waiting = [(-tree.nodes[seat].size, seat) for seat in tree.roots]
    heapq.heapify(waiting)
    while waiting:
        _, seat = heapq.heappop(waiting)
        if tree.nodes[seat].children and (lines + lines_under(seat) <= room or not found):
            found.add(seat)
            lines += lines_under(seat)
            for child in tree.nodes[seat].children:
                heapq.heappush(waiting, (-tree.nodes[child].size, child))
    kept = set(gathered)
    for more, seat in sorted((len(leaves(tree, seat)) - 1, seat) for seat in gathered if not seat or seat in found):
        if lines + more <= room:
            lines += more
            kept.discard(seat)
    return Plan(found, kept)


def rows(tree: Tree, folds: Folds, chosen: int, room: int, large: bool = False) -> list[Row]:
    """The lines from top to bottom; where few are wanted (`large`), roots stand apart."""
    planned = plan(tree, folds, chosen, room)
    found: list[Row] = []
    waiting: list[tuple[Row, str, str]] = []

    def put(under: int, before: str) -> None:
        """What stands under an agent waits to be drawn, the first on top."""
        items = _standing(tree, folds, under, under in planned.gathered)
        for place in range(len(items) - 1, -1, -1):
            branch = "" if not under else "├" if place < len(items) - 1 else "└"
            waiting.append((items[place], before, branch))

    put(0, "")
    while waiting:
        row, before, branch = waiting.pop()
        if large and found and not branch:
            found.append(Row())
        node = tree.nodes[row.seat] if row.seat is not None else None
        sign = ("─" if node is None else BRANCHES[node.kind or "depends"]) if branch else ""
        open_ = row.open if node is None else node.seat in planned.open if node.children else None
        found.append(replace(row, lead=before + branch + sign, open=open_))
        if node is not None and open_:
            put(node.seat, before + {"": "", "├": "│ ", "└": "  "}[branch])
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


def _standing(tree: Tree, folds: Folds, under: int, gathered: bool) -> list[Row]:
    """The agents directly under one (0: the roots), of whom leaves may share a line, which may be open."""
    children = tree.nodes[under].children if under else tree.roots
    if not gathered:
        return [Row(child) for child in children]
    ends = leaves(tree, under)
    wanted = folds.turned.get(-under, False)
    spread = [Row(child, under=under) for child in ends] if wanted else []
    return [*(Row(child) for child in children if tree.nodes[child].children), Row(seats=ends, open=wanted, under=under), *spread]


def place_of(found: list[Row], chosen: int, cursor: Key | None) -> int | None:
    """The line with the cursor: where it was put, as long as that line speaks of the chosen agent; else that agent's, or that of those
    with whom it is gathered."""
    if cursor == "chain" and found and chosen in found[0].chain:
        return 0
    at = [number for number, row in enumerate(found) if row.holds(chosen)]
    put = [number for number in at if found[number].key == cursor]
    own = [number for number in at if found[number].seat == chosen]
    return next(iter(put or own or at), None)
