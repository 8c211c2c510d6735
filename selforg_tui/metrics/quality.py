"""Quality and mission relevance out of a verdict, and the balance of quality with what it took."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from selforg_tui.core.config import Limits
from selforg_tui.core.court import Graded

QUALITY = ("accuracy", "completeness", "coherence", "actionability")


def q(scores: Mapping[str, Graded] | None) -> float | None:
    """Q = (accuracy + completeness + coherence + actionability) / 16, in [0.25, 1]; arXiv:2603.28990. None where one is missing."""
    return sum(scores[dimension].score for dimension in QUALITY) / 16 if scores and scores.keys() >= set(QUALITY) else None


def m(scores: Mapping[str, Graded] | None) -> float | None:
    """Mission relevance M = mission / 4, in [0.25, 1]; arXiv:2603.28990."""
    return scores["mission"].score / 4 if scores and "mission" in scores else None


def balance(
    quality: float | None, relevance: float | None, seconds: float, tokens: int, cost_usd: float | None, risk: float | None, limits: Limits
) -> float | None:
    """B = 0.25 Q + 0.20 M + 0.20 T + 0.20 C + 0.15 R, each so that more is better, in [0, 1]; arXiv:2603.28990.

    For a run on its own, T and C are 1 - used/limit and R is 1 - risk (ours). None without a limit on time and one on
    tokens or money, or without a verdict.
    """
    if quality is None or relevance is None or risk is None or limits.seconds is None:
        return None
    if limits.tokens is not None:
        cost = tokens / limits.tokens
    elif limits.cost_usd is not None and cost_usd is not None:
        cost = cost_usd / limits.cost_usd
    else:
        return None
    time = seconds / limits.seconds
    return 0.25 * quality + 0.2 * relevance + 0.2 * max(0.0, 1 - time) + 0.2 * max(0.0, 1 - cost) + 0.15 * (1 - risk)


def mean(values: list[float | None]) -> float | None:
    """Mean of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
