"""Protocols differ because the information differs: the order that the mechanism gives, over a few missions and seeds."""

from __future__ import annotations

from functools import lru_cache
from statistics import fmean
from typing import Any

import pytest

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

MISSIONS = (
    "Move a regional hospital group to zero trust without stopping care",
    "Bring cheap solar power to three mountain villages",
    "Plan a wedding in two languages",
)


@lru_cache(maxsize=64)
def tasks(protocol: str, level: str = "L3", model: str = "strong", agents: int = 8) -> tuple[dict[str, Any], ...]:
    found = []
    for mission in MISSIONS:
        for seed in range(1, 5):
            work = (Task(mission, level),) * (2 if protocol == "shared" else 1)  # type: ignore[arg-type]
            config = RunConfig(mission, work, protocol=protocol, agents=agents, seed=seed, models=(ModelSpec("sim", model),))
            found.append(summary(run_unwatched(config, keys=Keys(), folder=None).state)["tasks"][-1])
    return tuple(found)


def quality(*args: Any) -> float:
    return fmean(task["q"] for task in tasks(*args))


def test_seeing_what_was_done_beats_a_plan_and_a_plan_beats_knowing_nothing() -> None:
    assert quality("sequential") > quality("coordinator") * 1.05
    assert quality("coordinator") > quality("shared")
    assert quality("sequential") > quality("broadcast") * 1.1
    assert quality("sequential") > quality("solo") * 1.1


def test_choosing_ones_role_pays_for_a_capable_model() -> None:
    assert quality("sequential") > quality("fixed-roles")


def test_capable_models_do_better() -> None:
    assert quality("sequential", "L3", "strong") > quality("sequential", "L3", "weak") * 1.1


def test_agents_stay_out_where_there_is_little_to_do() -> None:
    out = [fmean(task["abstained"]["voluntary"] for task in tasks("sequential", level)) for level in ("L1", "L3")]
    assert out[0] > 1
    assert out[0] > out[1]


def test_hierarchies_are_shallow_and_deeper_on_harder_tasks() -> None:
    easy, hard = (fmean(task["hierarchy_depth"] for task in tasks("sequential", level)) for level in ("L1", "L4"))
    assert 1 <= easy < hard <= 5


@pytest.mark.parametrize("protocol", ["sequential", "broadcast"])
def test_roles_differ(protocol: str) -> None:
    assert fmean(task["role_uniqueness"] for task in tasks(protocol)) > 0.8
