"""Text laid out in terminal cells. What models wrote passes `safe` before anything else."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

from selforg_tui.core.text import clean

Span = tuple[str, str]
"""A piece of text and the name of its style (see `lines.STYLES`)."""
Line = tuple[Span, ...]

_JOINERS = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\U000e0000-\U000e01ef]")


def safe(text: str) -> str:
    """Cleaned, and without the invisible characters over whose width terminals disagree."""
    return _JOINERS.sub("", clean(text))


def flat(text: str) -> str:
    """Safe, and on one line."""
    return " ".join(safe(text).split())


def cut(text: str, width: int) -> str:
    """At most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def fit(text: str, width: int) -> str:
    """Exactly `width` cells: cut or filled."""
    return set_cell_size(cut(text, width), max(0, width))


def right(text: str, width: int) -> str:
    """Exactly `width` cells, filled on the left."""
    text = cut(text, width)
    return " " * (width - cell_len(text)) + text


def both_ends(left: str, end: str, width: int) -> str:
    """`left` and `end` at the two ends of `width` cells; `left` is cut first."""
    end = cut(end, width)
    return fit(left, width - cell_len(end) - 1) + " " + end if cell_len(end) < width else end


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken between words where possible; empty lines stay."""
    width = max(2, width)
    return [line for paragraph in safe(text).split("\n") for line in _wrapped(paragraph, width)]


def _wrapped(paragraph: str, width: int) -> list[str]:
    if cell_len(paragraph) <= width:
        return [paragraph.rstrip()]
    indent = paragraph[: len(paragraph) - len(paragraph.lstrip())][: width // 3]
    lines: list[str] = []
    line, used = indent, len(indent)
    for word in paragraph.split():
        length = cell_len(word)
        if used > len(indent) and used + 1 + length > width:
            lines.append(line)
            line, used = indent, len(indent)
        if length > width - len(indent):
            *full, word = chop_cells(word, width - len(indent))
            lines += [indent + part for part in full]
            length = cell_len(word)
        gap = " " if used > len(indent) else ""
        line += gap + word
        used += len(gap) + length
    return [*lines, line] if line.strip() or not lines else lines


def width_of(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)
