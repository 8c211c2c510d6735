"""Who sits where, in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.errors import ConfigError

HARD, EASY = "L3–L4", "L1–L2"
"""The levels that the stronger and the other model work on where models go by level."""


def team_in_words(config: RunConfig, *, short: bool = False) -> str:
    """`sim:strong`, `4 × sim:strong, 4 × openai:x, interleaved` or `L3–L4 sim:strong, L1–L2 sim:efficient`.

    `short` leaves providers and addresses out. The models as they were named where their seats do not add up.
    """
    try:
        return _told(config, short)
    except ConfigError:
        return ", ".join(spec.name + (f"={spec.seats}" if spec.seats else "") for spec in config.models)


def _told(config: RunConfig, short: bool) -> str:
    if config.arrangement == "by-level":
        hard, easy = config.seating("L3")[0], config.seating("L1")[0]
        return f"{HARD} {_name(hard, short)}, {EASY} {_name(easy, short)}"
    seats = Counter(_name(spec, short) for spec in config.seating())
    if len(seats) == 1:
        return next(iter(seats))
    words = [f"{count} × {name}" for name, count in seats.items()]
    return ", ".join(words if config.arrangement == "blocks" else [*words, config.arrangement.replace("-", " ")])


def brief_names(names: Iterable[str]) -> dict[str, str]:
    """Names of models as short as tells them apart: `openai:x@127.0.0.1:8089` for `openai:x@http://127.0.0.1:8089/v1`."""
    names = dict.fromkeys(names)
    short = {name: _without_path(name) for name in names}
    often = Counter(short.values())
    return {name: text if often[text] == 1 else name for name, text in short.items()}


def _without_path(name: str) -> str:
    model, at, url = name.partition("@")
    return f"{model}@{urlsplit(url).netloc.rpartition('@')[2]}" if at and "://" in url else name


def switches_in_words(config: RunConfig) -> list[str]:
    """What is set otherwise than usual about turns and staying out: `turns shuffled`, `nobody stays out`."""
    turns = {"shuffled": "turns shuffled", "strong-first": "strongest first in turn", "strong-last": "strongest last in turn"}
    return [*([turns[config.order]] if config.order in turns else []), *([] if config.abstention else ["nobody stays out"])]


def team_models(config: RunConfig) -> tuple[ModelSpec, ...]:
    """The models that work in some task, once each and without seats, in the order in which they were named."""
    return tuple({spec.name: spec for spec in map(_without_seats, config.models)}.values())


def _name(spec: ModelSpec, short: bool) -> str:
    return spec.model if short else spec.name


def _without_seats(spec: ModelSpec) -> ModelSpec:
    return ModelSpec(spec.provider, spec.model, spec.base_url)
