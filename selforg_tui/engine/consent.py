"""Whether a run costs so much that it should be asked about first."""

from __future__ import annotations

from collections.abc import Sequence

from selforg_tui.core.config import RunConfig
from selforg_tui.engine.estimate import Estimate
from selforg_tui.models import registry

_UNBOUND = ", which only a limit on tokens or time can bound"


def question(config: RunConfig, found: Estimate, above: float, times: int = 1) -> str | None:
    """What to ask before this run (or so many of it), in a sentence; None where there is nothing to ask.

    A limit on money bounds what a run may cost. Where a price is unknown and the model is not on this machine, it is asked too.
    """
    return question_of_all([(config, found, times)], above)


def question_of_all(runs: Sequence[tuple[RunConfig, Estimate, int]], above: float, total: float | None = None) -> str | None:
    """As `question`, of several runs together, each so many times. `total` bounds what all of them may cost."""
    real = [(config, found, times) for config, found, times in runs if not found.imaginary and times]
    number = sum((found.calls + found.judge_calls + found.write_up_calls) * times for _, found, times in real)
    unpriced = dict.fromkeys(name for config, found, _ in real for name in _unpriced(config, found))
    unknown, calls = ", ".join(unpriced), f"{number:,} calls"
    known = [_cost(config, found, times) for config, found, times in real if found.cost_usd is not None]
    if not known:
        return f"What {calls} cost is not known: there is no price for {unknown}{_UNBOUND}." if unknown else None
    low, high = (sum(cost[end] for cost in known) for end in (0, 1))
    if total is not None and not any(found.unpriced for _, found, _ in real):
        low, high = min(low, total), min(high, total)
    if unknown:
        rest = f"the rest of it may cost up to ${max(high, 0.01):.2f}"
        return f"What {calls} cost is not known: there is no price for {unknown}{_UNBOUND}; {rest}."
    return f"This may cost ${low:.2f} to ${high:.2f} for {calls}." if high > above else None


def _cost(config: RunConfig, found: Estimate, times: int) -> tuple[float, float]:
    """From and to, where anything is known."""
    low, high = (cost * times for cost in found.cost_usd or (0.0, 0.0))
    if config.limits.cost_usd is not None and not found.unpriced:
        low, high = (min(cost, config.limits.cost_usd * times) for cost in (low, high))
    return low, high


def _unpriced(config: RunConfig, found: Estimate) -> list[str]:
    """Models of unknown price that are not on this machine."""
    local = {spec.name for spec in config.specs() if registry.facts(spec).local}
    return [model for model in found.unpriced if model not in local]
