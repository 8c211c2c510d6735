"""Limits on money, tokens and time: each call reserves the worst it can take before it starts, and settles afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple

from selforg_tui.core.calls import Usage
from selforg_tui.core.config import Limits
from selforg_tui.core.errors import LimitReached

NEAR = 0.8
"""The share of a limit from which on agents are told to wrap up."""

What = Literal["money", "tokens", "time"]


class Need(NamedTuple):
    """What a call may take at worst: tokens in and out together, and US dollars (0 where the price is unknown)."""

    tokens: int = 0
    usd: float = 0.0


NOTHING = Need()


class Held:
    """What one call has reserved, until it is known what it took."""

    def __init__(self, need: Need) -> None:
        self.need = need
        self.took = NOTHING

    def settle(self, usage: Usage | None, usd: float | None) -> None:
        """What the call really took; None: nothing, or nobody knows."""
        self.took = Need(usage.input + usage.output if usage else 0, usd or 0.0)


class Budget:
    """What was spent of a session's limits, and what calls under way may still spend. `now` gives seconds since the session began."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits, self._now = limits, now
        self._spent = self._held = NOTHING
        self._under_way = 0
        self._waiting: list[asyncio.Future[None]] = []
        self.judging: Callable[[int], Need] = lambda under_way: NOTHING
        """What judging, and writing up, may take once so many more contributions are there; the team may not touch it."""
        self.kept_for = "judging"
        """What that is, in words."""

    @property
    def counts(self) -> bool:
        """True where what a call may take matters."""
        return self._limits.tokens is not None or self._limits.cost_usd is not None

    @property
    def seconds_left(self) -> float | None:
        """None without a limit on time."""
        return None if self._limits.seconds is None else max(0.0, self._limits.seconds - self._now())

    @asynccontextmanager
    async def held(self, need: Need, *, judging: bool = False) -> AsyncIterator[Held]:
        """Room for one call. Waits while calls under way may leave room that they do not need.

        `judging`: for what comes after the team's work, its verdict or its write-up.

        Raises LimitReached where there will be none. Nothing is spared for judging as long as there is no work to judge.
        """
        while (reached := self._reached(need, NOTHING if judging else self._spare())) is not None:
            if not self._under_way or reached.what == "time":
                raise reached
            await self._released()
        held = Held(need)
        self._under_way += 1
        self._held = _plus(self._held, need)
        try:
            yield held
        finally:
            self._under_way -= 1
            self._held = _minus(self._held, need)
            self._spent = _plus(self._spent, held.took)
            for waiter in self._waiting:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiting.clear()

    def near(self, need: Need) -> tuple[What, str] | None:
        """Which limit is nearly used up, and a sentence about it; None where none is.

        That is where `NEAR` is spent of what can be spent before a call with this need finds no room any more.
        """
        limits, spent, spare = self._limits, self._spent, self._spare()
        if limits.seconds is not None and self._now() >= NEAR * limits.seconds:
            return "time", f"More than {NEAR:.0%} of the {limits.seconds:g} s are over."
        if limits.tokens is not None and spent.tokens >= NEAR * (limits.tokens - spare.tokens - need.tokens):
            return "tokens", f"{spent.tokens:,} of {limits.tokens:,} tokens are used, and there is not room for many calls more."
        if limits.cost_usd is not None and need.usd and spent.usd >= NEAR * (limits.cost_usd - spare.usd - need.usd):
            return "money", f"${spent.usd:.4f} of {_dollars(limits.cost_usd)} are spent, and there is not room for many calls more."
        return None

    def check_time(self) -> None:
        """Raises LimitReached where the time is over."""
        reached = self._reached(NOTHING, NOTHING)
        if reached is not None and reached.what == "time":
            raise reached

    def _spare(self) -> Need:
        """For what comes after the work, but never more than half of a limit, and nothing as long as there is no work: that goes first."""
        if not self.counts or self._spent == self._held == NOTHING:
            return NOTHING
        judging, tokens, usd = self.judging(self._under_way + 1), self._limits.tokens, self._limits.cost_usd
        return Need(
            judging.tokens if tokens is None else min(judging.tokens, tokens // 2),
            judging.usd if usd is None else min(judging.usd, usd / 2),
        )

    def _reached(self, need: Need, spare: Need) -> LimitReached | None:
        limits, spent, held = self._limits, self._spent, self._held
        if limits.seconds is not None and self._now() >= limits.seconds:
            return LimitReached("time", f"The time limit of {limits.seconds:g} s was reached.")
        if limits.tokens is not None and spent.tokens + held.tokens + need.tokens + spare.tokens > limits.tokens:
            if spent == held == NOTHING:
                return LimitReached("tokens", _too_small(f"{limits.tokens:,} tokens", f"take {need.tokens:,}"))
            kept = f", {spare.tokens:,} are kept for {self.kept_for}" if spare.tokens else ""
            return LimitReached(
                "tokens",
                f"The limit of {limits.tokens:,} tokens was reached: {spent.tokens:,} are used{kept}, "
                f"and one more call may take {need.tokens:,}.",
            )
        if limits.cost_usd is not None and not need.usd and spent.usd >= limits.cost_usd:  # what it may cost is unknown
            return LimitReached("money", f"The limit of {_dollars(limits.cost_usd)} was reached: ${spent.usd:.4f} are spent.")
        if limits.cost_usd is not None and need.usd and spent.usd + held.usd + need.usd + spare.usd > limits.cost_usd:
            if spent == held == NOTHING:
                return LimitReached("money", _too_small(_dollars(limits.cost_usd), f"cost ${need.usd:.4f}"))
            kept = f", ${spare.usd:.4f} are kept for {self.kept_for}" if spare.usd else ""
            return LimitReached(
                "money",
                f"The limit of {_dollars(limits.cost_usd)} was reached: ${spent.usd:.4f} are spent{kept}, "
                f"and one more call may cost ${need.usd:.4f}.",
            )
        return None

    async def _released(self) -> None:
        """Until some call has settled, or the time is over."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await asyncio.wait([waiter], timeout=self.seconds_left)


def _too_small(limit: str, takes: str) -> str:
    return (
        f"The limit of {limit} is too small for even one call, which may {takes} at worst: its prompt and the longest reply that it may "
        "give. Raise the limit, or ask for shorter contributions."
    )


def _dollars(usd: float) -> str:
    """A limit as it was given, with no fewer digits than cents have."""
    return f"${usd:.2f}" if usd >= 0.01 and round(usd, 2) == usd else f"${usd:g}"


def _plus(one: Need, other: Need) -> Need:
    return Need(one.tokens + other.tokens, one.usd + other.usd)


def _minus(one: Need, other: Need) -> Need:
    return Need(one.tokens - other.tokens, one.usd - other.usd)
