"""Whether groups of runs differ, and by how much. Needs scipy (the extra `lab`), which is loaded when first used."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import msgspec

from selforg_tui.core.errors import ConfigError

LEVEL = 0.95
"""Of confidence intervals."""


class Interval(msgspec.Struct, frozen=True):
    """A confidence interval, in the units of the measure."""

    low: float
    high: float


class Paired(msgspec.Struct, frozen=True):
    """Two groups whose members belong together one by one (same mission, same seed)."""

    n: int
    first: float
    """Mean of the first group."""
    second: float
    difference: float
    """Mean of first − second."""
    interval: Interval
    """Of the difference: Student's t for paired samples."""
    gain: float
    """first / second − 1."""
    p: float
    """Wilcoxon's signed-rank test, two-sided, ties split; 1 where no pair differs."""


def paired(first: Sequence[float], second: Sequence[float]) -> Paired:
    """Compare pairs. Raises ConfigError where scipy is missing, ValueError for fewer than two pairs or unequal lengths."""
    if len(first) != len(second) or len(first) < 2:
        raise ValueError("paired groups need the same number of members, at least two")
    stats = _scipy()
    differences = [a - b for a, b in zip(first, second, strict=True)]
    p = float(stats.wilcoxon(differences, zero_method="pratt", correction=True).pvalue) if any(differences) else 1.0
    one, other = fmean(first), fmean(second)
    return Paired(len(first), one, other, fmean(differences), mean_interval(differences), one / other - 1, p)


def mean_interval(values: Sequence[float]) -> Interval:
    """The confidence interval of a mean (Student's t). Raises ConfigError where scipy is missing, ValueError for fewer than two values."""
    if len(values) < 2:
        raise ValueError("an interval needs at least two values")
    stats = _scipy()
    mean, error = fmean(values), float(stats.sem(values))
    if error == 0:
        return Interval(mean, mean)
    low, high = stats.t.interval(LEVEL, len(values) - 1, loc=mean, scale=error)
    return Interval(float(low), float(high))


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for their number (Holm 1979), in the order given; none falls below a smaller one's."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, values[place] * (len(values) - rank)))
        corrected[place] = highest
    return corrected


def _scipy() -> Any:
    try:
        from scipy import stats
    except ImportError as problem:
        raise ConfigError("Comparing groups needs scipy, which is not installed: pip install 'selforg-tui[lab]'.") from problem
    return stats
