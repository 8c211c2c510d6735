"""The court: who sits in it, and what several verdicts come to together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TypeAlias

import msgspec

from selforg_tui.core.config import MOST_JUDGES, ModelSpec, RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.events import Score

NOBODY = "none"


class Median(msgspec.Struct, frozen=True):
    """One dimension as several judges see it: the median of their scores, from 1 to 4.

    An even number of judges has two in the middle; their mean may end in .5, so that Q moves in steps of 1/32 then.
    """

    score: float
    low: int
    high: int
    rationale: str = ""
    """Nobody's; each judge's own reasons stand with its verdict."""


Graded: TypeAlias = Score | Median
"""A score of one judge, or of the court."""


def together(verdicts: Sequence[Mapping[str, Score]]) -> dict[str, Graded] | None:
    """What the court says: a single verdict as it is, of several the median by dimension; None where nobody scored."""
    if len(verdicts) < 2:
        return dict(verdicts[0]) if verdicts else None
    return {name: _median([verdict[name].score for verdict in verdicts if name in verdict]) for name in verdicts[0]}


def _median(scores: list[int]) -> Median:
    middle = median(scores)
    return Median(int(middle) if middle == int(middle) else middle, min(scores), max(scores))


def step_of(place: int) -> str:
    """The step of a judge's calls by its place in the court, from 0: `judge`, `judge2`, …"""
    return "judge" if not place else f"judge{place + 1}"


def place_of(step: str) -> int:
    """The place in the court that a step of a judge belongs to, from 0."""
    found = re.fullmatch(r"(?:warm-)?judge([0-9]{1,9})", step)
    return int(found[1]) - 1 if found else 0


def read_judges(text: str) -> tuple[ModelSpec, ...]:
    """Models separated by spaces; `=3` behind one makes it three of the judges. `none`: nobody. Raises ConfigError."""
    words = text.replace(",", " ").split()
    if [word.lower() for word in words] == [NOBODY]:
        return ()
    if any(word.lower() == NOBODY for word in words):
        raise ConfigError("Either nobody judges or somebody does: leave 'none' out, or the other judges.")
    found: list[ModelSpec] = []
    for word in words:
        spec = ModelSpec.parse(word)
        times = spec.seats or 1
        if len(found) + times > MOST_JUDGES:
            raise ConfigError(f"A court of more than {MOST_JUDGES} judges cannot be asked: name fewer.")
        found += [msgspec.structs.replace(spec, seats=None)] * times
    return tuple(found)


def written(judges: Iterable[ModelSpec]) -> str:
    """As `read_judges` reads it."""
    return " ".join(spec.written for spec in judges) or NOBODY


def names_in_words(names: Iterable[str]) -> str:
    """`sim:judge`, `3 × sim:judge` or `openai:a, 2 × openai:b`; empty for nobody."""
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in Counter(names).items())


def judges_in_words(config: RunConfig) -> str:
    """Who is to judge."""
    return names_in_words(spec.name for spec in config.judges)
