from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import Limits
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.balance import (
    WEIGHTS,
    Outcome,
    balance,
    balances,
    compared_balances,
    expected_objective,
    objective,
    session_balance,
    session_objective,
)
from tests.sessions.builders import session

SHARE = st.floats(0, 1)
LIMITS = Limits(tokens=1000, seconds=100)
OUTCOMES = st.builds(
    Outcome, st.floats(0.25, 1), st.floats(0.25, 1), st.integers(0, 200), st.integers(0, 2000), st.none(), st.sampled_from([0, 0.25, 1.0])
)
WORKED = Outcome(0.75, 0.5, 30, 400, None, 0.1)
"""30 of 100 seconds, 400 of 1000 tokens: 0.25·0.75 + 0.2·0.5 = 0.2875; then 0.2·0.7 + 0.2·0.6 + 0.15·0.9 = 0.395."""


def limited(limits: Limits, seq: int | None = None) -> SessionState:
    events = session()[:seq]
    first = events[0]
    assert isinstance(first, ev.SessionStarted)
    header = replace(first.header, config=replace(first.header.config, limits=limits))
    return fold([replace(first, header=header), *events[1:]])


def test_the_weights_are_those_of_the_paper_and_make_a_whole() -> None:
    assert WEIGHTS == {"Q": 0.25, "M": 0.2, "T": 0.2, "C": 0.2, "R": 0.15}
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_balance_and_objective_worked_by_hand() -> None:
    assert balance(WORKED, LIMITS) == pytest.approx(0.2875 + 0.395)
    assert objective(WORKED, LIMITS) == pytest.approx(0.2875 - 0.2 * 0.3 - 0.2 * 0.4 - 0.15 * 0.1)
    dear = Outcome(0.75, 0.5, 30, 10**9, 0.4, 0.1)
    assert balance(dear, Limits(cost_usd=1, seconds=100)) == pytest.approx(0.6825), "money counts where tokens have no limit"
    assert balance(dear, Limits(cost_usd=1, tokens=10, seconds=100)) == pytest.approx(0.6825 - 0.12), "and tokens where they have"


@pytest.mark.parametrize(
    ("found", "limits"),
    [
        (Outcome(None, 1, 0, 0, 0, 0), LIMITS),
        (Outcome(1, None, 0, 0, 0, 0), LIMITS),
        (Outcome(1, 1, 0, 0, 0, None), LIMITS),
        (Outcome(1, 1, 0, 0, 0, 0), Limits(tokens=1)),
        (Outcome(1, 1, 0, 0, 0, 0), Limits(seconds=1)),
        (Outcome(1, 1, 0, 0, None, 0), Limits(cost_usd=1, seconds=1)),
    ],
)
def test_they_are_undefined_without_verdict_risk_or_limits(found: Outcome, limits: Limits) -> None:
    assert balance(found, limits) is None and objective(found, limits) is None


@given(OUTCOMES)
def test_ranges(found: Outcome) -> None:
    b, j = balance(found, LIMITS), objective(found, LIMITS)
    assert b is not None and 0.1125 - 1e-9 <= b <= 1 + 1e-9
    assert j is not None and -0.4375 - 1e-9 <= j <= 0.45 + 1e-9
    assert b - j == pytest.approx(0.55), "against limits, B is J with what was left instead of what was used"


@given(OUTCOMES, st.sampled_from(["q", "m", "seconds", "tokens", "risk"]), SHARE)
def test_better_is_never_less(found: Outcome, name: str, by: float) -> None:
    from dataclasses import replace as with_

    value = getattr(found, name)
    improved = with_(found, **{name: min(1.0, value + by) if name in "qm" else type(value)(value * by)})
    for measure in (balance, objective):
        before, after = measure(found, LIMITS), measure(improved, LIMITS)
        assert before is not None and after is not None and after >= before - 1e-9


def test_within_a_set_the_best_has_one_and_the_worst_none() -> None:
    quick = Outcome(0.5, 0.5, 10, 3000, None, 0.0)
    cheap = Outcome(0.5, 0.5, 30, 1000, None, 0.0)
    middle = Outcome(1.0, 1.0, 20, 1500, None, 0.0)
    # Q, M: 0.225, 0.225, 0.45. T̂: 1, 0, 1/2. Ĉ: 0, 1, 3/4. R ties: 1 each.
    expected = [0.225 + 0.2 + 0 + 0.15, 0.225 + 0 + 0.2 + 0.15, 0.45 + 0.1 + 0.15 + 0.15]
    assert balances([quick, cheap, middle]) == pytest.approx(expected)


def test_a_run_without_a_verdict_has_none_and_moves_no_other() -> None:
    one, other = Outcome(0.5, 0.5, 10, 100, None, 0.0), Outcome(0.5, 0.5, 20, 200, None, 0.5)
    unjudged = Outcome(None, None, 10**6, 10**6, None, 1.0)
    assert balances([one, unjudged, other]) == [*balances([one, other])[:1], None, *balances([one, other])[1:]]
    assert balances([one]) == pytest.approx([0.225 + 0.55]), "alone all ties"
    assert balances([unjudged]) == [None] and balances([]) == []


@given(st.lists(OUTCOMES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_set_has_no_order_and_a_better_run_is_never_below(runs: list[Outcome], random: object) -> None:
    found = balances(runs)
    assert all(value is not None and 0.1125 - 1e-9 <= value <= 1 + 1e-9 for value in found)
    assert balances(runs[::-1]) == found[::-1]
    for run, value in zip(runs, found, strict=True):
        for other, its in zip(runs, found, strict=True):
            dominated = all(getattr(run, name) >= getattr(other, name) for name in "qm") and all(
                getattr(run, name) <= getattr(other, name) for name in ("seconds", "tokens", "risk")
            )
            assert not dominated or (value is not None and its is not None and value >= its - 1e-9)


def test_of_sessions() -> None:
    limits = Limits(seconds=100, tokens=2000)
    state = limited(limits, 27)
    one = state.tasks[0]
    assert one.ended is not None and len(state.tasks) == 1
    # 120 tokens were spent on a plan before the task, 371 in it, in 4 calls and the plan: one of 4 that ended was not readable.
    seconds = one.ended - one.started
    assert session_balance(state) == pytest.approx(0.45 * 0.75 + 0.2 * (1 - seconds / 100) + 0.2 * (1 - 491 / 2000) + 0.15 * 0.75)
    # A task has half of the limits; its own calls are 371 tokens, with R = 1/3.
    alone = 0.45 * 0.75 - 0.2 * seconds / 50 - 0.2 * 371 / 1000 - 0.15 / 3
    assert session_objective(state) == pytest.approx(alone)
    assert session_objective(limited(limits)) is None, "the second task has no verdict"
    assert expected_objective([state, limited(limits)]) == pytest.approx(alone)
    assert expected_objective([]) is None and session_objective(limited(Limits(), 27)) is None
    assert compared_balances([state, state]) == pytest.approx([0.45 * 0.75 + 0.55] * 2)
