"""Plays a recording: the same events as when it was live, at any speed, from any place."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.sessions.reader import Recording

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


def stepped(speed: float, by: int) -> float:
    """The speed so many steps above (or below) this one."""
    index = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - speed))
    return SPEEDS[max(0, min(len(SPEEDS) - 1, index + by))]


class Player:
    """Holds the state at a place in time. Whoever shows it calls `advance` with the seconds that passed, then reads `state`.

    `state` is another object after going back, so a viewer compares by identity as well as by version.
    """

    def __init__(self, recording: Recording, at: float = 0.0, speed: float = 1.0) -> None:
        self.recording = recording
        self.speed = speed
        self.playing = False
        self.at = 0.0
        """Seconds into the session."""
        self._events = recording.events
        self._times = list(accumulate((event.t for event in self._events), max))
        self._next = 0
        self.state = SessionState()
        self.seek(at)

    @property
    def seconds(self) -> float:
        """Length of the session."""
        return self._times[-1]

    @property
    def ended(self) -> bool:
        """True after the last event."""
        return self._next >= len(self._events)

    def advance(self, seconds: float) -> None:
        """Let this much time pass at the chosen speed; stops at the end."""
        if self.playing:
            self.seek(min(self.seconds, self.at + seconds * self.speed))
            if self.ended:
                self.playing = False

    def seek(self, at: float) -> None:
        """Go to a time, forwards or back; what the session is about is known from the first moment on."""
        self.at = max(0.0, min(at, self.seconds))
        self._go(max(1, bisect_right(self._times, self.at)))

    def step(self, by: int = 1) -> None:
        """Go to the next (or an earlier) event that a person would notice, and pause there."""
        self.playing = False
        place = self._next
        step = 1 if by > 0 else -1
        for _ in range(abs(by)):
            place += step
            while 0 < place < len(self._events) and not isinstance(self._events[place - 1], _NOTICED):
                place += step
        place = max(1, min(place, len(self._events)))
        self._go(place)
        self.at = self._times[place - 1]

    def faster(self, by: int = 1) -> None:
        """The next higher (or lower) of the speeds."""
        self.speed = stepped(self.speed, by)

    def _go(self, place: int) -> None:
        if place < self._next:
            self.state, self._next = SessionState(), 0
        fold(self._events[self._next : place], self.state)
        self._next = place


_NOTICED = (
    ev.SessionStarted, ev.TaskStarted, ev.CallStarted, ev.CallFailed, ev.Planned, ev.Intended, ev.Decided, ev.Abstained, ev.SeatFailed,
    ev.Signalled, ev.Rated, ev.Shocked, ev.Limit, ev.LimitNear, ev.SlowedDown, ev.Scored, ev.Unscored,
    ev.WrittenUp, ev.Unwritten, ev.SessionEnded,
)  # fmt: skip
