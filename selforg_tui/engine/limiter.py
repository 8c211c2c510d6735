"""How many calls go to one provider at once: found out by trying, since nobody says it beforehand."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from selforg_tui.core.errors import ModelFailure

START, MOST = 8, 64
"""Calls at once in the beginning, and at most."""
SHRINK = 0.7
CAREFUL = 10
"""Calls beyond a round that must go well before one more is tried, once there was a refusal."""
PAUSE, LONGEST_PAUSE = 1.0, 120.0
"""Seconds: of the first pause where the provider does not say how long, doubled each time in a row; the longest it may ask for."""


class Limiter:
    """Slow start, additive growth, a step back and a pause on each refusal for being too many.

    Starts with 8 at once, doubles with every round of calls that went well until the first refusal, then adds one now and then.
    `fixed`: what the provider is known to take; never more. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float], fixed: int | None = None) -> None:
        self._clock = clock
        self._most = fixed or MOST
        self.at_once = min(START, self._most)
        self._slow_start = fixed is None
        self._well = 0
        self._under_way = 0
        self._open_at = 0.0
        self._in_a_row = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> None:
        """Come back when a call may go."""
        if not self._waiting and self._free():
            self._under_way += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was let in and does not go
                self._under_way -= 1
                self._wake()
            raise

    def leave(self, problem: ModelFailure | None = None) -> float | None:
        """A call has ended. The seconds of the pause that begins with it, None where none does."""
        self._under_way -= 1
        pause = None
        if problem is not None and problem.kind == "rate_limit":
            pause = self._step_back(problem.retry_after)
        elif problem is None:
            self._grow()
        self._wake()
        return pause

    def _step_back(self, asked: float | None) -> float | None:
        now, within = self._clock(), self._clock() < self._open_at
        self._slow_start, self._well = False, 0
        if within and asked is None:  # others that were under way when the pause began: one episode, one step
            return None
        if not within:
            self.at_once = max(1, int(self.at_once * SHRINK))
            self._in_a_row += 1
        pause = min(LONGEST_PAUSE, PAUSE * 2.0 ** (self._in_a_row - 1) if asked is None else asked)
        if now + pause <= self._open_at:
            return None
        self._open_at = now + pause
        return None if within else pause

    def _grow(self) -> None:
        self._well += 1
        self._in_a_row = 0
        if self._well >= self.at_once + (0 if self._slow_start else CAREFUL):
            self._well = 0
            self.at_once = min(self._most, self.at_once * 2 if self._slow_start else self.at_once + 1)

    def _free(self) -> bool:
        return self._under_way < self.at_once and self._clock() >= self._open_at

    def _wake(self) -> None:
        while self._waiting and self._free():
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)
        if self._waiting and self._timer is None and (left := self._open_at - self._clock()) > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._reopen)

    def _reopen(self) -> None:
        self._timer = None
        self._wake()
