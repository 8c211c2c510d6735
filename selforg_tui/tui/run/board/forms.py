"""Where each agent stands on the board: arithmetic over how many there are and how much room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Form = Literal["rows", "columns", "mosaic"]
FORMS: tuple[Form, ...] = ("rows", "columns", "mosaic")
Tile = Literal["named", "numbered", "glyph", "dot"]
"""What an agent of the mosaic shows: number, glyph and a word · number and glyph · a glyph with a place for the cursor · a glyph alone."""
CELLS: dict[Tile, int] = {"named": 13, "numbered": 5, "glyph": 2, "dot": 1}
"""Cells that an agent takes at least, by tile."""
NARROWEST = 24
"""Cells that a compact row takes at least."""
MOST_COLUMNS = 4
WIDEST_NUMBERED = 7
MARGIN = 4
"""Cells before each line of tiles that have no number: for that of the line's first agent."""
GROUP = 10
"""After so many tiles without a number, a cell stays free."""
REASONS = (64, 12, 20)
"""From so many cells on, up to so many agents, and with so many lines, each has a second line for its reason."""


TALL, LARGE = 3, 56
"""Lines of an agent whose number is written large, before a room, and cells that it takes at least."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout of `count` agents, line by line from left to right. `pitch` is lines per agent; `tile` counts in a mosaic only."""

    form: Form
    count: int
    width: int
    columns: int
    cell: int
    pitch: int = 1
    tile: Tile = "named"
    margin: int = 0
    grouped: bool = False
    legend: bool = False
    """A last line says what glyphs and colours mean."""

    @property
    def ranks(self) -> int:
        """How often `columns` agents stand beside each other."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Lines that all of it takes."""
        return self.ranks * self.pitch + self.legend

    def gaps(self, column: int) -> int:
        """Free cells before a column, between groups."""
        return column // GROUP if self.grouped else 0

    def place(self, index: int) -> tuple[int, int]:
        """First line and first cell of an agent, by its index among those shown."""
        rank, column = divmod(index, self.columns)
        return rank * self.pitch, self.margin + column * self.cell + self.gaps(column)

    def at(self, line: int, cell: int) -> int | None:
        """The index of the agent at a place; beside the agents of a line the nearest of them, None below the last line."""
        rank, inside = line // self.pitch, max(0, cell - self.margin)
        if not 0 <= rank < self.ranks:
            return None
        wide = GROUP * self.cell + 1
        column = inside // wide * GROUP + min(inside % wide // self.cell, GROUP - 1) if self.grouped else inside // self.cell
        return min(rank * self.columns + min(column, self.columns - 1), self.count - 1)

    def rank(self, number: int) -> range:
        """Indexes of the agents that stand beside each other."""
        return range(number * self.columns, min((number + 1) * self.columns, self.count))

    def moved(self, index: int, lines: int, across: int) -> int:
        """The index after a step of the cursor: up and down it keeps its column, across it goes on in the next line."""
        rank, column = divmod(index, self.columns)
        there = min(max(rank + lines, 0), self.ranks - 1) * self.columns + column + across
        return min(max(there, 0), self.count - 1)


@lru_cache(256)
def planned(count: int, width: int, room: int, form: Form | None = None, large: bool = False) -> Plan:
    """The roomiest layout that shows all agents in `room` lines of `width` cells; where none does, the lowest.

    `form` allows only that one.
    """
    count, width = max(1, count), max(1, width)
    choices = [plan for plan in _roomiest_first(count, width, room, large) if form in (None, plan.form)]
    return next((plan for plan in choices if plan.height <= room), None) or min(choices, key=lambda plan: plan.height)


def _roomiest_first(count: int, width: int, room: int, large: bool) -> Iterator[Plan]:
    widest, most, lines = REASONS
    if large and width >= LARGE:
        yield Plan("rows", count, width, 1, width, pitch=TALL + 1)
        yield Plan("rows", count, width, 1, width, pitch=TALL)
        if width >= 2 * LARGE:
            yield Plan("rows", count, width, 2, width // 2, pitch=TALL + 1)
    if large or (width >= widest and count <= most and room >= lines):
        yield Plan("rows", count, width, 1, width, pitch=2)
    yield Plan("rows", count, width, 1, width)
    most_columns = max(1, min(MOST_COLUMNS, width // NARROWEST))
    for columns in range(min(2, most_columns), most_columns + 1):
        yield Plan("columns", count, width, columns, width // columns)
    for plan in _tiled(count, width):
        yield replace(plan, legend=True)
        yield plan


def _tiled(count: int, width: int) -> Iterator[Plan]:
    columns = max(1, width // CELLS["named"])
    yield Plan("mosaic", count, width, columns, width // columns, tile="named")
    columns = _round(width // CELLS["numbered"], 5)
    yield Plan("mosaic", count, width, columns, max(1, min(width // columns, WIDEST_NUMBERED)), tile="numbered")
    tiles: tuple[tuple[Tile, int], ...] = (("glyph", GROUP), ("glyph", GROUP // 2), ("dot", GROUP))
    for tile, step in tiles:
        cell = CELLS[tile]
        fitting = max((n for n in range(1, width) if MARGIN + n * cell + (n - 1) // GROUP <= width), default=1)
        yield Plan("mosaic", count, width, _round(fitting, step), cell, tile=tile, margin=MARGIN, grouped=True)


def _round(columns: int, step: int) -> int:
    return columns // step * step if columns >= GROUP else max(1, columns)
