"""How far judges agree: with each other, and one judge with itself when it is asked again."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from selforg_tui.core.events import Score
from selforg_tui.metrics.quality import q

LEAST_ITEMS = 10
"""Items (a dimension of a task's verdict) below which alpha says more of chance than of judges; then only the raw shares are told."""
LEAST_FREEDOM = 4
"""Degrees of freedom below which a standard deviation may be wrong by half."""
Verdict = Mapping[str, Score]


class Agreement(NamedTuple):
    """Over all pairs of judges on the same item. None where no item has two scores, and for alpha where it cannot be told."""

    items: int
    """Items with at least two scores."""
    exact: float | None
    """Share of pairs with the same score, in [0, 1]."""
    within_one: float | None
    """Share of pairs at most one apart, in [0, 1]."""
    alpha: float | None
    """Krippendorff's alpha, see `alpha`."""


def agreement(tasks: Iterable[Sequence[Verdict]]) -> Agreement:
    """Of the verdicts on each task; repeats of one model count as judges of their own."""
    items = [item for verdicts in tasks for item in _items(verdicts) if len(item) > 1]
    apart = [abs(one - other) for item in items for one, other in combinations(item, 2)]
    if not apart:
        return Agreement(0, None, None, None)
    shares = [sum(distance <= most for distance in apart) / len(apart) for most in (0, 1)]
    return Agreement(len(items), shares[0], shares[1], alpha(items) if len(items) >= LEAST_ITEMS else None)


def alpha(items: Iterable[Sequence[int]]) -> float | None:
    """Krippendorff's alpha for ordinal data: 1 - observed / expected disagreement, at most 1; 0 is chance, below is worse.

    Each item holds the scores that it was given, missing ones left out. The distance of two scores is the square of how many
    scores lie between them, those at the two ends counted half (K. Krippendorff, Content Analysis, 4th ed., 2019, ch. 12).
    None where fewer than two items can be paired or where all scores are the same, since then nothing could have differed.
    """
    units = [Counter(item) for item in items if len(item) > 1]
    coincidences: dict[tuple[int, int], float] = defaultdict(float)
    for unit in units:
        size = unit.total()
        for one, count in unit.items():
            for other, times in unit.items():
                coincidences[one, other] += count * (times - (one == other)) / (size - 1)
    totals: dict[int, float] = defaultdict(float)
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    scores, pairable = sorted(score for score in totals if totals[score]), sum(totals.values())
    distance = {
        (one, other): (sum(totals[score] for score in scores if one <= score <= other) - (totals[one] + totals[other]) / 2) ** 2
        for one, other in combinations(scores, 2)
    }
    expected = sum(totals[one] * totals[other] * apart for (one, other), apart in distance.items())
    if len(units) < 2 or not expected:
        return None
    return 1 - (pairable - 1) * sum(coincidences[pair] * apart for pair, apart in distance.items()) / expected


class Noise(NamedTuple):
    """What one judge's verdicts on the same texts vary by: standard deviations within tasks, pooled over them."""

    model: str
    verdicts: int
    """On tasks that it judged at least twice."""
    freedom: int
    """Verdicts beyond the first on each task, that is, degrees of freedom of the deviations."""
    sd: dict[str, float]
    """By dimension, in points of a score, and of `q`, in [0, 1]."""

    @property
    def gap(self) -> float:
        """How far the Qs of two equal solutions, judged once each, come to lie apart by this judge's noise in 19 of 20 cases at most:
        1.96 √2 sd, for a noise that is normal."""
        return 1.96 * math.sqrt(2) * self.sd["q"]


def in_words(found: Noise, name: str) -> str:
    """The noise of a judge called so, and what it means for a gap between two sessions."""
    told = f"Noise of {name} over {found.verdicts} verdicts: sd of Q {found.sd['q']:.3f}."
    if found.freedom < LEAST_FREEDOM:
        more = LEAST_FREEDOM - found.freedom
        return f"{told} These are too few to tell: ask it at least {'once' if more == 1 else f'{more} times'} more."
    if not found.sd["q"]:
        return f"{told} It gives the same text the same Q each time."
    return f"{told} Two solutions that it judged once each must lie more than {found.gap:.2f} apart in Q to differ by more than its noise."


def noise(tasks: Iterable[Iterable[tuple[str, Verdict]]]) -> list[Noise]:
    """For each model that judged some task twice or more; `tasks` holds, for each task, model and verdict."""
    found: dict[str, list[list[Verdict]]] = defaultdict(list)
    for task in tasks:
        by_model: dict[str, list[Verdict]] = defaultdict(list)
        for model, verdict in task:
            by_model[model].append(verdict)
        for model, verdicts in by_model.items():
            if len(verdicts) > 1:
                found[model].append(verdicts)
    return [_noise(model, groups) for model, groups in found.items()]


def _noise(model: str, groups: list[list[Verdict]]) -> Noise:
    names = [name for name in groups[0][0] if all(name in verdict for group in groups for verdict in group)]
    sd = {name: _pooled([[verdict[name].score for verdict in group] for group in groups]) for name in names}
    sd["q"] = _pooled([[q(verdict) or 0.0 for verdict in group] for group in groups])
    return Noise(model, sum(map(len, groups)), sum(len(group) - 1 for group in groups), sd)


def _pooled(groups: list[list[int]] | list[list[float]]) -> float:
    """√(Σ squared deviations from each group's mean / Σ (size - 1))."""
    squares = sum(sum((value - sum(group) / len(group)) ** 2 for value in group) for group in groups)
    return math.sqrt(squares / sum(len(group) - 1 for group in groups))


def _items(verdicts: Sequence[Verdict]) -> list[list[int]]:
    names = dict.fromkeys(name for verdict in verdicts for name in verdict)
    return [[verdict[name].score for verdict in verdicts if name in verdict] for name in names]


def as_object(found: Agreement) -> dict[str, Any] | None:
    """For JSON; None where nobody could agree with anybody."""
    return found._asdict() if found.items else None
