"""Where the Run screen's session comes from: a live one, or a recording. The screen cannot tell but by asking."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from selforg_tui.core.errors import SelforgError
from selforg_tui.core.state import SessionState
from selforg_tui.settings.diagnostics import record
from selforg_tui.settings.keys import every_key
from selforg_tui.settings.redact import redact

if TYPE_CHECKING:
    from selforg_tui.sessions.guesses import Guesses
    from selforg_tui.sessions.live import LiveSession
    from selforg_tui.sessions.player import Player


class Source(ABC):
    """A session in time. What a live one cannot do (go back; hurry, unless its models are simulated) does nothing."""

    live = False
    speed = 1.0
    problem = ""
    """Why it could not start, or could not go on, in a sentence that says what to do."""

    @property
    @abstractmethod
    def state(self) -> SessionState:
        """The session now. Another object after going back in a recording."""

    @property
    @abstractmethod
    def at(self) -> float:
        """Seconds into the session."""

    @property
    @abstractmethod
    def seconds(self) -> float:
        """Its length, as far as it is known."""

    @property
    @abstractmethod
    def playing(self) -> bool:
        """True while time passes."""

    @property
    def hurries(self) -> bool:
        """Whether `faster` has an effect."""
        return True

    @property
    def path(self) -> Path | None:
        """The file that holds it."""
        return None

    @property
    def whole(self) -> SessionState | None:
        """The state at the end, where that is known already."""
        return None

    @property
    @abstractmethod
    def guesses(self) -> Guesses:
        """What was guessed of Q; the same object each time."""

    @property
    def title(self) -> str:
        """The mission."""
        header = self.state.header
        return header.config.mission if header is not None else ""

    async def start(self) -> None:
        """Run a live session to its end; failures become `problem`."""

    def stop(self) -> None:
        """Ask a live session to end; what was done is kept."""

    def advance(self, seconds: float) -> None:
        """Let time pass in a recording."""

    def toggle(self) -> None:
        """Play or pause; at the end, from the beginning."""

    def pause(self) -> None:
        """Stand still."""

    def faster(self, by: int = 1) -> None:
        """The next higher (or lower) speed."""

    def step(self, by: int = 1) -> None:
        """To the next (or an earlier) thing that happens."""

    def seek(self, at: float) -> None:
        """To a time."""


class LiveSource(Source):
    """A session that is being run. `clock` gives seconds of any origin."""

    live = True

    def __init__(self, session: LiveSession, clock: Callable[[], float] = time.monotonic) -> None:
        self.session = session
        self._clock = clock
        self._zero: float | None = None
        self._running = False
        self._guesses: Guesses | None = None

    @property
    def state(self) -> SessionState:
        return self.session.state

    @property
    def at(self) -> float:
        state = self.state
        if state.header is None:
            return 0.0
        if self._zero is None:
            self._zero = self._clock() - state.t
        return max(state.t, self._clock() - self._zero) if self._running and state.status is None else state.t

    @property
    def seconds(self) -> float:
        return self.at

    @property
    def playing(self) -> bool:
        return self._running

    @property
    def path(self) -> Path | None:
        return self.session.path

    @property
    def guesses(self) -> Guesses:
        if self._guesses is None:
            from selforg_tui.sessions.guesses import Guesses

            self._guesses = Guesses(self.session.path, self.session.id)
        return self._guesses

    async def start(self) -> None:
        self._running = True
        try:
            await self.session.run()
        except SelforgError as problem:
            self.problem = redact(str(problem), every_key())
        except Exception as problem:  # the screen outlives a fault of the engine, and shows it
            log = record(problem)
            where = f"details are in {log}" if log else "and its log file cannot be written"
            self.problem = f"This is a fault of selforg-tui ({type(problem).__name__}); {where}. What was done is kept; please report it."
        finally:
            self._running = False

    @property
    def speed(self) -> float:  # type: ignore[override]
        return 1 / self.session.pace.wait if self.session.pace.wait > 0 else math.inf

    @property
    def hurries(self) -> bool:
        header = self.state.header  # models that are not simulated take their own time
        return header is not None and all(spec.simulated for spec in header.config.specs())

    def faster(self, by: int = 1) -> None:
        if self.hurries and self._running:
            from selforg_tui.sessions.player import stepped

            self.session.pace.wait = 1 / stepped(self.speed, by)

    def stop(self) -> None:
        if self._running:
            self.session.stop()


class ReplaySource(Source):
    """A recording, played. `guesses`: those that are kept beside it."""

    def __init__(self, player: Player, guesses: Guesses | None = None) -> None:
        self.player = player
        self._guesses = guesses
        self._whole: SessionState | None = None

    @classmethod
    def open(cls, path: Path) -> ReplaySource:
        """Read a session file. Raises StorageError."""
        from selforg_tui.sessions.player import Player
        from selforg_tui.sessions.reader import read

        return cls(Player(read(path)))

    @property
    def state(self) -> SessionState:
        return self.player.state

    @property
    def at(self) -> float:
        return self.player.at

    @property
    def seconds(self) -> float:
        return self.player.seconds

    @property
    def playing(self) -> bool:
        return self.player.playing

    @property
    def speed(self) -> float:  # type: ignore[override]
        return self.player.speed

    @property
    def path(self) -> Path | None:
        return self.player.recording.path

    @property
    def guesses(self) -> Guesses:
        if self._guesses is None:
            from selforg_tui.sessions.guesses import Guesses

            self._guesses = Guesses(self.path, self.player.recording.header.id)
        return self._guesses

    @property
    def whole(self) -> SessionState | None:
        if self._whole is None:
            self._whole = self.player.recording.state()
        return self._whole

    def advance(self, seconds: float) -> None:
        self.player.advance(seconds)

    def toggle(self) -> None:
        if not self.player.playing and self.player.ended:
            self.player.seek(0.0)
        self.player.playing = not self.player.playing

    def pause(self) -> None:
        self.player.playing = False

    def faster(self, by: int = 1) -> None:
        self.player.faster(by)

    def step(self, by: int = 1) -> None:
        self.player.step(by)

    def seek(self, at: float) -> None:
        self.player.seek(at)
