"""A panel of running text: it breaks anew in another width, and goes on where one was reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from textual.geometry import Size

from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.panel import Panel

DRAWN = str.maketrans("", "", " ─▒")
"""What fills lines, and is no text."""


class Prose(Panel):
    """Keeps the words at its top when it gets another size, also over sizes in which all of the text is in view."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = 0
        """The line that was scrolled to; the last one that can be scrolled to may be above it."""
        self._read: int | None = None
        """Letters before it; counted once, as each count anew would go back to the beginning of a line."""
        self._laid = Size(0, 0)

    def begin(self) -> None:
        """Show the text from its first line."""
        self._top, self._read = 0, None
        self.scroll_to(y=0, animate=False, immediate=True)

    def show(self, lines: Sequence[Line], chosen: int | None = None) -> None:
        before, was = self.lines, self._laid
        super().show(lines, chosen)
        self._laid = self.size
        if self._top and was.width and was != self.size:
            if was.width != self.size.width:
                self._read = letters(before[: self._top]) if self._read is None else self._read
                self._top = line_after(lines, self._read)
            self.scroll_to(y=self._top, animate=False, immediate=True, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        if self.size == self._laid and top != self._top and not (self._top > top == self.max_scroll_y):
            self._top, self._read = top, None


def letters(lines: Sequence[Line]) -> int:
    """How many letters stand in these lines: the same however the text is broken."""
    return sum(map(_letters, lines))


def line_after(lines: Sequence[Line], read: int) -> int:
    """The line in which the letter after so many stands; the last one where there are no more."""
    return next((place for place, so_far in enumerate(accumulate(map(_letters, lines))) if so_far > read), max(0, len(lines) - 1))


def _letters(line: Line) -> int:
    return sum(len(text.translate(DRAWN)) for text, _ in line)
