"""Whether groups of runs differ. Needs scipy (the extra `lab`), which is loaded when first used; `effects` does not."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import msgspec

from selforg_tui.core.errors import ConfigError
from selforg_tui.lab.effects import LEVEL, Interval

MISSING = "Comparing groups needs scipy, which is not installed: pip install 'selforg-tui[lab]'."


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
    differences = [a - b for a, b in zip(first, second, strict=True)]
    p = signed_ranks(differences)
    one, other = fmean(first), fmean(second)
    return Paired(len(first), one, other, fmean(differences), mean_interval(differences), one / other - 1, p)


def signed_ranks(differences: Sequence[float]) -> float:
    """p of Wilcoxon's signed-rank test on pairs' differences, two-sided (Pratt's way with ties at 0); 1 where no pair differs.

    Raises ConfigError where scipy is missing.
    """
    stats = _scipy()
    return float(stats.wilcoxon(differences, zero_method="pratt", correction=True).pvalue) if any(differences) else 1.0


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """U of the first group and p, two-sided: exact for small groups without ties, else normal with correction; Mann and Whitney 1947.

    Raises ConfigError where scipy is missing, ValueError for an empty group.
    """
    if not first or not second:
        raise ValueError("a test needs members in both groups")
    stats = _scipy()
    if len({*first, *second}) == 1:
        return len(first) * len(second) / 2, 1.0
    found = stats.mannwhitneyu(first, second, alternative="two-sided", method="auto")
    return float(found.statistic), float(found.pvalue)


def welch(first: Sequence[float], second: Sequence[float]) -> tuple[float, float] | None:
    """t and p, two-sided, of the means of two groups whose spreads may differ; B. L. Welch 1947. None where nothing varies or n < 2.

    Raises ConfigError where scipy is missing.
    """
    stats = _scipy()
    if min(len(first), len(second)) < 2 or (len(set(first)) == 1 and len(set(second)) == 1):
        return None
    found = stats.ttest_ind(first, second, equal_var=False)
    return float(found.statistic), float(found.pvalue)


def kruskal_wallis(groups: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """H, corrected for ties, and p, of whether several groups are alike; Kruskal and Wallis 1952. None for fewer than two groups with
    members, or where nothing varies.

    Raises ConfigError where scipy is missing.
    """
    stats = _scipy()
    filled = [list(group) for group in groups if group]
    if len(filled) < 2 or len({value for group in filled for value in group}) == 1:
        return None
    found = stats.kruskal(*filled)
    return float(found.statistic), float(found.pvalue)


def there() -> bool:
    """Whether scipy is, without loading it."""
    from importlib.util import find_spec

    return find_spec("scipy") is not None


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
        raise ConfigError(MISSING) from problem
    return stats
