"""What a run is like before anybody changes anything: the user's file and environment over our defaults."""

from __future__ import annotations

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.config_file import Defaults, defaults
from selforg_tui.settings.keys import Keys

OURS = RunConfig(mission="")


def standard(keys: Keys) -> tuple[RunConfig, str]:
    """The run to start from, and what is wrong with the user's defaults where ours have to hold instead."""
    try:
        found = defaults()
        judges, models = _judges(found, keys), _models(found)
    except ConfigError as problem:
        return OURS, str(problem)
    return RunConfig(
        mission="",
        protocol=found.protocol,
        agents=found.agents,
        models=models,
        judge=judges[0] if judges else None,
        more_judges=judges[1:],
        seed=found.seed,
        temperature=found.temperature,
        words=found.words,
        limits=found.limits,
        arrangement=found.arrangement,
        order=found.order,
        abstention=found.abstention,
        warm_up=found.warm_up,
        write_up=found.write_up,
    ), ""


def _models(found: Defaults) -> tuple[ModelSpec, ...]:
    if found.arrangement == OURS.arrangement and found.order == OURS.order:  # strength may need prices, which take long to load
        return found.models
    from selforg_tui.models.strength import seated

    return seated(found.models, found.arrangement, found.order)[0]


def _judges(found: Defaults, keys: Keys) -> tuple[ModelSpec, ...]:
    if found.judge is not None:
        return read_judges(found.judge)
    if found.models == OURS.models:
        return OURS.judges
    from selforg_tui.models.judge_choice import choose_judge

    judge = choose_judge(found.models, keys)[0]
    return (judge,) if judge else ()
