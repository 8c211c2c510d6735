from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.calls import Usage
from selforg_tui.core.state import Tally
from selforg_tui.metrics.money import as_object, brief, dollars, spent, together


def tally(*calls: tuple[float | None, bool], saved: float = 0.0) -> Tally:
    """A call each: its cost, and whether its price is imaginary."""
    total = Tally()
    for cost, imaginary in calls:
        total.add(Usage(10, 2), cost, imaginary=imaginary, saved_usd=saved)
    return total


@pytest.mark.parametrize(
    ("usd", "said"),
    [(None, "unknown"), (0, "$0.0000"), (0.0117, "$0.0117"), (0.00002, "$0.000020"), (1234.5, "$1,234.50"), (-0.0021, "-$0.0021")],
)
def test_dollars_have_as_many_digits_as_matter(usd: float | None, said: str) -> None:
    assert dollars(usd) == said


@pytest.mark.parametrize(
    ("found", "said", "short"),
    [
        (tally(), "$0.0000", "–"),
        (tally((1.2034, False)), "$1.2034", "$1.2034"),
        (tally((0.01, True)), "$0.0100 (imaginary)", "$0.0100"),
        (tally((1.2034, False), (0.01, True)), "$1.2034 and $0.0100 (imaginary)", "$1.2034"),
        (tally((None, False)), "unknown", "unknown"),
        (tally((None, False), (0.01, True)), "unknown and $0.0100 (imaginary)", "unknown"),
        (tally((1.2034, False), (None, False)), "≥ $1.2034, 1 call of unknown price", "≥ $1.2034"),
        (tally((1.2034, False), *((None, False),) * 3), "≥ $1.2034, 3 calls of unknown price", "≥ $1.2034"),
    ],
)
def test_what_was_spent_in_words(found: Tally, said: str, short: str) -> None:
    assert (spent(found), brief(found)) == (said, short)


def test_json_has_null_for_what_is_unknown_and_says_what_is_known() -> None:
    found = as_object(tally((0.5, False), (None, False), (0.25, True), saved=0.125))
    assert found == {
        "cost_usd": None, "imaginary": False, "known_usd": 0.5, "unpriced_calls": 1, "imaginary_usd": 0.25, "saved_usd": 0.25,
    }  # fmt: skip
    assert as_object(tally((0.25, True), saved=-0.5)) == {
        "cost_usd": 0.25, "imaginary": True, "known_usd": 0, "unpriced_calls": 0, "imaginary_usd": 0.25, "saved_usd": -0.5,
    }  # fmt: skip


CALLS = st.lists(st.tuples(st.none() | st.integers(0, 64).map(lambda sixteenths: sixteenths / 16), st.booleans()))


@given(CALLS, CALLS)
def test_sums_of_tallies_are_tallies_of_all(one: list[tuple[float | None, bool]], other: list[tuple[float | None, bool]]) -> None:
    assert together(tally(*one), tally(*other)) == tally(*one, *other)


@given(CALLS)
def test_imaginary_money_is_never_in_real_money(calls: list[tuple[float | None, bool]]) -> None:
    found = tally(*calls)
    assert found.cost_usd == sum(cost or 0 for cost, imaginary in calls if not imaginary)
    assert found.imaginary_usd == sum(cost or 0 for cost, imaginary in calls if imaginary)
    real = [cost for cost, imaginary in calls if not imaginary]
    assert ("imaginary" in spent(found)) == (len(real) < len(calls))
    if real and None not in real and not any(cost is None for cost, _ in calls):
        assert found.known_cost == sum(cost for cost in real if cost is not None)
