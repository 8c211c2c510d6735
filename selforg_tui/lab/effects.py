"""How large a difference is, and how sure: without any package. Formulas are those of the sources that each function names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean, stdev, variance
from typing import Literal

import msgspec

RESAMPLES = 2000
LEVEL = 0.95
"""Of confidence intervals."""
FEWEST = 5
"""Members below which no interval is given: resampling them says nothing."""
FEW = 10
"""Members below which a table says that they are too few to tell."""

Size = Literal["negligible", "small", "medium", "large"]


class Interval(msgspec.Struct, frozen=True):
    """A confidence interval, in the units of the measure."""

    low: float
    high: float


def cohens_d(first: Sequence[float], second: Sequence[float]) -> float | None:
    """(mean of first − mean of second) / pooled standard deviation, for groups that do not pair; J. Cohen 1988.

    None with fewer than two members in a group, or where nothing varies.
    """
    if min(len(first), len(second)) < 2:
        return None
    degrees = len(first) + len(second) - 2
    pooled = math.sqrt(((len(first) - 1) * variance(first) + (len(second) - 1) * variance(second)) / degrees)
    return (fmean(first) - fmean(second)) / pooled if pooled > 0 else None


def d_z(differences: Sequence[float]) -> float | None:
    """Mean of the pairs' differences / their standard deviation (Cohen 1988, 2.3.5). None for fewer than two, or where all are equal."""
    if len(differences) < 2:
        return None
    spread = stdev(differences)
    return fmean(differences) / spread if spread > 1e-12 else None


def cliffs_delta(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Share of pairs (x, y) with x > y less the share with x < y, in [-1, 1]; N. Cliff 1993. None where a group is empty."""
    if not first or not second:
        return None
    ahead = sum((x > y) - (x < y) for x in first for y in second)
    return ahead / (len(first) * len(second))


def size_of_delta(delta: float) -> Size:
    """Words for Cliff's delta: small from 0.147, medium from 0.33, large from 0.474; J. Romano and others 2006."""
    words: tuple[Size, ...] = ("negligible", "small", "medium", "large")
    return words[sum(abs(delta) >= step for step in (0.147, 0.33, 0.474))]


def mean_by_resampling(values: Sequence[float], seed: int = 1) -> Interval | None:
    """Percentile bootstrap interval of the mean (B. Efron 1979), the same for the same seed. None below FEWEST values."""
    if len(values) < FEWEST:
        return None
    dice = Random(seed)
    return _percentiles(lambda: fmean(dice.choices(values, k=len(values))))


def difference_by_resampling(first: Sequence[float], second: Sequence[float], seed: int = 1) -> Interval | None:
    """As `mean_by_resampling`, of the difference of the means of two groups that do not pair, each resampled on its own."""
    if min(len(first), len(second)) < FEWEST:
        return None
    dice = Random(seed)
    return _percentiles(lambda: fmean(dice.choices(first, k=len(first))) - fmean(dice.choices(second, k=len(second))))


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; ties share the mean of theirs."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            found[place] = (start + end) / 2 + 1
        start = end + 1
    return found


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Spearman's rho, in [-1, 1]: Pearson's correlation of the ranks. None for fewer than three pairs, or where one side is constant."""
    if len(first) != len(second) or len(first) < 3:
        return None
    one, other = ranks(first), ranks(second)
    middle = (len(one) + 1) / 2
    spread = math.sqrt(sum((rank - middle) ** 2 for rank in one) * sum((rank - middle) ** 2 for rank in other))
    return sum((a - middle) * (b - middle) for a, b in zip(one, other, strict=True)) / spread if spread > 0 else None


def _percentiles(draw: Callable[[], float]) -> Interval:
    drawn = sorted(draw() for _ in range(RESAMPLES))
    tail = (1 - LEVEL) / 2
    return Interval(_quantile(drawn, tail), _quantile(drawn, 1 - tail))


def _quantile(drawn: Sequence[float], share: float) -> float:
    """Linear between neighbours (type 7 of Hyndman and Fan 1996)."""
    at = share * (len(drawn) - 1)
    low = math.floor(at)
    high = min(low + 1, len(drawn) - 1)
    return drawn[low] + (drawn[high] - drawn[low]) * (at - low)
