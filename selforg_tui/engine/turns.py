"""Who speaks when, where a protocol takes turns."""

from __future__ import annotations

from collections.abc import Sequence

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.keyed import Keyed
from selforg_tui.protocols.base import Agent


def in_turns(config: RunConfig, task: int, specs: Sequence[ModelSpec]) -> tuple[Agent, ...]:
    """The agents in the order of turns of this task; `specs` by seat. A model's strength is its place in the config, strongest first."""
    agents = tuple(Agent(seat, spec.name) for seat, spec in enumerate(specs, 1))
    if config.order == "shuffled":
        return tuple(Keyed(config.seed, task, "turns").shuffled(agents))
    if config.order == "fixed":
        return agents
    rank = {name: place for place, name in enumerate(dict.fromkeys(spec.name for spec in config.models))}
    way = 1 if config.order == "strong-first" else -1
    return tuple(sorted(agents, key=lambda agent: way * rank.get(agent.model, len(rank))))
