"""A removed agent is made up for within one task at N = 32: a few runs always, many by `pytest tests/simulation -m demonstration`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from statistics import fmean

import pytest

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.shocks import parse
from selforg_tui.metrics.resilience import NEAR, curve, recoveries
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.simulation.cells import SEEDS, Held, held_out

AGENTS = 32
REMOVALS = ("remove-hub", "remove-random")


def config(held: Held, kinds: tuple[str, ...], seed: int, tasks: int = 2) -> RunConfig:
    """Strong agents in turns; the shocks come before the last task."""
    shocks = tuple(parse(f"{tasks}: {kind}") for kind in kinds)
    return RunConfig(held.mission, tuple(map(Task, held.more[:tasks])), held.values, agents=AGENTS, seed=seed, shocks=shocks)


def around(job: tuple[RunConfig, ...]) -> list[tuple[float, float]]:
    """Q before the last task and in it, where the shocks of those that have any strike; run by run."""
    found = []
    for each in job:
        state = run_unwatched(each, keys=Keys({}), folder=None).state
        *_, (_, before), (task, after) = curve(state)
        assert before is not None and after is not None
        assert all((each.before, each.after) == (before, ((task, after),)) for each in recoveries(state))
        assert len(state.shocks) == len(each.shocks) and all(shock.seats for shock in state.shocks)
        found.append((before, after))
    return found


def made_up(pairs: Iterable[tuple[float, float]]) -> float:
    """Mean Q in the task of the shock over mean Q before it."""
    before, after = zip(*pairs, strict=True)
    return fmean(after) / fmean(before)


@pytest.mark.parametrize("kind", REMOVALS)
def test_a_removed_agent_is_made_up_for_within_one_task(kind: str) -> None:
    pairs = around(tuple(config(held, (kind,), seed) for held in held_out() for seed in (1,)))
    assert fmean(before for before, _ in pairs) > 0.9
    assert made_up(pairs) >= 1 - NEAR


def test_a_team_that_cannot_make_up_for_it_is_told_apart() -> None:
    """The planted fault: of 32 agents two are left."""
    pairs = around(tuple(config(held, ("remove-random",) * 30, 1) for held in held_out()[:3]))
    assert made_up(pairs) < 1 - 2 * NEAR


@pytest.mark.demonstration
@pytest.mark.timeout(0)
def test_over_missions_and_seeds() -> None:
    kinds: dict[str, tuple[str, ...]] = {kind: (kind,) for kind in (*REMOVALS, "swap-model sim:weak")}
    kinds["nothing"] = ()
    jobs = [tuple(config(held, each, seed, tasks=3) for seed in SEEDS[:10]) for each in kinds.values() for held in held_out()]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(around, jobs))
    share = len(held_out())
    found = {kind: [pair for row in rows[at * share : (at + 1) * share] for pair in row] for at, kind in enumerate(kinds)}
    for kind, pairs in found.items():
        back = sum(after >= (1 - NEAR) * before for before, after in pairs)
        print(f"{kind}: Q before {fmean(b for b, _ in pairs):.3f}, after {fmean(a for _, a in pairs):.3f}, back in {back} of {len(pairs)}")
    assert all(made_up(found[kind]) >= 1 - NEAR for kind in REMOVALS)
    assert abs(made_up(found["nothing"]) - fmean(made_up(found[kind]) for kind in REMOVALS)) <= 0.02
    assert made_up(found["swap-model sim:weak"]) < min(made_up(found[kind]) for kind in REMOVALS) - 0.01
