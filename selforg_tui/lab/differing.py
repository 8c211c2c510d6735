"""In what runs differ, and groups made of that."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.seating import team_in_words
from selforg_tui.core.text import one_line
from selforg_tui.lab.measured import Measured, mission_of

Groups = Mapping[str, Sequence[Measured]]


def _protocol(config: RunConfig) -> str:
    return " ".join([config.protocol, *(f"{name}={value}" for name, value in sorted(config.parameters.items()))])


def _judges(config: RunConfig) -> str:
    return " + ".join(spec.name for spec in config.judges) or "nobody"


FACTS: dict[str, Callable[[Measured], str]] = {
    "protocol": lambda run: _protocol(run.config),
    "models": lambda run: team_in_words(run.config) if run.config.arrangement == "by-level" else _models(run.config),
    "agents": lambda run: f"N = {run.config.agents}",
    "seating": lambda run: run.config.arrangement,
    "order": lambda run: f"{run.config.order} order",
    "abstention": lambda run: "may abstain" if run.config.abstention else "no abstention",
    "words": lambda run: f"{run.config.words} words",
    "temperature": lambda run: f"T = {run.config.temperature:g}",
    "shocks": lambda run: ", ".join(f"{shock.kind} in task {shock.task}" for shock in run.config.shocks) or "no shock",
    "judge": lambda run: f"judged by {_judges(run.config)}",
    "mission": lambda run: f"{one_line(run.config.mission, 40)} ({mission_of(run.config)[:4]})",
    "warm-up": lambda run: "warm-up" if run.config.warm_up else "no warm-up",
    "prompts": lambda run: f"prompts {run.prompts[:6]}",
    "version": lambda run: f"version {one_line(run.app_version, 20)}",
}
"""What runs can differ in besides their seed, in words."""
CHOSEN = ("protocol", "models", "agents", "seating", "order", "abstention", "words", "temperature", "shocks")
"""By what runs are grouped unasked, wherever they differ in it."""
ELSE = ("judge", "warm-up", "prompts", "version")
"""The same, where they differ in none of those."""


def grouped(runs: Sequence[Measured], by: Sequence[str] = ()) -> dict[str, list[Measured]]:
    """Runs by these facts, or by whatever they differ in but mission and seed; named after what differs. Raises ConfigError."""
    for name in by:
        if name not in FACTS:
            raise ConfigError(f"Runs cannot be grouped by '{one_line(name)}': choose {', '.join(FACTS)}.")
    chosen = tuple(by) or differing(runs, CHOSEN) or differing(runs, ELSE)[:1]
    found: dict[str, list[Measured]] = {}
    for run in runs:
        found.setdefault(", ".join(FACTS[name](run) for name in chosen) or "all", []).append(run)
    return found


def differing(runs: Sequence[Measured], names: Sequence[str]) -> tuple[str, ...]:
    """Those of the facts in which the runs are not all alike."""
    return tuple(name for name in names if len({FACTS[name](run) for run in runs}) > 1)


def confounded(groups: Groups) -> list[str]:
    """Sentences on groups that differ in more than one thing, or that are mixed in themselves."""
    sets = {group: {name: frozenset(fact(run) for run in runs) for name, fact in FACTS.items()} for group, runs in groups.items() if runs}
    found: dict[tuple[str, ...], list[str]] = {}
    for (one, facts), (other, others) in itertools.combinations(sets.items(), 2):
        names = tuple(name for name in FACTS if facts[name] != others[name])
        if len(names) > 1:
            found.setdefault(names, []).append(f"{one} and {other}")
    told = [
        f"{' · '.join(pairs[:3])}{' · …' if len(pairs) > 3 else ''}: these differ in more than one thing ({', '.join(names)}), "
        "so that what made a difference cannot be told."
        for names, pairs in found.items()
    ]
    for group, facts in sets.items():
        mixed = [name for name, values in facts.items() if len(values) > 1 and name != "mission"]
        if mixed:
            told.append(f"The runs of {group} are not alike themselves: they differ in {', '.join(mixed)}.")
    return told


def _models(config: RunConfig) -> str:
    """Who sits in the seats, however many there are: a single model is the same whatever N."""
    names = {spec.name for spec in config.models}
    return next(iter(names)) if len(names) == 1 else team_in_words(config)
