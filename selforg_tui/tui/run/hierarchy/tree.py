"""The tree that emerged in a task, as plain data: who stands under whom, and who stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from selforg_tui.core.state import SeatStatus, TaskState
from selforg_tui.metrics.structure import Hub, hierarchy_depth, hub, longest_chain

Kind = Literal["depends", "clone", "assigned"]
Links = Literal["essential", "further", "assigned", "clone", "seen"]
"""Kinds of links that may be shown. Each is shown together with those before it."""
ALL: tuple[Links, ...] = ("essential", "further", "assigned", "clone", "seen")
MANY = 24
"""With more contributors than this the largest subtrees come first; up to it, everybody stands by seat."""
BESIDE: tuple[SeatStatus, ...] = ("deciding", "out", "left out", "failed", "removed")
"""How agents that stand in no tree have fared, in the order in which they are told below it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A contributor. `size` and `height` count agents from itself downwards: of its subtree, and on the longest way down."""

    seat: int
    parent: int | None
    """Under whom it stands."""
    kind: Kind | None
    """By which link; None for a root."""
    children: tuple[int, ...]
    size: int
    height: int
    used: Mapping[int, str]
    """By contributor on whom it built, the essential one first, what of it was used."""
    origin: int | None
    """Whose contribution it varies."""
    by: int | None
    """Who assigned its part to it."""

    @property
    def further(self) -> tuple[int, ...]:
        """On whom it built besides the essential parent."""
        return tuple(self.used)[1:]


@dataclass(frozen=True, slots=True)
class Tree:
    """Every contributor once, as `nodes` by seat, from `roots` down; `beside` are the others, by how they fared."""

    nodes: Mapping[int, Node]
    roots: tuple[int, ...]
    beside: Mapping[SeatStatus, tuple[int, ...]]
    depth: int
    """HD, over all dependencies: never less than the height of the tree by essential parents."""
    hub: Hub | None
    chain: tuple[int, ...] = ()
    """A longest chain, from whom it begins with, over all dependencies; empty where nobody built on anybody."""

    @property
    def places(self) -> dict[int, int]:
        """By seat on that chain, its place there, from 1."""
        return {seat: place for place, seat in enumerate(self.chain, 1)}

    def above(self, seat: int) -> tuple[int, ...]:
        """The chain from a root down to the parent of a contributor; empty for roots and for others."""
        found: list[int] = []
        node = self.nodes.get(seat)
        while node is not None and node.parent is not None:
            found.append(node.parent)
            node = self.nodes[node.parent]
        return tuple(reversed(found))


def offered(task: TaskState) -> tuple[Links, ...]:
    """The links that are worth asking for in a task, in the order of `ALL`: those that it has, and what was seen."""
    kinds = {edge.kind for edge in task.edges}
    has = {"further": "depends" in kinds, "assigned": "assigned" in kinds, "clone": "clone" in kinds}
    return tuple(one for one in ALL if has.get(one, True))


def shows(links: Links, kind: Links) -> bool:
    """Whether links of this kind are shown where all up to `links` are."""
    return ALL.index(kind) <= ALL.index(links)


def grown(task: TaskState, links: Links = "seen") -> Tree:
    """The tree by essential parents. Who built on nobody stands under whose contribution it varies, else under who assigned its part,
    as far as such links are shown. In a damaged file chains may close to circles: each is cut above its lowest seat."""
    inside = sorted(number for number, seat in task.seats.items() if seat.contribution or seat.status == "in")
    used: dict[int, dict[int, str]] = {seat: {} for seat in inside}
    later: dict[int, dict[int, str]] = {}
    origins: dict[int, int] = {}
    assigners: dict[int, int] = {}
    for edge in task.edges:
        if edge.child == edge.parent or edge.child not in used or edge.parent not in used:
            continue
        if edge.kind == "clone":
            origins.setdefault(edge.child, edge.parent)
        elif edge.kind == "assigned":
            assigners.setdefault(edge.child, edge.parent)
        elif edge.essential:
            used[edge.child].setdefault(edge.parent, edge.used)
        else:
            later.setdefault(edge.child, {}).setdefault(edge.parent, edge.used)
    for seat, more in later.items():
        used[seat] = {**used[seat], **{parent: words for parent, words in more.items() if parent not in used[seat]}}

    above: dict[int, tuple[int, Kind]] = {}
    for seat in inside:
        if used[seat]:
            above[seat] = (next(iter(used[seat])), "depends")
        elif seat in origins and shows(links, "clone"):
            above[seat] = (origins[seat], "clone")
        elif seat in assigners and shows(links, "assigned"):
            above[seat] = (assigners[seat], "assigned")
    for seat in _circles(inside, above):
        del above[seat]

    below: dict[int, list[int]] = {seat: [] for seat in inside}
    roots: list[int] = []
    for seat in inside:
        (below[above[seat][0]] if seat in above else roots).append(seat)
    size, height = dict.fromkeys(inside, 1), dict.fromkeys(inside, 1)
    for seat in reversed(list(_downwards(roots, below))):
        if seat in above:
            parent = above[seat][0]
            size[parent] += size[seat]
            height[parent] = max(height[parent], height[seat] + 1)
    if len(inside) > MANY:
        for several in (roots, *below.values()):
            several.sort(key=lambda seat: (-size[seat], seat))
    nodes: dict[int, Node] = {}
    for seat in inside:
        under, kind = above.get(seat, (None, None))
        origin, by = origins.get(seat), assigners.get(seat)
        nodes[seat] = Node(seat, under, kind, tuple(below[seat]), size[seat], height[seat], used[seat], origin, by)
    beside = {status: tuple(n for n, seat in task.seats.items() if seat.status == status and n not in nodes) for status in BESIDE}
    beside = {status: seats for status, seats in beside.items() if seats}
    chain = longest_chain(task)
    return Tree(nodes, tuple(roots), beside, hierarchy_depth(task), hub(task), chain if len(chain) > 1 else ())


def _downwards(roots: list[int], below: Mapping[int, list[int]]) -> Iterator[int]:
    """All seats, parents before their children."""
    waiting = list(roots)
    while waiting:
        seat = waiting.pop()
        yield seat
        waiting += below[seat]


def _circles(seats: list[int], above: Mapping[int, tuple[int, Kind]]) -> list[int]:
    """The lowest seat of each circle."""
    walks: dict[int, int] = {}
    found: list[int] = []
    for start in seats:
        seat = start
        while seat in above and seat not in walks:
            walks[seat] = start
            seat = above[seat][0]
        if seat in above and walks.get(seat) == start:  # this walk came back to where it had been
            circle = [seat]
            while (following := above[circle[-1]][0]) != seat:
                circle.append(following)
            found.append(min(circle))
    return found


def ranges(seats: list[int] | tuple[int, ...], digits: int = 2) -> str:
    """Numbers in rising order, briefly: `02 05–09 12`."""
    found: list[str] = []
    place = 0
    while place < len(seats):
        end = place
        while end + 1 < len(seats) and seats[end + 1] == seats[end] + 1:
            end += 1
        if end - place < 2:
            end = place
        found.append(f"{seats[place]:0{digits}d}" if end == place else f"{seats[place]:0{digits}d}–{seats[end]:0{digits}d}")
        place = end + 1
    return " ".join(found)
