"""What was spent when and on whom, and what staying out spared."""

from __future__ import annotations

import pytest

from selforg_tui.core.events import CallFinished
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics import spending
from tests.tui.run.made_session import PRICE, made
from tests.tui.run.real_session import real


def test_every_token_falls_into_one_part_of_the_time() -> None:
    state = fold(made(tasks=2))
    calls = spending.ended(state)
    total = state.team.input + state.team.output + state.judging.input + state.judging.output
    for places in (1, 7, 40):
        assert sum(spending.over_time(calls, places)) == total
    assert spending.over_time(calls, 40)[-1] > 0 and spending.over_time([], 3) == [0, 0, 0]


def test_the_pace_is_of_the_window_and_of_the_whole_where_that_is_shorter() -> None:
    state = fold(made())
    calls = spending.ended(state)
    last = spending.end(calls[-1])
    inside = [call for call in calls if spending.end(call) >= last - 3]
    found = spending.rate(calls, last, 3)
    assert found is not None and len(inside) < len(calls)
    assert found.tokens == pytest.approx(sum(map(spending.tokens, inside)) * 20)
    whole = spending.rate(calls, last, None)
    assert whole is not None and whole.seconds == last and whole.tokens == pytest.approx(sum(map(spending.tokens, calls)) * 60 / last)
    assert spending.rate(calls, 0.5, 30) is None


def test_shares_are_of_money_where_it_is_known_and_of_one_kind_else_of_tokens() -> None:
    alone = spending.spenders(fold(made()).calls.values())
    assert sum(one.share for one in alone) == pytest.approx(1) and all(one.usd is not None for one in alone)
    assert alone == sorted(alone, key=lambda one: -(one.usd or 0))
    state = fold(real())
    mixed = {one.seat: one for one in spending.spenders(state.calls.values())}
    total = sum(map(spending.tokens, state.calls.values()))
    assert mixed[5].usd is None and mixed[5].share == pytest.approx(2700 / total)
    assert sum(one.share for one in mixed.values()) == pytest.approx(1)


def test_spared_counts_what_was_not_written_and_not_shown() -> None:
    events = made(4)
    state = fold(events)
    last = {seat.seat: state.calls[seat.calls[-1]] for seat in state.tasks[0].seats.values()}
    size = sum(usage.output for seat in (1, 2, 4) if (usage := last[seat].usage) is not None) / 3
    own = last[3].usage
    found = spending.spared(state)
    assert found is not None and own is not None
    assert found.out == round(max(0, size - own.output)) and found.shown == round(size)  # only 04 was asked afterwards
    assert found.usd == pytest.approx((max(0, size - own.output) * PRICE.output + size * PRICE.input) / 1e6)
    assert spending.spared(fold(made(2))) is None and spending.spared(SessionState()) is None


def test_unknown_prices_leave_what_was_spared_unknown_in_money() -> None:
    from msgspec.structs import replace

    events = [replace(event, price=None, cost_usd=None) if isinstance(event, CallFinished) else event for event in made(4)]
    found = spending.spared(fold(events))
    assert found is not None and found.shown > 0 and found.usd is None


def test_the_reason_is_input_or_output() -> None:
    state = fold(made())
    assert spending.reason(state.team).startswith("Most of it is input: ") and "50 % of it came from a cache" in spending.reason(state.team)
    state.team.output = state.team.input * 3
    assert spending.reason(state.team).startswith("Most of it is output: 75 %")
    assert spending.reason(SessionState().team) == ""
