"""Limits on money, tokens and time: asked before every call, told after it."""

from __future__ import annotations

from collections.abc import Callable

from selforg_tui.core.calls import Usage
from selforg_tui.core.config import Limits
from selforg_tui.core.errors import LimitReached


class Budget:
    """What was spent of a session's limits."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self.tokens = 0
        self.cost_usd = 0.0

    def check(self) -> None:
        """Raises LimitReached where nothing new may start."""
        limits = self._limits
        if limits.seconds is not None and self._now() >= limits.seconds:
            raise LimitReached("time", f"The time limit of {limits.seconds:g} s was reached.")
        if limits.tokens is not None and self.tokens >= limits.tokens:
            raise LimitReached("tokens", f"The limit of {limits.tokens:,} tokens was reached ({self.tokens:,} used).")
        if limits.cost_usd is not None and self.cost_usd >= limits.cost_usd:
            raise LimitReached("money", f"The limit of ${limits.cost_usd:.2f} was reached (${self.cost_usd:.4f} spent).")

    @property
    def seconds_left(self) -> float | None:
        """None without a limit on time."""
        return None if self._limits.seconds is None else max(0.0, self._limits.seconds - self._now())

    def spend(self, usage: Usage, cost_usd: float | None) -> None:
        """Take a call into account."""
        self.tokens += usage.input + usage.output
        self.cost_usd += cost_usd or 0.0
