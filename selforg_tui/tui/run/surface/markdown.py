"""Markdown as styled lines: what its marks mean becomes style, every word stays, and nothing is ever interpreted beyond that.

Links, images, HTML and entities are shown as they were written, so that an address is never hidden behind a text. Where reading the
marks would lose a word (deep nesting, a damaged table), the text is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len, chop_cells

from selforg_tui.tui.run.surface.cells import Line, Span, safe, wrap

LONGEST = 40_000
"""Characters; what is longer is shown as it was written, as reading its marks would take too long."""
_MARKS = re.compile(r"[*_`#|\\~]|^ {0,3}(?:[-+>=]|\d{1,9}[.)])|^ {4}", re.MULTILINE)
"""Without any of these a text has no marks."""
_BLANK = re.compile(r"\n(?:[ ]*\n)+")
_BESIDE = re.compile(r"(?:\s|>|[-+*](?=\s)|\d{1,9}[.)](?=\s))*")
"""Marks of lists and quotes before a table that stands in one."""
_CELL = re.compile(r"(?<!\\)\|")
_BULLETS = ("•", "◦", "▪")
_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_READER.disable(["reference", "link", "image", "autolink", "entity", "html_block", "html_inline"])


@lru_cache(2048)
def blocks(text: str) -> tuple[str, ...]:
    """The paragraphs of a text as they were written, safe to show: headings, items of lists, tables and code are one each."""
    text = safe(text).strip("\n")
    plain = tuple(part for part in _BLANK.split(text) if part.strip())
    if len(text) > LONGEST or not _MARKS.search(text):
        return plain
    lines, found = text.split("\n"), list[str]()
    for token in _READER.parse(text):
        item = token.type == "list_item_open" and token.level == 1
        if token.map is None or not (item or (token.level == 0 and not token.type.endswith("list_open"))):
            continue
        start, end = token.map
        found.append("\n".join(lines[start:end]).rstrip())
    return tuple(found)


def markdown(text: str, width: int, style: str = "plain") -> list[Line]:
    """The whole text in lines of at most `width` cells (2 or more), an empty one between paragraphs; `style` is that of plain words."""
    lines: list[Line] = []
    before = ""
    for block in blocks(text):
        if lines and not (is_item(before) and is_item(block)):
            lines.append(())
        lines += drawn(block, width, style)
        before = block
    return lines


def is_item(block: str) -> bool:
    """True for an item of a list; between two of them stands no empty line."""
    return re.match(r" {0,3}(?:[-+*]|\d{1,9}[.)])\s", block) is not None


@lru_cache(8192)
def drawn(block: str, width: int, style: str = "plain") -> tuple[Line, ...]:
    """One paragraph, as `blocks` gives it."""
    width = max(2, width)
    block = safe(block)
    if len(block) <= LONGEST and _MARKS.search(block):
        lines = _Drawing(block, width, style).lines
        if _letters("".join(span for line in lines for span, _ in line)) == _letters(block):
            return tuple(lines)
    return tuple(((line, style),) if line else () for line in wrap(block, width))


def _letters(text: str) -> str:
    """What must not be lost."""
    return "".join(filter(str.isalnum, text))


class _Drawing:
    """Goes through the parts of a text once; `_lead` holds what stands before each line: quotes and the room of lists."""

    def __init__(self, text: str, width: int, style: str) -> None:
        self.lines: list[Line] = []
        self._width, self._style = width, style
        self._source = text.split("\n")
        self._lead: list[Span] = []
        self._first: dict[int, Span] = {}
        """Marks of items that stand instead of a lead, by its place, before the next line only."""
        self._lists: list[str] = []
        tokens = _READER.parse(text)
        place = 0
        while place < len(tokens):
            place = self._take(tokens, place)

    def _take(self, tokens: Sequence[Token], place: int) -> int:
        """Draw what begins at a place; gives the place after it."""
        token = tokens[place]
        kind = token.type
        if kind == "heading_open":
            self._paragraph(_spans(tokens[place + 1], "title" if token.tag == "h1" else "strong"))
            return place + 2
        if kind == "inline":
            self._paragraph(_spans(token, self._style))
        elif kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "hr":
            self._put([("─" * max(1, min(self._room, 20)), "dim")])
        elif kind == "table_open":
            self._table(token)
            return next(index for index in range(place, len(tokens)) if tokens[index].type == "table_close") + 1
        elif kind == "blockquote_open":
            self._lead.append(("│ ", "dim"))
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(_BULLETS[min(len(self._lists), len(_BULLETS) - 1)])
        elif kind == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else f"{self._lists[-1]} "
            self._first[len(self._lead)] = (mark, "parent")
            self._lead.append((" " * len(mark), "plain"))
        elif kind in ("list_item_close", "blockquote_close"):
            if self._first:  # an item without a word
                self._put([])
            self._lead.pop()
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        return place + 1

    def _before(self, lead: Sequence[Span]) -> list[Span]:
        """What is drawn of the marks before a line: the innermost, on at most half of the width."""
        shown = list(lead)
        while _width(shown) > self._width // 2:
            del shown[0]
        return shown

    @property
    def _room(self) -> int:
        return self._width - _width(self._before(self._lead))

    def _put(self, spans: Sequence[Span]) -> None:
        lead = [self._first.get(place, usual) for place, usual in enumerate(self._lead)]
        self._first.clear()
        before = self._before(lead)
        for text, style in lead[: len(lead) - len(before)]:
            if text.strip() and any(map(str.isalnum, text)):  # a number for which there is no room
                self.lines += [tuple(line) for line in wrapped([(text, style)], self._width)]
        self.lines.append((*before, *spans))

    def _paragraph(self, rows: Sequence[Sequence[Span]]) -> None:
        for row in rows:
            for line in wrapped(row, self._room):
                self._put(line)

    def _code(self, token: Token) -> None:
        if token.info.strip():
            self._paragraph([[(token.info.strip(), "dim")]])
        for line in token.content.rstrip("\n").split("\n"):
            for part in wrap(line, self._room):
                self._put([(part, "code")])

    def _table(self, token: Token) -> None:
        start, end = token.map or (0, 0)
        source = [line for place, line in enumerate(self._source[start:end]) if place != 1]
        if token.level:
            source = [_BESIDE.sub("", source[0], count=1), *(line.lstrip(" >") for line in source[1:])]
        rows = [[_cell(cell, "strong" if not place else self._style) for cell in _cells(line)] for place, line in enumerate(source)]
        columns = max(map(len, rows))
        widths = [max((_width(row[place]) for row in rows if place < len(row)), default=0) for place in range(columns)]
        aligned = sum(widths) + 3 * (columns - 1) <= self._room
        for row in rows:
            spans: list[Span] = []
            for place, cell in enumerate(row):
                spans += [*([(" │ ", "dim")] if place else []), *cell]
                if aligned and place < len(row) - 1:
                    spans.append((" " * (widths[place] - _width(cell)), "plain"))
            if aligned:
                self._put(spans)
            else:
                self._paragraph([spans])


def _cells(line: str) -> list[str]:
    cells = _CELL.split(line.strip())
    cells = cells[1:] if cells and not cells[0].strip() else cells
    cells = cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells
    return [cell.strip() for cell in cells]


def _cell(text: str, style: str) -> list[Span]:
    return [span for token in _READER.parseInline(text) for row in _spans(token, style) for span in row]


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)


def _spans(token: Token, style: str) -> list[list[Span]]:
    """What stands in a paragraph, row by row as it was written."""
    rows: list[list[Span]] = [[]]
    strong = slanted = 0
    for part in token.children or ():
        if part.type in ("softbreak", "hardbreak"):
            rows.append([])
        elif part.type == "code_inline":
            rows[-1].append((part.content.replace("\n", " "), "code"))
        elif part.content:
            rows[-1].append((part.content, "strong" if strong else "italic" if slanted and style == "plain" else style))
        strong += {"strong_open": 1, "strong_close": -1}.get(part.type, 0)
        slanted += {"em_open": 1, "em_close": -1}.get(part.type, 0)
    return rows


def wrapped(spans: Sequence[Span], width: int) -> list[list[Span]]:
    """Spans broken into lines of at most `width` cells (2 or more), between words where possible; runs of spaces become one."""
    lines: list[list[Span]] = [[]]
    used = 0
    for word in _words(spans):
        length = _width(word)
        if used and used + 1 + length > width:
            lines.append([])
            used = 0
        if used:
            _append(lines[-1], " ", lines[-1][-1][1])
            used += 1
        for text, style in word:
            for piece in chop_cells(text, 2) if length > width else [text]:
                if used + cell_len(piece) > width:
                    lines.append([])
                    used = 0
                _append(lines[-1], piece, style)
                used += cell_len(piece)
    return lines


def _words(spans: Sequence[Span]) -> list[list[Span]]:
    """Words, each of one span or, where the style changes within it, of several."""
    words: list[list[Span]] = []
    open_word = False
    for text, style in spans:
        for part in re.findall(r"\s+|\S+", text):
            if part.isspace():
                open_word = False
            elif open_word:
                words[-1].append((part, style))
            else:
                words.append([(part, style)])
                open_word = True
    return words


def _append(line: list[Span], text: str, style: str) -> None:
    """Add to a line, joined to what has the same style."""
    if line and line[-1][1] == style:
        line[-1] = (line[-1][0] + text, style)
    else:
        line.append((text, style))
