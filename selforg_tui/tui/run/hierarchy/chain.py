"""The longest chain: the line that tells it, and where its agents stand in the tree, whose branches need not follow it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len

from selforg_tui.core.ids import label
from selforg_tui.tui.run.hierarchy.rows import Folds, Row, rows
from selforg_tui.tui.run.hierarchy.tree import Tree
from selforg_tui.tui.run.surface.cells import Line, cut, width_of

CHAIN = "▴"
"""Of whoever stands on the chain, with its place there."""
MOST = 40
"""Agents of the chain that are told at most, besides the last."""


def below_chain(tree: Tree, folds: Folds, chosen: int, room: int, large: bool = False) -> list[Row]:
    """The same lines below one that tells the longest chain, where there is one; it can be opened where the tree hides some of it."""
    if not tree.chain:
        return rows(tree, folds, chosen, room, large)
    found = rows(tree, folds, chosen, room - 1, large)
    return [Row(chain=tree.chain, open=False if hidden(tree, found) else None), *([Row()] if large else []), *found]


def ways(tree: Tree, seats: tuple[int, ...]) -> set[int]:
    """Everybody above these agents."""
    found: set[int] = set()
    for seat in seats:
        above = tree.nodes[seat].parent
        while above is not None and above not in found:
            found.add(above)
            above = tree.nodes[above].parent
    return found


def hidden(tree: Tree, found: list[Row]) -> dict[int, list[int]]:
    """By agent whose subtree is folded, the places in the longest chain of those whom that hides."""
    on_lines = {seat for row in found if row.beside is None for seat in ((row.seat,) if row.seat is not None else row.seats)}
    nearest = {seat: seat for seat in on_lines}
    under: dict[int, list[int]] = {}
    for seat, place in tree.places.items():
        walked, above = [], seat
        while above not in nearest:
            walked.append(above)
            above = tree.nodes[above].parent or 0
        nearest.update(dict.fromkeys(walked, nearest[above]))
        if walked:
            under.setdefault(nearest[above], []).append(place)
    return under


def told(tree: Tree, row: Row, width: int) -> Line:
    """`▸ ▴ longest chain 05 → 11 +→ 23`: `+` where an agent built on the one before it besides its essential parent."""
    begin: Line = (("▸ " if row.open is False else "  ", "strong"), (f"{CHAIN} longest chain ", "title"))
    room = width - width_of(begin)
    text = next((text for text in _forms(tree, row.chain) if cell_len(text) <= room), f"…{label(row.chain[-1])}")
    if room < cell_len(text):
        return (begin[0], (cut(begin[1][0], width - 2), "title"))
    return (*begin, (text, "plain"))


def _forms(tree: Tree, chain: tuple[int, ...]) -> Iterator[str]:
    """The chain in ever fewer words: spaced, tight, without more and more of its middle."""
    first = label(chain[0])
    steps = [(_link(tree, parent, child), label(child)) for parent, child in pairwise(chain)]
    if len(chain) <= MOST:
        yield first + "".join(f" {link} {child}" for link, child in steps)
        yield first + "".join(link + child for link, child in steps)
    pieces = [first, *(link + child for link, child in steps[:MOST])]
    for kept in range(min(len(chain) - 2, MOST), 0, -1):
        yield "".join(pieces[:kept]) + "→…→" + label(chain[-1])


def _link(tree: Tree, parent: int, child: int) -> str:
    essential = next(iter(tree.nodes[child].used), None)
    return "→" if essential == parent else "+→"
