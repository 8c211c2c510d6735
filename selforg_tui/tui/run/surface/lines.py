"""The one surface that every panel of the Run screen is painted on: styled lines, cached as strips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from selforg_tui.tui.run.surface.cells import Line

PREFIX = "line--"
STYLES = (
    "plain", "dim", "strong", "title", "in", "out", "deciding", "failed", "waiting", "parent", "warn", "simulated", "bar", "rest",
    "chosen", "role-1", "role-2", "role-3", "role-4", "role-5", "role-6", "role-7", "role-8",
    "italic", "code", "hidden",
)  # fmt: skip
"""What a span may name."""


class LinesScreen(Screen[None]):
    """A screen that holds the styles of all its lines: one set for all, as each set takes time whenever styles change."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {PREFIX + name for name in STYLES}
    DEFAULT_CSS = """
    LinesScreen {
        & > .line--dim { color: $muted; }
        & > .line--strong { text-style: bold; }
        & > .line--title { color: $primary; text-style: bold; }
        & > .line--in { color: $agent-in; }
        & > .line--out { color: $agent-out; }
        & > .line--deciding { color: $agent-deciding; }
        & > .line--failed { color: $agent-failed; text-style: bold; }
        & > .line--waiting { color: $agent-waiting; }
        & > .line--parent { color: $secondary; }
        & > .line--warn { color: $warning; text-style: bold; }
        & > .line--simulated { color: $simulated; text-style: bold; }
        & > .line--bar { color: $primary; }
        & > .line--rest { color: $agent-waiting; }
        & > .line--hidden { color: $agent-waiting; }
        & > .line--chosen { background: $panel; }
        & > .line--role-1 { color: $role-1; }
        & > .line--role-2 { color: $role-2; }
        & > .line--role-3 { color: $role-3; }
        & > .line--role-4 { color: $role-4; }
        & > .line--role-5 { color: $role-5; }
        & > .line--role-6 { color: $role-6; }
        & > .line--role-7 { color: $role-7; }
        & > .line--role-8 { color: $role-8; }
        & > .line--italic { text-style: italic; }
        & > .line--code { color: $secondary; }
    }
    """


class Lines(ScrollView):
    """Shows lines on a `LinesScreen`; only those that changed are painted again, and nothing is laid out but when their number changes."""

    DEFAULT_CSS = """
    Lines {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        scrollbar-color: $primary 40%;
        scrollbar-background: $background;
        background: $background;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        self.chosen: int | None = None
        """The line that carries the cursor."""
        self._strips: dict[int, Strip] = {}

    def show(self, lines: Sequence[Line], chosen: int | None = None) -> None:
        """Show these lines from now on."""
        before, self.lines = self.lines, lines
        was, self.chosen = self.chosen, chosen
        changed = [y for y, (old, new) in enumerate(zip(before, lines, strict=False)) if old != new]
        if was != chosen:
            changed += [y for y in (was, chosen) if y is not None]
        for y in changed:
            self._strips.pop(y, None)
        if len(before) != len(lines):
            for y in range(min(len(before), len(lines)), max(len(before), len(lines))):
                self._strips.pop(y, None)
            self.virtual_size = Size(0, len(lines))
            self.refresh()
        else:
            self.repaint(changed)

    def repaint(self, changed: Sequence[int]) -> None:
        """Paint these lines again where they are in view."""
        top, height = self.scroll_offset.y, self.size.height
        regions = [Region(0, y - top, self.size.width, 1) for y in changed if 0 <= y - top < height]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.size.width
        if number >= len(self.lines):
            return Strip.blank(width, self.style_of("plain"))
        strip = self._strips.get(number)
        if strip is None or strip.cell_length != width or self.text_selection is not None:
            strip = self._strips[number] = self.painted(number)
        return strip.apply_offsets(0, number)

    def painted(self, number: int) -> Strip:
        """A line as a strip, with cursor and selection."""
        plain, over = self.style_of("plain"), Style.null()
        if number == self.chosen:
            over = Style(bgcolor=self.style_of("chosen").bgcolor)
        segments = [Segment(text, self.style_of(style) + over) for text, style in self.lines[number] if text]
        selection = self.text_selection
        marked = selection.get_span(number) if selection is not None else None
        if marked is not None:
            segments = _marked(segments, marked, self.screen.get_component_rich_style("screen--selection"))
        return Strip(segments).adjust_cell_length(self.size.width, plain + over)

    def style_of(self, name: str) -> Style:
        """The style that a span names."""
        return self.screen.get_component_rich_style(PREFIX + name)

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        picked = []
        for number in range(len(self.lines)):
            span = selection.get_span(number)
            if span is not None:
                text = "".join(text for text, _ in self.lines[number])
                picked.append(text[span[0] : None if span[1] == -1 else span[1]].rstrip())
        return "\n".join(picked), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._strips.clear()
        self.refresh()


def _marked(segments: list[Segment], span: tuple[int, int], style: Style) -> list[Segment]:
    start, end = span
    found, place = [], 0
    for text, own, _ in segments:
        own = own or Style.null()
        first = min(max(start - place, 0), len(text))
        last = len(text) if end == -1 else min(max(end - place, first), len(text))
        found += [Segment(text[:first], own), Segment(text[first:last], own + style), Segment(text[last:], own)]
        place += len(text)
    return [segment for segment in found if segment.text]
