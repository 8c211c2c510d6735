"""Quality and mission relevance out of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from selforg_tui.core.court import Graded

QUALITY = ("accuracy", "completeness", "coherence", "actionability")


def q(scores: Mapping[str, Graded] | None) -> float | None:
    """Q = (accuracy + completeness + coherence + actionability) / 16, in [0.25, 1]; arXiv:2603.28990. None where one is missing."""
    return sum(scores[dimension].score for dimension in QUALITY) / 16 if scores and scores.keys() >= set(QUALITY) else None


def m(scores: Mapping[str, Graded] | None) -> float | None:
    """Mission relevance M = mission / 4, in [0.25, 1]; arXiv:2603.28990."""
    return scores["mission"].score / 4 if scores and "mission" in scores else None


def mean(values: list[float | None]) -> float | None:
    """Mean of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
