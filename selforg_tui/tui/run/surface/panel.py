"""What all panels share: they are shown a view now and then, and paint only if it changed for them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from selforg_tui.core.state import SessionState
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.lines import Lines
from selforg_tui.tui.run.view import View

EARLY = 1 / 24
"""Seconds that a frame may come before a pause is over: half of one, else a pause as long as a frame would miss every other one."""


class Panel(Lines, can_focus=True):
    """A part of the Run screen. Says by `key` what it depends on, by `pause` how often it may change (seconds)."""

    class Chosen(Message):
        """An agent is to be looked at by all panels; from this side, where one is named."""

        def __init__(self, seat: int, side: str = "") -> None:
            super().__init__()
            self.seat, self.side = seat, side

    pause = 0.25

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view: View | None = None
        self._key: Hashable = None
        self._state: SessionState | None = None
        self._when = float("-inf")
        self._title = ""
        self._below: str | None = None

    def follow(self, view: View, now: float, force: bool = False) -> None:
        """Take notice of a view at `now` (seconds of any clock); hidden panels and unchanged ones do nothing else."""
        self.view = view
        if self._state is not None and self._state is not view.state and not self.is_on_screen:
            self._state = self._key = None  # a state that nobody looks at any more would be held for as long as this is hidden
        if not self.is_on_screen or self.size.width < 1 or (not force and now - self._when < self.pause - EARLY):
            return
        key = (self.size, self.key(view))
        if key == self._key and view.state is self._state:
            return
        self._key, self._state, self._when = key, view.state, now
        self.paint(view)

    def choose(self, seat: int, side: str = "") -> None:
        """Have all panels look at an agent. The next key counts from there, also where it comes before the screen has answered."""
        if self.view is not None:
            self.view = replace(self.view, chosen=seat)
        self.post_message(self.Chosen(seat, side))

    def key(self, view: View) -> Hashable:
        """Whatever these lines depend on; equal keys mean equal lines."""
        raise NotImplementedError

    def heading(self, view: View) -> str:
        """The title in the border."""
        return ""

    def body(self, view: View, width: int) -> Sequence[Line]:
        """The lines, each at most `width` cells."""
        raise NotImplementedError

    def paint(self, view: View) -> None:
        """Show what the view holds."""
        self.entitle(self.heading(view))
        self.show(self.body(view, self.size.width))

    def entitle(self, text: str) -> None:
        """Put a text in the border; setting it paints the whole panel, so only where it changed."""
        if text != self._title:
            self._title = text
            self.border_title = Content(text)

    @property
    def border_subtitle(self) -> str | None:
        """The text in the lower border. Setting it would paint the whole panel even where it says the same; here it does not."""
        return super().border_subtitle

    @border_subtitle.setter
    def border_subtitle(self, text: Text | Content | str | None) -> None:
        said = text if text is None or isinstance(text, str) else text.markup  # contents are equal whose styles differ
        if said != self._below:
            self._below = said
            vars(Widget)["border_subtitle"].__set__(self, text)

    @property
    def is_on_screen(self) -> bool:
        """False while the panel, or what it is in, is hidden."""
        return self.is_attached and all(node.display for node in self.ancestors_with_self if hasattr(node, "display"))

    def action_scroll_home(self) -> None:
        """The key belongs to time wherever time can go back."""
        if self.view is not None and not self.view.live:
            raise SkipAction
        super().action_scroll_home()

    def action_scroll_end(self) -> None:
        """As `action_scroll_home`."""
        if self.view is not None and not self.view.live:
            raise SkipAction
        super().action_scroll_end()

    def on_resize(self, event: events.Resize) -> None:
        if self.view is not None:
            self._key = None
            self.follow(self.view, self._when, force=True)
