from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.keyed import Keyed, unit, whole

KEYS = st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=4)


def test_draws_are_frozen() -> None:
    """Whoever changes these changes the result of every seed that was ever noted down."""
    assert whole("a", 1) == 4112982485908290986
    assert unit("a", 1) == 0.2229652273308299
    assert whole() == 16476032584258269876
    keyed = Keyed(1, "task")
    assert keyed.bell("x") == -0.19254067003899977
    assert keyed.shuffled("abcdefgh", "x") == list("dgcbhaef")
    assert keyed.choice("abcdefgh", "x") == "g"
    assert keyed.below(1000, "x") == 910


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({whole("ab", "c"), whole("a", "bc"), whole("abc"), whole("abc", ""), whole("", "abc")}) == 5


@given(KEYS, KEYS)
def test_a_draw_depends_on_its_whole_key_and_nothing_else(prefix: list[str | int], rest: list[str | int]) -> None:
    before = Keyed(*prefix).unit(*rest)
    Keyed(*prefix).unit("another")
    assert Keyed(*prefix, *rest).unit() == Keyed(*prefix).at(*rest).unit() == before == unit(*prefix, *rest)
    assert Keyed(*prefix).unit(*rest, "more") != before


@given(KEYS, st.integers(1, 300))
def test_ranges(key: list[str | int], bound: int) -> None:
    keyed = Keyed(*key)
    assert 0 <= keyed.unit() < 1
    assert 0 <= keyed.below(bound) < bound
    assert -1 < keyed.bell() < 1
    assert sorted(keyed.shuffled(range(bound))) == list(range(bound))


def test_the_bell_has_its_shape() -> None:
    draws = [Keyed(1).bell(number) for number in range(2000)]
    assert abs(sum(draws) / 2000) < 0.02
    assert abs((sum(draw * draw for draw in draws) / 2000) ** 0.5 - 0.289) < 0.02


def test_units_spread_evenly() -> None:
    counts = [0] * 10
    for number in range(5000):
        counts[int(unit("spread", number) * 10)] += 1
    assert all(400 < count < 600 for count in counts)


def test_nothing_cannot_be_chosen_from() -> None:
    with pytest.raises(ValueError, match="nothing to choose"):
        Keyed(1).choice([])
