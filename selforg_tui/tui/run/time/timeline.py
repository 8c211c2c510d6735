"""The line of time at the bottom: where we are, what happened when, and the transport."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import Moment, SessionState
from selforg_tui.tui.run.surface.cells import Line, Span
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import SIGNS, View, clock
from selforg_tui.tui.sources import Source

JUDGED = ("★", "title")
MOMENTS: dict[Moment, tuple[str, str]] = {"slowed": ("≈", "warn"), "near": ("▲", "warn"), "limit": ("■", "failed"), "shock": ("↯", "warn")}
"""A provider that takes no more for now, a limit that is near, one that is reached, a shock: glyph and style."""
RANKS = ("·", "●", "○", "≈", "✗", "▲", "■", "★", "↯")
"""Where marks fall into one cell, the later of these stays."""


class Mark(NamedTuple):
    """Something worth finding on the line."""

    at: float
    glyph: str
    style: str


class Timeline(Panel, can_focus=False):
    """Works live (time that passed) and in a replay (seek by keys or by a click)."""

    class Sought(Message):
        """A place on the line was clicked."""

        def __init__(self, at: float) -> None:
            super().__init__()
            self.at = at

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
        return (source.playing, source.speed, int(source.at), int(source.at / scale * cells), view.task.version if view.task else 0)

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
        return cells

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


def marks(state: SessionState) -> list[Mark]:
    """When seats came in, stayed out or failed, when judges spoke, when limits or providers set bounds, and when shocks struck."""
    found = [Mark(at, *MOMENTS[moment]) for at, moment in state.moments]
    for task in state.tasks:
        for seat in task.seats.values():
            if seat.status in ("in", "out", "failed") and seat.calls:
                call = state.calls[seat.calls[-1]]
                glyph, _, style = SIGNS[seat.status]
                found.append(Mark(call.started + (call.seconds or 0.0), glyph, style))
        for name in task.calls:
            call = state.calls[name]
            if call.id.seat == JUDGE_SEAT and call.seconds is not None and task.scores is not None:
                found.append(Mark(call.started + call.seconds, *JUDGED))
    return found


def scale_for(at: float) -> float:
    """The seconds that a live line stands for: it grows in jumps, so that marks rest in between."""
    for seconds in (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0):
        if at < seconds * 0.95:
            return seconds
    return (at // 1800 + 2) * 1800
