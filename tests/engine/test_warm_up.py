"""A call that goes ahead of many, so that they find their common beginning in the provider's cache."""

from __future__ import annotations

import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Request
from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.metrics.summary import summary
from selforg_tui.models.base import Facts
from tests.engine.scripted import Script, Scripted, carried_out, usual

CACHING = Facts("x", cache="prefix", cache_least=50)


def ran(
    protocol: str, script: Script = usual, known: Facts | None = CACHING, warm_up: bool = True, agents: int = 8
) -> tuple[SessionState, list[ev.AnyEvent], Scripted]:
    answers = Scripted(script)
    answers.known = known
    config = RunConfig("Sail round the world", protocol=protocol, agents=agents, judge=None, warm_up=warm_up)
    return *run_virtual(carried_out(config, answers)), answers


@pytest.mark.parametrize("protocol, fan_outs", [("shared", 1), ("broadcast", 2), ("coordinator", 1), ("sequential", 0), ("solo", 0)])
def test_one_call_goes_ahead_of_each_fan_out(protocol: str, fan_outs: int) -> None:
    state, events, _ = ran(protocol)
    warm = [event for event in events if isinstance(event, ev.CallStarted) and event.purpose == "warm-up"]
    assert len(warm) == fan_outs
    for event in warm:
        ended = next(each.t for each in events if isinstance(each, ev.CallFinished) and each.call == event.call)
        step = event.call.split("/")[1].removeprefix("warm-")
        first = min(each.t for each in events if isinstance(each, ev.CallStarted) and each.call.split("/")[1] == step)
        assert first >= ended
    assert state.status == "done" and all(seat.status == "in" for seat in state.tasks[0].seats.values()) is (
        protocol not in ("solo", "coordinator")
    )


def test_it_asks_for_nothing_counts_apart_and_is_paid_for() -> None:
    state, _, answers = ran("shared")
    warm = [request for request in answers.requests if request.max_tokens == 0]
    assert len(warm) == 1 and warm[0].call.step == "warm-contribute"
    assert summary(state)["calls"] == {"team": 8, "judge": 0, "repair": 0, "retry": 0, "warm_up": 1}
    assert (state.team.calls, state.again.calls) == (9, 1)


@pytest.mark.parametrize(
    "known, warm_up",
    [(None, True), (Facts("x", cache="none"), True), (Facts("x", cache="prefix", cache_least=50_000), True), (CACHING, False)],
)
def test_none_goes_where_it_is_of_no_use_or_not_wanted(known: Facts | None, warm_up: bool) -> None:
    _, _, answers = ran("shared", known=known, warm_up=warm_up)
    assert len(answers.requests) == 8


def test_one_that_fails_holds_nobody_up() -> None:
    def script(request: Request) -> str:
        if request.max_tokens == 0:
            raise ModelFailure("server_error", "The server failed.", retryable=True)
        return usual(request)

    state, events, _ = ran("shared", script)
    assert state.status == "done" and state.failures == 0
    assert [event.retry_in for event in events if isinstance(event, ev.CallFailed)] == [None]
