"""Statistics against worked examples."""

from __future__ import annotations

import pytest

from selforg_tui.lab.statistics import holm, kruskal_wallis, mann_whitney, mean_interval, paired, signed_ranks, welch

BEFORE = (125.0, 115.0, 130.0, 140.0, 140.0, 115.0, 140.0, 125.0, 140.0, 135.0)
AFTER = (110.0, 122.0, 125.0, 120.0, 140.0, 124.0, 123.0, 137.0, 135.0, 145.0)
"""A worked example of the signed-rank test with one tie: W = 18 of 45, not significant."""


def test_pairs_are_compared_by_signed_ranks() -> None:
    found = paired(BEFORE, AFTER)
    assert found.n == 10
    assert found.difference == pytest.approx(2.4)
    assert found.p > 0.5
    assert found.interval.low < 0 < found.interval.high
    assert found.gain == pytest.approx(found.first / found.second - 1)


def test_a_shift_of_every_pair_is_significant_and_its_direction_does_not_matter() -> None:
    shifted = [value + step for step, value in enumerate(BEFORE, 1)]
    up, down = paired(shifted, BEFORE), paired(BEFORE, shifted)
    assert up.p == pytest.approx(down.p) == pytest.approx(2 / 2**10)  # exact: all ten ranks on one side
    assert up.difference == pytest.approx(-down.difference) == pytest.approx(5.5)


def test_equal_pairs_show_nothing() -> None:
    found = paired(BEFORE, BEFORE)
    assert (found.p, found.difference, found.gain) == (1.0, 0.0, 0.0)
    assert (found.interval.low, found.interval.high) == (0.0, 0.0)


def test_the_interval_of_a_mean_is_students() -> None:
    found = mean_interval((1.0, 2.0, 3.0, 4.0, 5.0))  # t(4, .975) = 2.776, s = 1.581
    assert [found.low, found.high] == pytest.approx([3 - 1.963, 3 + 1.963], abs=0.001)


def test_holm_corrects_in_order_and_never_turns_the_order_around() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_groups_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="same number"):
        paired((1.0, 2.0), (1.0,))


def test_signed_ranks_of_hollander_and_wolfe() -> None:
    """Depression before and after, Hollander & Wolfe, Nonparametric Statistical Methods, table 3.1: V = 40, one-sided p = 0.0195."""
    before = (1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
    after = (0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
    assert signed_ranks([a - b for a, b in zip(before, after, strict=True)]) == pytest.approx(2 * 0.01953125)
    assert paired(before, after).p == pytest.approx(0.0390625)


def test_signed_ranks_of_darwins_maize() -> None:
    """Crossed and self-fertilised plants, as in scipy's documentation: p = 0.0413."""
    assert signed_ranks([6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]) == pytest.approx(0.041259765625)


def test_mann_whitney_of_scipys_example() -> None:
    """Age at which diabetes was found in men and women: U = 17, exact p = 0.1111."""
    u, p = mann_whitney((19, 22, 16, 29, 24), (20, 11, 17, 12))
    assert (u, p) == pytest.approx((17, 0.1111), abs=1e-4)
    assert mann_whitney((1.0, 1.0), (1.0, 1.0, 1.0)) == (3.0, 1.0)
    with pytest.raises(ValueError, match="both groups"):
        mann_whitney((), (1.0,))


def test_welch_of_students_sleep() -> None:
    """Student's sleep data taken as two groups, as in R's help on t.test: t = −1.8608, p = 0.07939."""
    one = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    other = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    found = welch(one, other)
    assert found is not None
    assert found == pytest.approx((-1.8608, 0.07939), abs=1e-4)
    assert welch((1.0, 1.0), (2.0, 2.0)) is None and welch((1.0,), other) is None


def test_kruskal_wallis_of_hollander_and_wolfe() -> None:
    """Mucociliary efficiency, Hollander & Wolfe, table 6.1: H = 0.771, p = 0.68."""
    found = kruskal_wallis([(2.9, 3.0, 2.5, 2.6, 3.2), (3.8, 2.7, 4.0, 2.4), (2.8, 3.4, 3.7, 2.2, 2.0)])
    assert found is not None
    assert found == pytest.approx((0.77143, 0.68), abs=1e-3)
    assert kruskal_wallis([(1.0, 1.0), (1.0,)]) is None and kruskal_wallis([(1.0, 2.0), ()]) is None


def test_holm_agrees_with_r() -> None:
    """p.adjust(c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074), "holm"), the head of Benjamini's and Hochberg's example."""
    found = holm([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074])
    assert found == pytest.approx([0.007, 0.048, 0.195, 0.195, 0.195, 0.195, 0.195])
