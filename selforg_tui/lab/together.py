"""Several runs as one undertaking: what they will take together, and whether that should be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from selforg_tui.core.config import Limits, RunConfig
from selforg_tui.engine import consent
from selforg_tui.engine.estimate import Estimate, estimate

Counted = Sequence[tuple[RunConfig, int]]
"""Runs, and how often each is made."""


def price(runs: Counted) -> Estimate:
    """The sum over all of them; time as if one ran after another. Raises ConfigError."""
    found = [(estimate(config), times) for config, times in runs if times]
    every = [each for each, _ in found]
    real = [(each, times) for each, times in found if not each.imaginary]
    paying = real or found
    known = [(each.cost_usd, times) for each, times in paying if each.cost_usd is not None]
    seconds = [(each.seconds, times) for each, times in found if each.seconds is not None]
    longest = max(every, key=lambda each: each.longest_prompt)
    return Estimate(
        calls=sum(each.calls * times for each, times in found),
        judge_calls=sum(each.judge_calls * times for each, times in found),
        write_up_calls=sum(each.write_up_calls * times for each, times in found),
        tokens_in=_span((each.tokens_in, times) for each, times in found),
        tokens_out=_span((each.tokens_out, times) for each, times in found),
        cost_usd=(sum(cost[0] * times for cost, times in known), sum(cost[1] * times for cost, times in known)) if known else None,
        imaginary=not real,
        seconds=sum(each * times for each, times in seconds) if len(seconds) == len(found) else None,
        longest_prompt=longest.longest_prompt,
        context=longest.context,
        fits=longest.fits,
        warnings=tuple(dict.fromkeys(warning for each in every for warning in each.warnings)),
        unpriced=tuple(dict.fromkeys(model for each in every for model in each.unpriced)),
        paid=any(each.paid for each in every),
    )


def question(runs: Counted, found: Estimate, above: float, max_cost: float | None) -> str | None:
    """What to ask before all of these, None where nothing; `max_cost` bounds them together."""
    first = runs[0][0]
    specs = tuple(dict.fromkeys(spec for config, _ in runs for spec in config.specs()))
    limits = Limits(cost_usd=max_cost)
    return consent.question(msgspec.structs.replace(first, models=specs, limits=limits), found, above)


class Purse:
    """Real money that several runs may spend together. None: no limit."""

    def __init__(self, most: float | None) -> None:
        self._most = most
        self.spent = 0.0
        """US dollars whose spending is known."""

    @property
    def empty(self) -> bool:
        """Nothing is left for another run."""
        return self._most is not None and self.spent >= self._most

    def handed(self, config: RunConfig) -> RunConfig:
        """The config, which may spend what is left."""
        if self._most is None:
            return config
        left = max(self._most - self.spent, 1e-9)
        bound = left if config.limits.cost_usd is None else min(left, config.limits.cost_usd)
        return msgspec.structs.replace(config, limits=msgspec.structs.replace(config.limits, cost_usd=bound))

    def paid(self, usd: float) -> None:
        """A run has cost this much."""
        self.spent += usd


def _span(parts: Iterable[tuple[tuple[int, int], int]]) -> tuple[int, int]:
    listed = list(parts)
    return sum(span[0] * times for span, times in listed), sum(span[1] * times for span, times in listed)
