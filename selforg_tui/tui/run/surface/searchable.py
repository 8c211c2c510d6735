"""A panel of running text in which one can look for words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.tui.run.surface.cells import Line, Span
from selforg_tui.tui.run.surface.prose import Prose
from selforg_tui.tui.run.surface.search import Outcome, Search

Hit = tuple[tuple[int, int], tuple[int, int]]
"""Where found words begin and end: each a line and letters before it in that line."""


class Searchable(Prose):
    """Takes letters as words to look for, from `/` until Esc. What that does is up to the panel (`searched`)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="run.search", key_display="/", show=False, tooltip="Find words in this text; Esc ends it"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.search = Search()

    def action_search(self) -> None:
        """Type words to find."""
        self.search.begin()
        self.searched("typed")

    def searched(self, done: Outcome) -> None:
        """A key was taken for the search: show what came of it."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """While words are typed, letters are no commands."""
        return self.search.active and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        done = self.search.press(event.key, event.character)
        if done:
            event.stop()
            event.prevent_default()
            self.searched(done)

    def on_blur(self) -> None:
        if self.search.active:
            self.search.end()
            self.searched("ended")


def hits(lines: Sequence[Line], words: Sequence[str]) -> list[Hit]:
    """Where these words stand one after another, in any case, also where a line ends between them."""
    if not words:
        return []
    texts = ["".join(text for text, _ in line) for line in lines]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def place(letter: int) -> tuple[int, int]:
        line = bisect_right(starts, letter) - 1
        return line, letter - starts[line]

    wanted = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    return [(place(found.start()), place(found.end())) for found in wanted.finditer("\n".join(texts))]


def marked(line: Line, spans: Sequence[tuple[int, int, str]]) -> Line:
    """A line with other styles from letter to letter; the spans in order, and none over another."""
    return tuple(_marked(line, spans)) if spans else line


def _marked(line: Line, spans: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
    place = 0
    for text, style in line:
        done, end = 0, place + len(text)
        for first, last, other in spans:
            begin, finish = max(first, place) - place, min(last, end) - place
            if begin < finish:
                yield text[done:begin], style
                yield text[begin:finish], other
                done = finish
        yield text[done:], style
        place = end
