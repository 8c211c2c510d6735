"""Whether a run costs so much that it should be asked about first."""

from __future__ import annotations

from selforg_tui.core.config import RunConfig
from selforg_tui.engine.estimate import Estimate
from selforg_tui.models import registry

_UNBOUND = ", which only a limit on tokens or time can bound"


def question(config: RunConfig, found: Estimate, above: float, times: int = 1) -> str | None:
    """What to ask before this run (or so many of it), in a sentence; None where there is nothing to ask.

    A limit on money bounds what a run may cost. Where a price is unknown and the model is not on this machine, it is asked too.
    """
    calls = f"{(found.calls + found.judge_calls) * times:,} calls"
    if found.imaginary:
        return None
    local = {spec.name for spec in config.specs() if registry.facts(spec).local}
    unknown = ", ".join(model for model in found.unpriced if model not in local)
    if found.cost_usd is None:
        return f"What {calls} cost is not known: there is no price for {unknown}{_UNBOUND}." if unknown else None
    low, high = (cost * times for cost in found.cost_usd)
    if config.limits.cost_usd is not None and not found.unpriced:
        low, high = (min(cost, config.limits.cost_usd * times) for cost in (low, high))
    if unknown:
        rest = f"the rest of it may cost up to ${max(high, 0.01):.2f}"
        return f"What {calls} cost is not known: there is no price for {unknown}{_UNBOUND}; {rest}."
    return f"This may cost ${low:.2f} to ${high:.2f} for {calls}." if high > above else None
