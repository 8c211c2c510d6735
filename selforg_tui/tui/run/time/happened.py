"""Everything that happened, in order, a line each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.surface.cells import Line, abridged, cut, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.story import Happening, Story
from selforg_tui.tui.run.time.timeline import Timeline
from selforg_tui.tui.run.view import View, clock
from selforg_tui.tui.sources import Source


class Events(Panel):
    """The story so far, newest at the bottom; of a recording also that more is to come. The cursor goes with the latest."""

    HELP = """What happened when, in order; the newest is at the bottom, and the cursor goes with it until you move it. ‹events.go:Enter› \
chooses the agent; in a replay it also goes to that moment. What is still to come in a replay is dim, and is not told before it has \
happened. Of an agent that wrote more than one draft the last is told. ‹replay.next-mark:N› and ‹replay.previous-mark:P› go to the next \
and the previous mark on the line of time."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Event above", show=False),
        Binding("down", "go(1)", "Event below", show=False),
        Binding("pageup", "go(-10)", "Events above", show=False),
        Binding("pagedown", "go(10)", "Events below", show=False),
        Binding("enter", "take", "Go there", id="events.go", show=False, tooltip="To that moment (in a replay), and to that agent"),
    ]
    pause = 0.2

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source = source
        self.border_subtitle = with_keys("‹events.go:Enter› chooses the agent" if source.live else "‹events.go:Enter› goes there")
        self._story = Story()
        self._place: int | None = None
        """The event that the cursor is on; None: the latest."""
        self._rows: list[int] = []
        """By line, the event it belongs to."""

    def key(self, view: View) -> Hashable:
        state = self.source.whole or view.state
        return (self._story.version(state), self._now(view), self._place)

    def heading(self, view: View) -> str:
        return f"Events ── {self._now(view):,} so far"

    def all(self, view: View) -> list[Happening]:
        """Everything that is listed: of a recording also what is to come."""
        return self._story.of(self.source.whole or view.state)

    def _now(self, view: View) -> int:
        """How many of them have happened."""
        listed = self.all(view)
        return bisect_right(listed, view.at, key=lambda one: one.at) if self.source.whole else len(listed)

    def cursor(self, view: View) -> int:
        """The event that the cursor is on."""
        last = max(0, self._now(view) - 1)
        return last if self._place is None else min(self._place, max(0, len(self.all(view)) - 1))

    def body(self, view: View, width: int) -> Sequence[Line]:
        listed, now, cursor = self.all(view), self._now(view), self.cursor(view)
        lines: list[Line] = []
        self._rows = []
        for place, one in enumerate(listed):
            time = f" {clock(one.at):>5} "
            room = width - len(time) - 4
            texts = [cut(one.hint, room)] if place >= now else wrap(one.text, room) if place == cursor else [abridged(one.text, room)]
            style = "rest" if place >= now else one.style
            lines.append(((time, "rest" if place >= now else "dim"), (f"{one.glyph} ", style), (texts[0] if texts else "", style)))
            lines += [((" " * (len(time) + 2) + text, style),) for text in texts[1:]]
            self._rows += [place] * max(1, len(texts))
        return lines or [((" Nothing has happened yet.", "dim"),)]

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        lines = self.body(view, self.size.width)
        cursor = self.cursor(view)
        chosen = self._rows.index(cursor) if cursor in self._rows else None
        self.show(lines, chosen)
        if chosen is not None:
            self._keep_in_view(chosen, len(self._rows) - self._rows[::-1].index(cursor))

    def _keep_in_view(self, first: int, end: int) -> None:
        """Have these lines in view; by force, as a panel that was just shown learns only with its next layout that it scrolls."""
        top, height = self.scroll_offset.y, self.size.height
        wanted = min(max(top, end - height), first)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True, force=True)

    def action_go(self, by: int) -> None:
        """Choose another event; on the latest the cursor follows again."""
        if self.view is not None:
            self._choose(self.cursor(self.view) + by)

    def action_take(self) -> None:
        """To that moment and that agent."""
        listed = self.all(self.view) if self.view is not None else []
        if self.view is None or not listed:
            return
        one = listed[self.cursor(self.view)]
        if not self.source.live:
            self._place = None
            self.post_message(Timeline.Sought(one.at, one.seat))
        elif one.seat is not None:
            self.post_message(self.Chosen(one.seat))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = -1 if offset is None else offset.y + self.scroll_offset.y
        if self.view is None or not 0 <= line < len(self._rows):
            return
        if self._rows[line] == self.cursor(self.view):
            self.action_take()
        else:
            self._choose(self._rows[line])

    def _choose(self, place: int) -> None:
        if self.view is not None:
            place = min(max(place, 0), max(0, len(self.all(self.view)) - 1))
            self._place = None if place == self._now(self.view) - 1 else place
            self.follow(self.view, self._when, force=True)
