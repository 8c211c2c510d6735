"""Spreads work over the rounds of the event loop, so that many streams at once do not keep others waiting."""

from __future__ import annotations

import asyncio
from collections import deque

A_ROUND = 10_000
"""Microseconds of our work that one round of the loop should hold, about; with what others add it stays below 100 ms."""


class Turns:
    """Whoever is about to work asks for a turn: at once where this round has room, else in a later one, in order."""

    def __init__(self) -> None:
        self._left = A_ROUND
        self._counting = False
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, microseconds: int) -> None:
        """Come back when there is time for about so much work."""
        loop = asyncio.get_running_loop()
        if not self._counting:
            self._counting = True
            loop.call_soon(self._next_round)
        if self._left > 0 and not self._waiting:
            self._left -= microseconds
            return
        turn = loop.create_future()
        self._waiting.append((microseconds, turn))
        await turn

    def _next_round(self) -> None:
        self._left = A_ROUND
        while self._waiting and self._left > 0:
            microseconds, turn = self._waiting.popleft()
            if not turn.done():  # cancelled meanwhile
                turn.set_result(None)
                self._left -= microseconds
        self._counting = self._left < A_ROUND
        if self._counting:
            asyncio.get_running_loop().call_soon(self._next_round)
