"""Text laid out in terminal cells. What models wrote passes `safe` before anything else."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

from selforg_tui.core.text import clean

Span = tuple[str, str]
"""A piece of text and the name of its style (see `lines.STYLES`)."""
Line = tuple[Span, ...]

_EVEN = re.compile("[\n -~\u00a1-\u00ac\u00ae-\u02af\u0370-\u0482\u2010-\u2027\u2030-\u203b]*")
"""Text whose characters take one cell each: letters of Latin, Greek and Cyrillic scripts and their punctuation."""
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


def abridged(text: str, width: int) -> str:
    """A sentence in at most `width` cells: cut between words, in one only where else much would be missing."""
    if cell_len(text) <= width:
        return text
    found = cut(text, width)
    before = found[:-1].rpartition(" ")[0].rstrip(" ,;:–")
    whole = text.startswith(found[:-1] + " ")
    return found if whole or cell_len(before) < width * 2 // 3 else f"{before} …"


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


def even(text: str) -> bool:
    """Whether each character surely takes one cell; line ends do not count."""
    return _EVEN.fullmatch(text) is not None


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken between words where possible; empty lines stay."""
    width = max(2, width)
    return [line for paragraph in safe(text).split("\n") for line in _wrapped(paragraph, width)]


def _wrapped(paragraph: str, width: int) -> list[str]:
    if even(paragraph):
        return _evenly(paragraph, width) if len(paragraph) > width else [paragraph.rstrip()]
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


def _evenly(paragraph: str, width: int) -> list[str]:
    """The same for text of one cell a character, many times faster: a prompt may have a million of them."""
    indent = paragraph[: len(paragraph) - len(paragraph.lstrip())][: width // 3]
    text, room = " ".join(paragraph.split()), width - len(indent)
    lines: list[str] = []
    start = 0
    while len(text) - start > room:
        end = text.rfind(" ", start, start + room + 1)
        if end <= start:
            end = start + room
        lines.append(indent + text[start:end])
        start = end + (text[end] == " ")
    return [*lines, indent + text[start:]] if start < len(text) or not lines else lines


def width_of(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)
