"""The line of time at the bottom: where we are, what happened when, and the transport."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from selforg_tui.core.state import SessionState
from selforg_tui.tui.run.surface.cells import Line, Span
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.marks import RANKS, Mark, mark_at, marks
from selforg_tui.tui.run.view import View, clock
from selforg_tui.tui.sources import Source


class Timeline(Panel, can_focus=False):
    """Works live (time that passed) and in a replay (seek by keys or by a click)."""

    class Sought(Message):
        """A time is to be gone to, and whom it is about, where it is about somebody."""

        def __init__(self, at: float, seat: int | None = None) -> None:
            super().__init__()
            self.at, self.seat = at, seat

    class Toggled(Message):
        """The play button was clicked."""

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source = source
        self._marks: tuple[tuple[int, int, int], list[Mark]] = ((0, 0, 0), [])
        self._bar = (0, 1, 1.0)
        """Where the bar begins, how many cells it has, and how many seconds they stand for."""

    pause = 1 / 12

    def key(self, view: View) -> Hashable:
        source = self.source
        _, cells, scale = self._bar
        still = None if source.playing else source.at
        return (source.playing, source.speed, int(source.at), int(source.at / scale * cells), view.task.version if view.task else 0, still)

    def body(self, view: View, width: int) -> Sequence[Line]:
        source = self.source
        length = source.seconds if not source.live or not source.playing else scale_for(source.at)
        state = "▶ " if source.playing else "■ " if source.live or source.at >= source.seconds else "▮▮"
        scale = f" {source.speed:g}×"
        speed = scale if not source.live else " ended" if not source.playing else " live" if source.speed == 1 else f" live{scale}"
        end = f" / {clock(source.seconds)}" if not source.live else ""
        head = f" {state}{speed:<6} {clock(source.at)}{end} "
        room = max(10, width - len(head) - 3)
        self._bar = (len(head) + 1, room, max(length, 0.001))
        return [((head, "plain"), ("├", "rest"), *self._drawn(view.state, room, length), ("┤", "rest"))]

    def _drawn(self, state: SessionState, room: int, length: float) -> list[Span]:
        place = min(room - 1, int(self.source.at / max(length, 0.001) * room))
        cells: list[Span] = [("━", "bar") if cell < place else ("─", "rest") for cell in range(room)]
        for mark in self.marks(state):
            cell = min(room - 1, int(mark.at / max(length, 0.001) * room))
            if RANKS.index(mark.glyph) >= (RANKS.index(cells[cell][0]) if cells[cell][0] in RANKS else -1):
                cells[cell] = (mark.glyph, mark.style if cell <= place else "rest")
        cells[place] = (cells[place][0] if cells[place][0] in RANKS else "█", "strong")
        return cells if self.source.playing or self.source.live else self._told(state, cells, place)

    def _told(self, state: SessionState, cells: list[Span], place: int) -> list[Span]:
        """What stands at this moment in words beside its mark, while time stands still."""
        mark = mark_at(self.marks(state), self.source.at)
        words = f" {mark.words} " if mark is not None else ""
        size = cell_len(words)
        if mark is None or size + 1 > len(cells):
            return cells
        start = place + 1 if place + 1 + size <= len(cells) else place - size
        return cells if start < 0 else [*cells[:start], (words, mark.style), *cells[start + size :]]

    def marks(self, state: SessionState) -> list[Mark]:
        """The marks of the whole recording, or of a live session so far."""
        state = self.source.whole or state
        key = (len(state.tasks), state.task.version if state.task else 0, len(state.moments))
        if self._marks[0] != key:
            self._marks = (key, marks(state))
        return self._marks[1]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        start, room, length = self._bar
        if offset is not None and start <= offset.x < start + room:
            self.post_message(self.Sought((offset.x - start + 0.5) / room * length))
        elif offset is not None and offset.x < start:
            self.post_message(self.Toggled())


def scale_for(at: float) -> float:
    """The seconds that a live line stands for: it grows in jumps, so that marks rest in between."""
    for seconds in (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0):
        if at < seconds * 0.95:
            return seconds
    return (at // 1800 + 2) * 1800
