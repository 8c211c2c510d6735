"""What a run is like before anybody changes anything: the user's file and environment over our defaults."""

from __future__ import annotations

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.config_file import Defaults, defaults
from selforg_tui.settings.keys import Keys

OURS = RunConfig(mission="")


def standard(keys: Keys) -> tuple[RunConfig, str]:
    """The run to start from, and what is wrong with the user's defaults where ours have to hold instead."""
    try:
        found = defaults()
        judge = _judge(found, keys)
    except ConfigError as problem:
        return OURS, str(problem)
    return RunConfig(
        mission="",
        protocol=found.protocol,
        agents=found.agents,
        models=found.models,
        judge=judge,
        seed=found.seed,
        temperature=found.temperature,
        words=found.words,
        limits=found.limits,
    ), ""


def _judge(found: Defaults, keys: Keys) -> ModelSpec | None:
    if found.judge is not None:
        return None if found.judge == "none" else ModelSpec.parse(found.judge)
    if found.models == OURS.models:
        return OURS.judge
    from selforg_tui.models.judge_choice import choose_judge

    return choose_judge(found.models, keys)[0]
