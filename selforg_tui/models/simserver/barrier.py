"""A witness for steps that should run in parallel: requests wait until all that were promised are there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence


class Barrier:
    """Holds requests until `parties` of them have arrived, then lets them go together.

    If they do not all arrive within `timeout` seconds of the first, the barrier is broken and stays so.
    """

    def __init__(self, parties: int, timeout: float = 5.0) -> None:
        self.parties = parties
        self.timeout = timeout
        self.arrived = 0
        self.broken = False
        self._open = asyncio.Event()

    @property
    def passed(self) -> bool:
        """All arrived in time."""
        return self._open.is_set() and not self.broken

    async def arrive(self) -> bool:
        """Wait for the others; False if somebody was missing."""
        self.arrived += 1
        if self.arrived == 1:
            asyncio.get_running_loop().call_later(self.timeout, self._give_up)
        if self.arrived == self.parties and not self.broken:
            self._open.set()
        await self._open.wait()
        return not self.broken

    def _give_up(self) -> None:
        if not self._open.is_set():
            self.broken = True
            self._open.set()


class Barriers:
    """Barriers that are passed one after another; behind the last one requests go freely."""

    def __init__(self, barriers: Barrier | Sequence[Barrier] | None) -> None:
        self.all = [barriers] if isinstance(barriers, Barrier) else list(barriers or ())

    async def arrive(self) -> bool:
        """Wait at the first barrier that is not passed; False if it broke, now or before."""
        for barrier in self.all:
            if not barrier.passed:
                return await barrier.arrive()
        return True
