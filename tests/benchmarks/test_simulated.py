"""What a simulated call costs, engine included; and many runs on two processes."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.missions import bank
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

pytestmark = pytest.mark.benchmark
RUNS = 2_500
"""A tenth of what the aim speaks of."""


def calls_of(seed: int, agents: int) -> int:
    """One Sequential run, judged; how many calls it made."""
    missions = bank()
    mission = missions[seed % len(missions)]
    task: Task = next(task for task in mission.tasks if task.level == "L3")
    config = RunConfig(mission.mission, (task,), mission.values, agents=agents, seed=seed)
    state = run_unwatched(config, keys=Keys({}), folder=None).state
    assert state.status == "done"
    return len(state.calls)


def sixteen(seed: int) -> int:
    return calls_of(seed, 16)


def test_a_call_takes_less_than_a_millisecond_on_average() -> None:
    for agents in (1, 2, 4, 8, 16):
        calls_of(0, agents)
        began = time.process_time()
        calls = sum(calls_of(seed, agents) for seed in range(1, 61))
        spent = (time.process_time() - began) / calls
        print(f"N = {agents:2}: {spent * 1000:.2f} ms of CPU a call, engine and judge included (reach: 1 ms)")
        assert spent < 0.003


def test_many_runs_on_two_processes() -> None:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(sixteen, range(24)))
        began = time.monotonic()
        list(pool.map(sixteen, range(RUNS), chunksize=25))
        spent = time.monotonic() - began
    print(
        f"{RUNS:,} runs at N = 16 on two processes: {spent:.0f} s; 25,000 would take {spent * 25_000 / RUNS / 60:.1f} minutes (reach: 10)"
    )
    assert spent * 25_000 / RUNS < 1200
