"""Time on the Run screen: playing, seeking, stepping and hurrying."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from selforg_tui.tui.run.keys import TRANSPORT
from selforg_tui.tui.run.surface.lines import LinesScreen
from selforg_tui.tui.run.time.marks import marks, next_mark
from selforg_tui.tui.run.time.timeline import Timeline
from selforg_tui.tui.sources import Source


class TimedScreen(LinesScreen):
    """A screen on a source. A live session goes on by itself; a recording is played by keys or mouse."""

    BINDINGS: ClassVar[list[BindingType]] = TRANSPORT

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.source = source
        self._clock = clock
        self._last = clock()

    def wake(self) -> None:
        """Something may have changed: show it soon."""

    def pass_time(self) -> float:
        """Let the source have the time since it was last asked. Gives the clock's seconds."""
        now = self._clock()
        self.source.advance(now - self._last)
        self._last = now
        return now

    def action_play(self) -> None:
        self.source.toggle()
        self._last = self._clock()
        self.wake()

    def action_seek(self, seconds: int) -> None:
        """By seconds; in long sessions by hundredths of their length."""
        self.source.seek(self.source.at + seconds * max(1.0, self.source.seconds / 100))
        self.wake()

    def action_step(self, by: int) -> None:
        self.source.step(by)
        self.wake()

    def action_mark(self, by: int) -> None:
        """To the next (or an earlier) thing worth telling."""
        mark = next_mark(marks(self.source.whole or self.source.state), self.source.at, by)
        if mark is None:
            self.notify("Nothing worth telling comes after this." if by > 0 else "Nothing worth telling came before this.", markup=False)
        else:
            self.source.pause()
            self.jump(mark.at, mark.seat)

    def jump(self, at: float, seat: int | None = None) -> None:
        """To a time, and to whom it is about."""
        self.source.seek(at)
        self.wake()

    def action_speed(self, by: int) -> None:
        self.source.faster(by)
        self.wake()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A live session has no transport, and can be hurried only where its models are simulated."""
        if action in ("play", "seek", "step", "mark"):
            return not self.source.live
        if action == "speed":
            return self.source.hurries and (not self.source.live or self.source.playing)
        return True

    @on(Timeline.Sought)
    def _seek_to(self, event: Timeline.Sought) -> None:
        self.jump(event.at, event.seat)

    @on(Timeline.Toggled)
    def _toggle_by_mouse(self) -> None:
        self.action_play()
