"""Spreads work over the rounds of the event loop, so that many streams at once do not keep others waiting."""

from __future__ import annotations

import asyncio

A_ROUND = 20_000
"""About how many microseconds of our work one round of the loop should hold."""


class Turns:
    """Whoever is about to work asks for a turn; where a round is full, it comes in a later one."""

    def __init__(self) -> None:
        self._spent = 0

    async def take(self, microseconds: int) -> None:
        """Come back when there is time for about so much work; mostly that is at once."""
        if not self._spent:
            asyncio.get_running_loop().call_soon(self._renew)
        rounds = self._spent // A_ROUND
        self._spent += microseconds
        for _ in range(rounds):
            await asyncio.sleep(0)

    def _renew(self) -> None:
        self._spent = 0
