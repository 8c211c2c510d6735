"""What all panels share: they are shown a view now and then, and paint only if it changed for them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from selforg_tui.core.state import SessionState
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.lines import Lines
from selforg_tui.tui.run.view import View


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

    def follow(self, view: View, now: float, force: bool = False) -> None:
        """Take notice of a view at `now` (seconds of any clock); hidden panels and unchanged ones do nothing else."""
        self.view = view
        if not self.is_on_screen or self.size.width < 1 or (not force and now - self._when < self.pause):
            return
        key = (self.size, self.key(view))
        if key == self._key and view.state is self._state:
            return
        self._key, self._state, self._when = key, view.state, now
        self.paint(view)

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
    def is_on_screen(self) -> bool:
        """False while the panel, or what it is in, is hidden."""
        return self.is_attached and all(node.display for node in self.ancestors_with_self if hasattr(node, "display"))

    def on_resize(self, event: events.Resize) -> None:
        if self.view is not None:
            self._key = None
            self.follow(self.view, self._when, force=True)
