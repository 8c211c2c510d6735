"""What the paper measured (arXiv:2603.28990), to stand beside one's own results: context with other conditions, never a target.

`paper.json` has its figures as it prints them, `paper.toml` the conditions that each belongs to. No figure is written elsewhere.
"""

from __future__ import annotations

import json
import math
import tomllib
from functools import cache
from importlib.resources import files
from statistics import fmean
from typing import Any

import msgspec

from selforg_tui.core.config import Level, ModelSpec, RunConfig
from selforg_tui.core.state import SessionState
from selforg_tui.metrics import quality
from selforg_tui.protocols import registry

MEMORY = "shared"
"""The protocol whose first task is not compared: its memory is still empty."""
NEVER = "SIMULATED: no comparison of merit, a model of the mechanism beside a measurement."


class Stand(msgspec.Struct, frozen=True):
    """Who is a model of the paper here."""

    spec: str
    simulated: str


class Figure(msgspec.Struct, frozen=True):
    """One mean Q of the paper and how it was measured; empty where the paper does not say."""

    title: str
    value: float
    setup: str
    """The conditions in the paper's words, shortened."""
    model: str
    protocol: str
    agents: tuple[int, ...]
    levels: tuple[Level, ...]
    judge: str


class Comparison(msgspec.Struct, frozen=True):
    """A figure of the paper beside one's own at one level. `differs`: the conditions that do, one sentence each."""

    level: Level
    ours: float
    """Mean Q of the session's tasks of this level."""
    tasks: int
    figure: Figure
    differs: tuple[str, ...]
    simulated: bool


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of one of its tables; see `paper.toml`."""

    title: str
    table: str
    column: str
    setup: str = "setup"
    model: str = ""
    protocol: str = ""
    agents: tuple[int, ...] = ()
    levels: tuple[Level, ...] = ()
    judge: str = ""


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A preset as `paper.toml` has it."""

    name: str
    title: str
    tables: tuple[str, ...]
    models: tuple[str, ...]
    judge: str
    protocols: tuple[str, ...]
    agents: int
    levels: tuple[Level, ...]
    unmatched: tuple[str, ...] = ()


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `paper.toml`."""

    disagreements: tuple[str, ...]
    limits: tuple[str, ...]
    models: dict[str, Stand]
    figures: tuple[Column, ...]
    presets: tuple[Declared, ...]


@cache
def reference() -> dict[str, Any]:
    """All figures of the paper, with their source and a caveat."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("paper.json").read_text("utf-8"))
    return found


@cache
def conditions() -> Conditions:
    """How they were measured, and which models of ours are its models."""
    text = files(__package__).joinpath("paper.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Conditions)


@cache
def figures() -> tuple[Figure, ...]:
    """Every mean Q that a session can be set beside."""
    return tuple(figure for column in conditions().figures for figure in _of(column))


def beside(state: SessionState) -> list[Comparison]:
    """For each level that has a Q, the nearest figure of the paper for this protocol; empty where it has none."""
    config = state.started.config
    first = 1 if config.protocol == MEMORY else 0
    found: dict[Level, list[float]] = {}
    for task in state.tasks[first:]:
        value = quality.q(task.scores)
        if value is not None:
            found.setdefault(task.level, []).append(value)
    simulated = state.simulated.agents or state.simulated.judge
    comparisons = []
    for level, values in sorted(found.items()):
        candidates = [one for one in figures() if one.protocol in (config.protocol, *_unnamed(config))]
        if candidates:
            nearest = min(candidates, key=lambda one: _distance(one, config, level))
            told = _differs(nearest, config, level, len(values))
            comparisons.append(Comparison(level, fmean(values), len(values), nearest, told, simulated))
    return comparisons


def lines(state: SessionState) -> list[str]:
    """One or two sentences for each comparison, as a report shows them; empty where there is nothing to compare."""
    found = beside(state)
    told = []
    for one in found:
        told.append(f"{one.level}: Q {one.ours:.3f} here; the paper's {one.figure.title} has {one.figure.value:.3f} ({one.figure.setup}).")
        told.append(f"  Differs: {'; '.join(one.differs)}.")
    if any(one.simulated for one in found):
        told.append(NEVER)
    return told


def brief(state: SessionState, level: Level) -> str:
    """One sentence for a narrow place about this level; empty where there is nothing to compare."""
    one = next((one for one in beside(state) if one.level == level), None)
    if one is None:
        return ""
    figure = one.figure
    under = ", ".join(filter(None, (figure.model, f"N = {_agents(figure)}" if figure.agents else "", "/".join(figure.levels))))
    merit = " SIMULATED here: no comparison of merit." if one.simulated else " Other tasks and conditions: no score to reach."
    return f"Paper, {figure.title}: Q {figure.value:.3f} ({under}).{merit}"


def stand(model: str, *, simulated: bool = False) -> ModelSpec:
    """Who a model of the paper is here."""
    found = conditions().models[model]
    return ModelSpec.parse(found.simulated if simulated else found.spec)


def _of(column: Column) -> list[Figure]:
    table = reference()[column.table]
    return [
        Figure(
            column.title,
            row[column.column],
            table[column.setup],
            row.get("model", column.model),
            row.get("protocol", column.protocol),
            (row["agents"],) if "agents" in row else column.agents,
            (row["level"],) if "level" in row else column.levels,
            column.judge,
        )
        for row in table["rows"]
        if row[column.column] is not None
    ]


def _unnamed(config: RunConfig) -> tuple[str, ...]:
    """Tables that name no protocol are of free self-organization, which is Sequential in the paper's own words for its best."""
    return ("",) if config.protocol == "sequential" else ()


def _distance(figure: Figure, config: RunConfig, level: Level) -> float:
    """Level first, then model, then number of agents; ours."""
    far = 0.0 if figure.levels == (level,) else 1.0 if level in figure.levels else 2.0 if not figure.levels else 9.0
    far += 0.0 if _same_model(figure, config) else 0.5
    far += 0.5 if not figure.protocol else 0.0
    far += 0.01 if not figure.judge else 0.0  # of two that are equal, the one of which more is known
    far += min((abs(math.log2(config.agents / agents)) for agents in figure.agents), default=4.0) / 10
    return far


def _same_model(figure: Figure, config: RunConfig) -> bool:
    return bool(figure.model) and {spec.name for spec in config.models} == {stand(figure.model).name}


def _differs(figure: Figure, config: RunConfig, level: Level, tasks: int) -> tuple[str, ...]:
    ours = ", ".join(dict.fromkeys(spec.name for spec in config.models))
    judges = [spec.name for spec in config.judges]
    told = []
    if not _same_model(figure, config):
        told.append(f"model {figure.model or 'not said'}, here {ours}")
    if not figure.judge or judges != [stand(figure.judge).name]:
        told.append(f"judge {figure.judge or 'not said'}, here {', '.join(judges)}")
    if not figure.protocol:
        told.append(f"protocol not said, here {registry.find(config.protocol).title}")
    if figure.agents != (config.agents,):
        told.append(f"N = {_agents(figure) or 'not said'}, here {config.agents}")
    if figure.levels != (level,):
        told.append(f"levels {'/'.join(figure.levels) or 'not said'}, here {level}")
    if config.order != "fixed":
        told.append(f"turns in a fixed order, here {config.order}")
    if not config.abstention:
        told.append("agents may stay out, here not")
    if config.shocks:
        told.append(f"no shocks, here {len(config.shocks)}")
    told.append(f"a mean over the paper's own tasks, which are not public, here {tasks} task{'s' * (tasks != 1)} of one run")
    return tuple(told)


def _agents(figure: Figure) -> str:
    return "/".join(map(str, figure.agents))
