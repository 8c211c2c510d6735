"""The demonstration's runs: a cell is one way of working on held-out missions, 40 seeds each.

All cells of one measure use the same missions and seeds, so that they can be compared pair by pair.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from statistics import fmean

import msgspec

from selforg_tui.core.config import Level, ModelSpec, RunConfig, Task
from selforg_tui.metrics.summary import summary
from selforg_tui.missions import Example, bank
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

HELD_OUT = Path(__file__).with_name("missions.toml")
SEEDS = tuple(range(1, 41))
LONG = 10
"""Tasks of a long session."""


class Held(msgspec.Struct, frozen=True):
    """A mission on which nothing was tuned. `tasks`: one of each level; `more`: ten further ones of L3."""

    name: str
    title: str
    mission: str
    values: tuple[str, ...]
    tasks: tuple[Task, ...]
    more: tuple[str, ...]


class Cell(msgspec.Struct, frozen=True, order=True):
    """One way of working. `models` share the seats evenly."""

    protocol: str
    level: Level
    agents: int
    models: tuple[str, ...] = ("strong",)
    long: bool = False
    """Ten tasks in a row, instead of one."""
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """For tables."""
        parameters = "".join(f" {name}={value}" for name, value in self.parameters)
        return f"{self.protocol}{parameters} {self.level} {self.agents} {'+'.join(self.models)}{' long' if self.long else ''}"


class Run(msgspec.Struct, frozen=True):
    """What one run gave, in its last task; persistence over all of them."""

    q: float
    depth: float
    out: int
    failed: int
    agents_in: int
    uniqueness: float | None
    persistence: float | None
    words: int
    cost: float


@lru_cache(maxsize=1)
def held_out() -> tuple[Held, ...]:
    """The missions of the demonstration."""
    return msgspec.convert(tomllib.loads(HELD_OUT.read_text("utf-8"))["mission"], tuple[Held, ...])


def tuning() -> tuple[Held, ...]:
    """The missions on which parameters were chosen: those of the bank, which have no further tasks."""
    return tuple(_as_held(example) for example in bank())


def _as_held(example: Example) -> Held:
    others = tuple(task.text for task in example.tasks if task.level != "L3")
    return Held(example.name, example.title, example.mission, example.values, example.tasks, others)


def config(cell: Cell, mission: Held, seed: int) -> RunConfig:
    """One run of a cell. What remembers earlier tasks works on another one first."""
    task = next(task for task in mission.tasks if task.level == cell.level)
    before = [Task(text) for text in mission.more]
    tasks = [*before[: LONG - 1], task] if cell.long else [before[0], task] if cell.protocol == "shared" else [task]
    share = cell.agents // len(cell.models)
    models = tuple(ModelSpec("sim", name, seats=share if len(cell.models) > 1 else None) for name in cell.models)
    return RunConfig(mission.mission, tuple(tasks), mission.values, cell.protocol, dict(cell.parameters), cell.agents, models, seed=seed)


def run(cell: Cell, mission: Held, seed: int) -> Run:
    """Run it, unwatched and unsaved."""
    found = summary(run_unwatched(config(cell, mission, seed), keys=Keys({}), folder=None).state)
    task = found["tasks"][-1]
    return Run(
        q=task["q"],
        depth=task["hierarchy_depth"],
        out=task["abstained"]["voluntary"],
        failed=task["failed"],
        agents_in=len(task["roles"]),
        uniqueness=task["role_uniqueness"],
        persistence=found["role_persistence"],
        words=len(task["solution"].split()),
        cost=found["cost_usd"],
    )


def _row(job: tuple[Cell, Held, tuple[int, ...]]) -> list[Run]:
    cell, mission, seeds = job
    return [run(cell, mission, seed) for seed in seeds]


def results(cells: Iterable[Cell], missions: tuple[Held, ...], seeds: tuple[int, ...] = SEEDS) -> dict[str, list[Run]]:
    """By cell name: a run for each mission and seed, in one order for all cells. Uses all cores."""
    wanted = list(dict.fromkeys(cells))
    jobs = [(cell, mission, seeds) for cell in wanted for mission in missions]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        rows = list(pool.map(_row, jobs))
    found: dict[str, list[Run]] = {}
    for (cell, _, _), row in zip(jobs, rows, strict=True):
        found.setdefault(cell.name, []).extend(row)
    return found


def mean(runs: Iterable[Run], field: str = "q") -> float:
    """The mean of a measure over the runs that have it."""
    values = [value for run in runs if (value := getattr(run, field)) is not None]
    return fmean(values)
