"""The one surface that every panel of the Run screen is painted on: styled lines, cached as strips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.theme import Theme

from selforg_tui.tui.run.surface.cells import Line, Span

MOST_STRIPS = 600
"""Painted lines that are kept of a panel: several screens full; a strip takes kilobytes."""
PREFIX = "line--"
STYLES = (
    "plain", "dim", "strong", "title", "in", "out", "deciding", "failed", "waiting", "parent", "warn", "simulated", "bar", "rest",
    "chosen", "changed", "cursor", "hidden", "mark", "italic", "code",
    "role-1", "role-2", "role-3", "role-4", "role-5", "role-6", "role-7", "role-8",
)  # fmt: skip
"""What a span may name; several, with spaces between: later ones over the first."""


class LinesScreen(Screen[None]):
    """A screen that holds the styles of all its lines: one set for all, as each set takes time whenever styles change."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {PREFIX + name for name in STYLES}
    DEFAULT_CSS = """
    LinesScreen {
        & > .line--dim { color: $muted; }
        & > .line--strong { text-style: bold; }
        & > .line--title { color: $primary; text-style: bold; }
        & > .line--in { color: $agent-in; text-style: $state-text-style; }
        & > .line--out { color: $agent-out; text-style: $state-text-style; }
        & > .line--deciding { color: $agent-deciding; text-style: $state-text-style; }
        & > .line--failed { color: $agent-failed; text-style: bold; }
        & > .line--waiting { color: $agent-waiting; }
        & > .line--parent { color: $secondary; text-style: $state-text-style; }
        & > .line--warn { color: $warning; text-style: bold; }
        & > .line--simulated { color: $simulated; text-style: bold; }
        & > .line--bar { color: $primary; }
        & > .line--rest { color: $agent-waiting; }
        & > .line--chosen { background: $panel; }
        & > .line--changed { background: $changed; text-style: bold; }
        & > .line--cursor { text-style: bold reverse; }
        & > .line--hidden { color: $hidden; }
        & > .line--mark { background: $mark; text-style: bold; }
        & > .line--italic { text-style: italic; }
        & > .line--code { color: $secondary; }
        & > .line--role-1 { color: $role-1; text-style: $state-text-style; }
        & > .line--role-2 { color: $role-2; text-style: $state-text-style; }
        & > .line--role-3 { color: $role-3; text-style: $state-text-style; }
        & > .line--role-4 { color: $role-4; text-style: $state-text-style; }
        & > .line--role-5 { color: $role-5; text-style: $state-text-style; }
        & > .line--role-6 { color: $role-6; text-style: $state-text-style; }
        & > .line--role-7 { color: $role-7; text-style: $state-text-style; }
        & > .line--role-8 { color: $role-8; text-style: $state-text-style; }
    }
    """

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._repaint)

    def _repaint(self, theme: Theme) -> None:
        """Lines have these colours, and nobody tells them where a theme differs in nothing else."""
        self.notify_style_update()
        for lines in self.query(Lines):
            lines.notify_style_update()
            lines.refresh()


class Lines(ScrollView, inherit_bindings=False):
    """Shows lines on a `LinesScreen`; only those that changed are painted again, and nothing is laid out but when their number changes.

    Of the keys that scroll it has those that go up and down; Home, End, left and right are the session's time everywhere.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("down", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]

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
        self._styles: dict[str, Style] = {}
        self._painting = False

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

    def render_lines(self, crop: Region) -> list[Strip]:
        self._painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._painting = False

    def render_line(self, y: int) -> Strip:
        """A row of the surface; where it is not for painting, with the places of its letters, which a selection asks for. Painted, each
        of these would be a style of its own, and Textual keeps 16,000 styles."""
        strip = self.row(y)
        return strip if self._painting else strip.apply_offsets(0, self.number_at(y))

    def row(self, y: int) -> Strip:
        """A row of the surface as it is painted."""
        number = self.number_at(y)
        width = self.size.width
        if number >= len(self.lines):
            return Strip.blank(width, self.style_of("plain"))
        strip = self._strips.get(number)
        if strip is None or strip.cell_length != width or self.text_selection is not None:
            if len(self._strips) >= MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[number] = self.painted(number)
        return strip

    def number_at(self, y: int) -> int:
        """Which line stands in a row of the surface."""
        return y + self.scroll_offset.y

    def line_at(self, number: int) -> Line:
        """A line as it is to be painted."""
        return self.lines[number]

    def painted(self, number: int) -> Strip:
        """A line as a strip, with cursor and selection."""
        plain, over = self.style_of("plain"), Style.null()
        if number == self.chosen:
            over = Style(bgcolor=self.style_of("chosen").bgcolor)
        styled = ((text, self.style_of(style)) for text, style in _joined(self.line_at(number)))
        segments = [Segment(text, style + over if over else style) for text, style in styled]
        selection = self.text_selection
        marked = selection.get_span(number) if selection is not None else None
        if marked is not None:
            segments = _marked(segments, marked, self.screen.get_component_rich_style("screen--selection"))
        return Strip(segments).adjust_cell_length(self.size.width, plain + over)

    def style_of(self, name: str) -> Style:
        """The style that a span names."""
        style = self._styles.get(name)
        if style is None:
            first, *over = name.split()
            style = self.screen.get_component_rich_style(PREFIX + first)
            for more in over:
                style += self.screen.get_component_rich_style(PREFIX + more, partial=True)
            self._styles[name] = style
        return style

    def notify_style_update(self) -> None:
        self._strips.clear()
        self._styles.clear()
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


def _joined(line: Line) -> Iterator[Span]:
    """Neighbours of one style as one span: what is painted costs by the piece."""
    for style, spans in groupby(line, key=itemgetter(1)):
        text = "".join(text for text, _ in spans)
        if text:
            yield text, style


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
