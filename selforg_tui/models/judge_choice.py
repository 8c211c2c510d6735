"""Who judges where nobody was named."""

from __future__ import annotations

from selforg_tui.core.config import ModelSpec
from selforg_tui.models.providers import Provider, is_loopback, providers
from selforg_tui.settings.keys import Keys

SIMULATED_JUDGE = ModelSpec("sim", "judge")


def choose_judge(agents: tuple[ModelSpec, ...], keys: Keys) -> tuple[ModelSpec | None, str]:
    """The judge for these agents, and a sentence for people on why (empty where it goes without saying).

    Simulated agents: the simulated judge. Real ones: another model that has a key, of another provider where there is
    one; else the same model; else None, unjudged. A simulated judge never judges real agents unasked, and what is written
    by models at an address of one's own is not sent elsewhere unasked.
    """
    real = [agent for agent in agents if not agent.simulated]
    if not real:
        return SIMULATED_JUDGE, ""
    same = ModelSpec(real[0].provider, real[0].model, real[0].base_url)
    if all(_own(agent) for agent in real):
        return same, f"The agents' own model, {same.name}, judges, so that nothing is sent elsewhere; -j names another judge."
    used = {agent.provider for agent in real}
    taken = {agent.name for agent in real}
    ready = [provider for provider in providers().values() if provider.needs_key and keys.source(provider.keys, provider.name)]
    for provider in sorted(ready, key=lambda provider: provider.name in used):
        for known in provider.models:
            found = ModelSpec(provider.name, known.match)
            if known.suggest and found.name not in taken:
                return found, f"{found.name} judges, because there is a key for it; -j names another judge."
    if _can_answer(same, ready):
        return same, f"No other model has a key, so {same.name} judges its own work; -j names another judge."
    return None, "No model with a key is left to judge, so the solutions stay unjudged; -j names a judge."


def _own(agent: ModelSpec) -> bool:
    """At an address that the user gave, or on this machine."""
    provider = providers().get(agent.provider)
    return agent.base_url is not None or (provider is not None and is_loopback(provider.base_url))


def _can_answer(agent: ModelSpec, ready: list[Provider]) -> bool:
    provider = providers().get(agent.provider)
    return agent.base_url is not None or provider is None or not provider.needs_key or provider in ready
