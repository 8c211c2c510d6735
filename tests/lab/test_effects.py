"""Effect sizes and intervals against published worked examples, and against scipy."""

from __future__ import annotations

import pytest
from scipy import stats

from selforg_tui.lab.effects import (
    FEWEST,
    cliffs_delta,
    cohens_d,
    d_z,
    difference_by_resampling,
    mean_by_resampling,
    rank_correlation,
    ranks,
    size_of_delta,
)

SLEEP_1 = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SLEEP_2 = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
"""Extra hours of sleep under two drugs, the same ten patients: Student, The probable error of a mean, Biometrika 1908."""


def test_effect_sizes_of_students_sleep() -> None:
    assert cohens_d(SLEEP_1, SLEEP_2) == pytest.approx(-0.8321811, abs=1e-6)  # as R's effsize and rstatix print it
    assert d_z([a - b for a, b in zip(SLEEP_1, SLEEP_2, strict=True)]) == pytest.approx(-4.062128 / 10**0.5, abs=1e-6)  # Student's t / √n


def test_cliffs_delta_of_effsizes_example() -> None:
    """The example of R's effsize, cliff.delta: −0.25, small."""
    treatment, control = (10, 10, 20, 20, 20, 30, 30, 30, 40, 50), (10, 20, 30, 40, 40, 50)
    found = cliffs_delta(treatment, control)
    assert found == pytest.approx(-0.25)
    assert found is not None and size_of_delta(found) == "small"
    u = stats.mannwhitneyu(treatment, control).statistic
    assert found == pytest.approx(2 * u / 60 - 1)  # its relation to U


@pytest.mark.parametrize(("delta", "word"), [(0.146, "negligible"), (-0.147, "small"), (0.33, "medium"), (-0.474, "large"), (1.0, "large")])
def test_words_for_sizes(delta: float, word: str) -> None:
    assert size_of_delta(delta) == word


def test_nothing_that_varies_has_no_standardised_effect() -> None:
    assert cohens_d((1.0, 1.0), (1.0, 1.0)) is None
    assert cohens_d((1.0,), (1.0, 2.0)) is None
    assert d_z((0.25, 0.25, 0.25)) is None and d_z((0.1,)) is None
    assert cliffs_delta((), (1.0,)) is None


def test_rank_correlation_of_a_textbook() -> None:
    """Intelligence quotient and hours of television of ten people, the worked example of Wikipedia's article: ρ = −29/165."""
    quotient, hours = (106, 86, 100, 101, 99, 103, 97, 113, 112, 110), (7, 0, 27, 50, 28, 29, 20, 12, 6, 17)
    assert rank_correlation(quotient, hours) == pytest.approx(-29 / 165)
    tied = (1.0, 2.0, 2.0, 5.0, 5.0, 5.0)
    assert ranks(tied) == list(stats.rankdata(tied))
    assert rank_correlation(tied, SLEEP_1[:6]) == pytest.approx(float(stats.spearmanr(tied, SLEEP_1[:6]).statistic))
    assert rank_correlation((1.0, 1.0, 1.0), (1.0, 2.0, 3.0)) is None
    assert rank_correlation((1.0, 2.0), (1.0, 2.0)) is None


def test_resampled_intervals_are_those_of_scipy_and_the_same_each_time() -> None:
    ours = mean_by_resampling(SLEEP_1)
    theirs = stats.bootstrap((SLEEP_1,), lambda x, axis: x.mean(axis=axis), n_resamples=20_000, method="percentile", rng=1)
    assert ours is not None and ours == mean_by_resampling(SLEEP_1) != mean_by_resampling(SLEEP_1, seed=2)
    assert (ours.low, ours.high) == pytest.approx(theirs.confidence_interval, abs=0.1)
    gap = difference_by_resampling(SLEEP_1, SLEEP_2)
    both = stats.bootstrap(
        (SLEEP_1, SLEEP_2),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        n_resamples=20_000,
        method="percentile",
        vectorized=True,
        rng=1,
    )
    assert gap is not None and (gap.low, gap.high) == pytest.approx(both.confidence_interval, abs=0.12)


def test_too_few_have_no_interval() -> None:
    assert mean_by_resampling(SLEEP_1[: FEWEST - 1]) is None
    assert mean_by_resampling(SLEEP_1[:FEWEST]) is not None
    assert difference_by_resampling(SLEEP_1, SLEEP_2[: FEWEST - 1]) is None
