"""How much of what was promised and allowed is used."""

from __future__ import annotations

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.money import together


def done_of_promised(state: SessionState) -> str:
    """First attempts of the team's calls that went out, of those that the protocol promises."""
    begun = sum(call.purpose == "first" and call.id.seat != JUDGE_SEAT for call in state.calls.values())
    promised = promise(state)
    return f"{begun}" if promised is None else f"{begun} of {promised}"


def promise(state: SessionState) -> int | None:
    """Calls promised for all tasks; None where the protocol is not installed here."""
    from selforg_tui.protocols.offered import promised
    from selforg_tui.protocols.registry import make

    header = state.header
    if header is None:
        return None
    try:
        stated = promised(make(header.config.protocol, header.config.parameters), header.config.agents)
    except ConfigError:
        return None
    return stated.calls * max(1, len(header.config.tasks)) + sum(step.calls for step in stated.once)


def budget(state: SessionState, at: float) -> dict[str, float]:
    """By limit, how much of it is used. Imaginary money counts only where there is no other, as when the limit is kept."""
    header = state.header
    if header is None:
        return {}
    limits, used = header.config.limits, {}
    total = together(state.team, state.judging)
    if limits.cost_usd:
        used["money"] = (total.imaginary_usd if all_simulated(state) else total.cost_usd) / limits.cost_usd
    if limits.tokens:
        used["tokens"] = (total.input + total.output) / limits.tokens
    if limits.seconds:
        used["time"] = at / limits.seconds
    return used


def all_simulated(state: SessionState) -> bool:
    """Nothing here costs real money."""
    return state.header is not None and all(spec.simulated for spec in state.header.config.specs())
