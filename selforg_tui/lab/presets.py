"""Runs that come as near as can be to a table of the paper, with what cannot be matched."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from statistics import fmean, stdev

import msgspec

from selforg_tui.core.config import Level, ModelSpec, RunConfig, Task, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import SessionState
from selforg_tui.lab import paper
from selforg_tui.lab.paper import Declared, Figure
from selforg_tui.metrics import quality
from selforg_tui.missions import Example, bank
from selforg_tui.models import registry
from selforg_tui.protocols import registry as protocols

TASKS_ARE_OURS = "The paper's prompts and tasks are not public: prompts, missions and tasks are this project's."
DRIFT = "Models behind an API change under the same name: what answers today may not be what the paper asked."
SILENT = "Where the paper is silent, definitions are this project's, for example of what a dependency between agents is."
FEW = "The paper's figures are means over many tasks; Q moves in steps of 1/16, and one run proves nothing."
STAND_INS = "Simulated models stand in for the paper's: what they show is no evidence."
_MEMORY_LEVEL: Level = "L2"


class Member(msgspec.Struct, frozen=True):
    """One session of a preset. `model` is the paper's name of whoever works in it."""

    model: str
    protocol: str
    mission: str
    config: RunConfig


class Cell(msgspec.Struct, frozen=True):
    """One's own mean Q under one protocol, of one model, at one level, and the paper's figure with the same three."""

    protocol: str
    model: str
    level: Level
    n: int
    """Tasks with a Q."""
    unscored: int
    mean: float | None
    sd: float | None
    words: float | None
    """Mean length of the solutions: judges like length."""
    paper: float | None
    table: str


def presets() -> tuple[Declared, ...]:
    """All of them, in the order of the paper's tables."""
    return paper.conditions().presets


def find(name: str) -> Declared:
    """By name. Raises ConfigError, with what was perhaps meant."""
    found = next((one for one in presets() if one.name == name.lower()), None)
    if found is None:
        names = [one.name for one in presets()]
        close = get_close_matches(name.lower(), names, 1)
        hint = f"did you mean '{close[0]}'?" if close else f"choose one of {', '.join(names)}."
        raise ConfigError(f"The paper has no preset '{name}': {hint}")
    return found


def members(preset: Declared, *, simulated: bool = False, missions: int | None = 1, repeat: int = 1, seed: int = 1) -> list[Member]:
    """Its sessions, all checked: repeat by repeat, so that what is stopped early has something of everything.

    `missions` are the first of the bank (None: all), each with a task of every level of the preset. Raises ConfigError.
    """
    if repeat < 1:
        raise ConfigError(f"A preset cannot be run {repeat} times: choose 1 or more.")
    taken = chosen_missions(missions)
    judge = ModelSpec.parse("sim:judge") if simulated else paper.stand(preset.judge)
    return [
        Member(model, protocol, example.name, checked(_config(preset, protocol, model, example, judge, simulated, seed + turn)))
        for turn in range(repeat)
        for example in taken
        for model in preset.models
        for protocol in preset.protocols
    ]


def chosen_missions(number: int | None) -> tuple[Example, ...]:
    """The first so many missions of the bank. Raises ConfigError."""
    known = bank()
    if number is not None and not 1 <= number <= len(known):
        raise ConfigError(f"There are {len(known)} example missions, so {number} cannot be taken: choose from 1 to {len(known)}.")
    return known[:number]


def unmatched(preset: Declared, *, simulated: bool = False) -> list[str]:
    """What such a run cannot match, in sentences."""
    told = [*preset.unmatched, TASKS_ARE_OURS]
    if simulated:
        return [STAND_INS, *told, SILENT]
    asked = {model: paper.stand(model) for model in (*preset.models, preset.judge)}
    without = [model for model, spec in asked.items() if registry.facts(spec).temperature == "none"]
    if without:
        told.append(f"{' and '.join(without)} take{'s' * (len(without) == 1)} no temperature today, so the paper's cannot be set.")
    return [*told, DRIFT, SILENT, FEW]


def of_paper(preset: Declared) -> list[Figure]:
    """The paper's figures in its tables."""
    return [one for one in paper.figures() if one.title in preset.tables]


def cells(preset: Declared, runs: Iterable[tuple[Member, SessionState]]) -> list[Cell]:
    """What came of it so far, a cell for each protocol, model and level."""
    scored: dict[tuple[str, str, Level], list[tuple[float | None, int]]] = {
        (protocol, model, level): [] for model in preset.models for protocol in preset.protocols for level in preset.levels
    }
    for member, state in runs:
        for task in state.tasks[_uncounted(member.protocol) :]:
            scored[member.protocol, member.model, task.level].append((quality.q(task.scores), len(task.solution.split())))
    return [_cell(preset, *key, values) for key, values in scored.items()]


def _cell(preset: Declared, protocol: str, model: str, level: Level, values: list[tuple[float | None, int]]) -> Cell:
    known = [value for value, _ in values if value is not None]
    figure = next((one for one in of_paper(preset) if _is_of(one, protocol, model, level)), None)
    return Cell(
        protocol,
        model,
        level,
        len(known),
        len(values) - len(known),
        fmean(known) if known else None,
        stdev(known) if len(known) > 1 else None,
        fmean(words for _, words in values) if values else None,
        figure.value if figure else None,
        figure.title if figure else "",
    )


def _is_of(figure: Figure, protocol: str, model: str, level: Level) -> bool:
    return figure.model == model and figure.protocol in (protocol, "") and (not figure.levels or level in figure.levels)


def _config(preset: Declared, protocol: str, model: str, example: Example, judge: ModelSpec, simulated: bool, seed: int) -> RunConfig:
    sampling = paper.reference()["sampling"]
    levels: tuple[Level, ...] = ((_MEMORY_LEVEL,) * _uncounted(protocol)) + preset.levels
    return RunConfig(
        mission=example.mission,
        values=example.values,
        tasks=tuple(task_of(example, level) for level in levels),
        protocol=protocols.find(protocol).name,
        agents=preset.agents,
        models=(paper.stand(model, simulated=simulated),),
        judge=judge,
        temperature=sampling["agent_temperature"],
        seed=seed,
    )


def task_of(example: Example, level: Level) -> Task:
    """A mission's first task of this level. Raises ConfigError where it has none."""
    found = next((task for task in example.tasks if task.level == level), None)
    if found is None:
        raise ConfigError(f"The mission '{example.title}' has no task of level {level}.")
    return found


def _uncounted(protocol: str) -> int:
    """How many tasks at the beginning of a session are there for its memory only."""
    return int(protocol == paper.MEMORY)
