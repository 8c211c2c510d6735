"""The same run several times with other seeds: what one run hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import fmean, stdev
from typing import Any

import msgspec

from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import SessionState, Tally
from selforg_tui.metrics import quality
from selforg_tui.metrics.money import together


class Figure(msgspec.Struct, frozen=True):
    """A measure over the runs that have it. `sd` is the sample's standard deviation, None with fewer than two."""

    n: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None


def configs(config: RunConfig, times: int) -> Iterator[RunConfig]:
    """The config with the seeds seed, seed + 1, … Raises ConfigError."""
    if times < 1:
        raise ConfigError(f"A run cannot be repeated {times} times: choose 1 or more.")
    for seed in range(config.seed, config.seed + times):
        yield msgspec.structs.replace(config, seed=seed)


def measures(state: SessionState) -> dict[str, float | None]:
    """Q, M and the solutions' words (means over the tasks that have them), and the tokens and US dollars of team and judge together."""
    return {
        "q": quality.mean([quality.q(task.scores) for task in state.tasks]),
        "mission": quality.mean([quality.m(task.scores) for task in state.tasks]),
        "words": quality.mean([float(len(task.solution.split())) if task.solution else None for task in state.tasks]),
        "tokens": float(sum(_tokens(tally) for tally in (state.team, state.judging, state.writing))),
        "cost_usd": together(state.team, state.judging, state.writing).known_cost,
    }


def figures(runs: Iterable[dict[str, float | None]]) -> dict[str, Figure]:
    """Mean and spread of each measure; a run in which it is unknown does not count for it."""
    listed = list(runs)
    return {name: _figure([run[name] for run in listed]) for name in (listed[0] if listed else ())}


def as_object(found: dict[str, Figure]) -> dict[str, Any]:
    """For JSON."""
    return {name: msgspec.structs.asdict(figure) for name, figure in found.items()}


def _figure(values: list[float | None]) -> Figure:
    known = [value for value in values if value is not None]
    if not known:
        return Figure(0, None, None, None, None)
    return Figure(len(known), fmean(known), stdev(known) if len(known) > 1 else None, min(known), max(known))


def _tokens(tally: Tally) -> int:
    return tally.input + tally.output
