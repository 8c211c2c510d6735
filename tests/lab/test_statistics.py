"""Statistics against worked examples."""

from __future__ import annotations

import pytest

from selforg_tui.lab.statistics import holm, mean_interval, paired

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
