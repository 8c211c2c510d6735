"""A solution as passages, each known to be somebody's: which agent did this sentence come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from selforg_tui.core.ids import label
from selforg_tui.core.state import TaskState
from selforg_tui.tui.run.surface.cells import Line, Span, flat, wrap
from selforg_tui.tui.run.surface.markdown import blocks, drawn, is_item
from selforg_tui.tui.run.view import family

BAR, THICK = "▌", "█"
"""Beside a passage, and beside the one under the cursor."""
HERE, SAME, ABOVE = "▸", "·", "↳"
"""Before the seat: the passage under the cursor, another one by the same agent, one by an agent that it built on."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of one agent's contribution, or the place where a contribution is missing."""

    seat: int
    place: int
    """Among the passages of its seat, from 0."""
    role: str
    text: str
    """As it was written; empty where it is missing."""
    failed: bool = False
    """The seat failed: nothing stands here that should."""
    tight: bool = False
    """It follows the one before without an empty line: an item of the same list."""


def passages(task: TaskState) -> tuple[Passage, ...]:
    """The contributions in the order of seats, paragraph by paragraph; seats that failed stand at their places."""
    found: list[Passage] = []
    for _, seat in sorted(task.seats.items()):
        role = flat(seat.role)
        if seat.contribution:
            before = ""
            for place, text in enumerate(blocks(seat.contribution) or ("",)):
                found.append(Passage(seat.seat, place, role, text, tight=is_item(before) and is_item(text)))
                before = text
        elif seat.status == "failed":
            found.append(Passage(seat.seat, 0, role, "", failed=True))
    return tuple(found)


def first_of(found: Sequence[Passage], seat: int) -> int | None:
    """The place in the solution where an agent's part begins; None where it has none."""
    return next((place for place, passage in enumerate(found) if passage.seat == seat), None)


@lru_cache(8192)
def body_of(passage: Passage, width: int) -> tuple[Line, ...]:
    """The passage's own lines, of at most `width` cells; the first of an agent's stands under its role."""
    if passage.failed:
        words = f"✗ {label(passage.seat)} failed: its part is missing here"
        return tuple(((line, "failed"),) for line in wrap(words, width))
    lines = list(drawn(passage.text, width)) or [()]
    if passage.place:
        return tuple(lines)
    head = [((line, family(passage.role)),) for line in wrap(passage.role or f"agent {label(passage.seat)}", width)]
    return (*head, *lines)


@lru_cache(8192)
def gap_before(passage: Passage, digits: int, most: int = 1) -> tuple[Line, ...]:
    """The lines between it and the passage before, `most` where it is not of the same list: within a contribution its bar goes on."""
    if passage.tight:
        return ()
    bar: Line = ((" " * (digits + 1), "plain"), (BAR, family(passage.role))) if passage.place else ()
    return (bar,) * most


@lru_cache(16384)
def rows(passage: Passage, width: int, digits: int, sign: str, words: tuple[str, ...]) -> tuple[Line, ...]:
    """Its lines with the gutter: `sign` (HERE, SAME, ABOVE or a space), the seat in `digits` cells, a bar in the colour of its role."""
    style = "failed" if passage.failed else family(passage.role)
    bar = THICK if sign == HERE else BAR
    number = "strong" if sign in (HERE, SAME) else "parent" if sign == ABOVE else "dim"
    signed = "deciding" if sign == HERE else "parent"
    found: list[Line] = []
    for place, line in enumerate(body_of(passage, width - digits - 3)):
        seat = label(passage.seat).rjust(digits) if not place else " " * digits
        before = " " if place else sign
        found.append(((before, signed), (seat, number), (bar, style), (" ", "plain"), *(_marked(line, words) if words else line)))
    return tuple(found)


def gutter_width(digits: int) -> int:
    """Cells before the text."""
    return digits + 3


def matching(found: Sequence[Passage], words: tuple[str, ...]) -> list[int]:
    """Places of the passages that hold all these words, as parts of words and in any case; none where nothing is asked for."""
    if not words:
        return []
    wanted = [_pattern((word,)) for word in words]
    return [place for place, passage in enumerate(found) if all(word.search(_searched(passage)) for word in wanted)]


@lru_cache(8192)
def _searched(passage: Passage) -> str:
    return " ".join("".join(text for text, _ in line) for line in body_of(passage, 100_000))


@lru_cache(64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def _marked(line: Line, words: tuple[str, ...]) -> list[Span]:
    """A line in which these words stand out."""
    found: list[Span] = []
    for text, style in line:
        place = 0
        for match in _pattern(words).finditer(text):
            found += [(text[place : match.start()], style), (match.group(), "mark")]
            place = match.end()
        found.append((text[place:], style))
    return [span for span in found if span[0]]
