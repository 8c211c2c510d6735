"""A loop in virtual time that notices when nothing can go on, or nothing comes to an end."""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Callable

from selforg_tui.core.clock import Jump

GRACE = 1000
"""Turns of the loop that a trial has to end in once it was told to."""
FOR_THREADS = 2.0
"""Seconds that a thread, which the protocol has started, is waited for."""


class Stuck(BaseException):
    """A trial that was told to end and did not."""


class Watch(Jump):
    """Ends a trial that waits for nothing, or that takes more than so many turns of the loop or seconds of the wall clock.

    What never awaits cannot be ended from here.
    """

    def __init__(self, turns: int, seconds: float) -> None:
        super().__init__()
        self._turns, self._until = turns, time.monotonic() + seconds
        self._threads = threading.active_count()
        self.trouble = ""
        """Why the trial was ended; empty where it was not."""
        self.end: Callable[[], object] = lambda: None
        """Tells the trial to end."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._turns -= 1
        if self._turns < 0:
            self._give_up("goes round and round without an end")
        elif not self.trouble and time.monotonic() > self._until:
            self._give_up("takes too long")
        return super().select(timeout)

    def idle(self) -> list[tuple[selectors.SelectorKey, int]]:
        if threading.active_count() > self._threads:
            found = self._inner.select(FOR_THREADS)
            if found:
                return found
        self._give_up("waits for something that never comes")
        return []

    def _give_up(self, trouble: str) -> None:
        if self.trouble:
            raise Stuck(self.trouble)
        self.trouble, self._turns = trouble, GRACE
        self.end()
