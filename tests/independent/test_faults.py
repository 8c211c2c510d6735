"""One bad thing at a time, over both wires: what it is called, what a person reads, and that the run goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from selforg_tui.cli.lines import lines
from selforg_tui.core import events as ev
from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import FailureKind
from selforg_tui.core.fold import apply
from selforg_tui.core.state import SessionState
from tests.independent.aimock import Aimock
from tests.independent.answers import of_seat, part, team
from tests.independent.faulty_proxy import Fault, FaultyProxy, Plan, always, once
from tests.independent.runs import WIRES, Deadlines, carried_out, config, spent, total

pytestmark = pytest.mark.independent
LIMIT = 20
"""Seconds that nothing here may take."""

SAID: dict[FailureKind, str] = {
    "rate_limit": "takes no more calls at the moment (rate limit)",
    "server_error": "has trouble answering (HTTP 500",
    "cut_off": "broke off before its end",
    "timeout": "did not answer within",
    "unexpected": "answered with something that is no reply of a model",
}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries wait a fiftieth of their time."""
    monkeypatch.setattr("selforg_tui.engine.ask.FIRST_WAIT", 0.01)


async def bounded(wanted: RunConfig) -> tuple[SessionState, list[ev.AnyEvent]]:
    async with asyncio.timeout(LIMIT):
        return await carried_out(wanted)


def failures(events: list[ev.AnyEvent]) -> list[ev.CallFailed]:
    return [event for event in events if isinstance(event, ev.CallFailed)]


def told(events: list[ev.AnyEvent]) -> str:
    """What `run --plain` prints."""
    state = SessionState()
    found: list[str] = []
    for event in events:
        apply(state, event)
        found += lines(event, state)
    return "\n".join(found)


OWN: list[tuple[str, dict[str, Any], FailureKind, float | None]] = [
    (
        "429",
        {"response": {"error": {"message": "Slow down", "type": "rate_limit_error"}, "status": 429, "retryAfter": 0.05}},
        "rate_limit",
        0.05,
    ),
    ("500", {"response": {"error": {"message": "It fell over", "type": "server_error"}, "status": 500}}, "server_error", None),
    ("chaos 500", {"chaos": {"dropRate": 1}}, "server_error", None),
    ("chaos garbage", {"chaos": {"malformedRate": 1}}, "unexpected", None),
    ("chaos disconnect", {"chaos": {"disconnectRate": 1}}, "server_error", None),
    ("cut after 5", {"truncateAfterChunks": 5, "latency": 20}, "cut_off", None),
    ("slow first token", {"streamingProfile": {"ttft": 5000}}, "timeout", None),
]
"""The server's own faults: what to change in a fixture, and what it is to us."""


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("change", "kind", "asked"), [each[1:] for each in OWN], ids=[each[0] for each in OWN])
async def test_the_servers_own_faults_are_named_and_tried_again(
    aimock: Aimock, hurried: None, deadlines: Deadlines, wire: str, change: dict[str, Any], kind: FailureKind, asked: float | None
) -> None:
    deadlines(first_token=1.0)
    good = list(team(2))
    spoiled = {"response": {"content": part(2)}, **change, "match": {**of_seat("contribute", 2), "sequenceIndex": 0}}
    aimock.reset([spoiled, *good])
    state, events = await bounded(config(wire, aimock.url, "shared", 2))
    (failed,) = failures(events)
    assert (failed.kind, failed.call) == (kind, "1/contribute/2/1")
    assert failed.retry_in == asked if asked is not None else failed.retry_in is not None
    assert (state.status, state.failures) == ("done", 0)
    assert state.tasks[0].solution == f"{part(1)}\n\n{part(2)}"
    assert state.calls["1/contribute/2/2"].purpose == "retry"
    said = told(events)
    assert failed.text in said and "02 is asked, tried again" in said
    assert len(aimock.journal()) == 4, "two seats, the judge, and one of them again"


SPOILT: list[tuple[Fault, FailureKind]] = [
    ("refused", "rate_limit"),
    ("refused bare", "rate_limit"),
    ("refused until", "rate_limit"),
    ("broken", "server_error"),
    ("cut", "cut_off"),
    ("garbled", "unexpected"),
    ("slow", "timeout"),
    ("silent", "timeout"),
    ("stuck", "timeout"),
]


async def behind(
    aimock: Aimock, wire: str, plan: Plan, agents: int = 2, *, judged: bool = True
) -> tuple[SessionState, list[ev.AnyEvent], FaultyProxy]:
    aimock.reset(team(agents))
    proxy = FaultyProxy(aimock.url, plan, delay=5)
    async with proxy.running() as url:
        state, events = await bounded(config(wire, url, "shared", agents, judged=judged))
    return state, events, proxy


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("fault", "kind"), SPOILT)
async def test_a_call_that_failed_once_is_tried_again(
    aimock: Aimock, hurried: None, deadlines: Deadlines, wire: str, fault: Fault, kind: FailureKind
) -> None:
    deadlines(first_token=0.8, total=1.0)
    state, events, proxy = await behind(aimock, wire, once(fault))
    failed = failures(events)
    assert [each.kind for each in failed] == [kind] * 3, "both seats and the judge"
    assert all(SAID[kind] in each.text for each in failed)
    assert {"refused": {0.05}, "refused until": {0.0}}.get(fault) in (None, {each.retry_in for each in failed})
    assert (state.status, state.failures) == ("done", 0)
    assert [each.fault for each in proxy.passed].count("none") == 3
    assert len(state.calls) == len(proxy.passed)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("fault", "kind"), SPOILT)
async def test_a_call_that_fails_for_good_is_a_failed_seat_and_says_why(
    aimock: Aimock, hurried: None, deadlines: Deadlines, wire: str, fault: Fault, kind: FailureKind
) -> None:
    deadlines(first_token=0.4, total=0.5)
    state, events, proxy = await behind(aimock, wire, lambda asker, before: fault if asker == "02" else "none")
    (seat,) = [seat for seat in state.tasks[0].seats.values() if seat.status == "failed"]
    assert seat.seat == 2
    assert SAID[kind] in seat.reason
    assert state.status == "done_with_failures"
    assert state.tasks[0].solution == part(1)
    assert state.tasks[0].scores, "what there is, is judged"
    failed = failures(events)
    assert {each.kind for each in failed} == {kind}
    assert failed[-1].retry_in is None
    assert len(failed) == sum(each.asker == "02" for each in proxy.passed)
    assert "02 FAILED: " in told(events)


@pytest.mark.parametrize("wire", WIRES)
async def test_nobody_waits_a_day(aimock: Aimock, wire: str) -> None:
    state, events, proxy = await behind(aimock, wire, always("refused long"), judged=False)
    assert [each.retry_in for each in failures(events)] == [None, None]
    assert state.status == "failed"
    assert state.tasks[0].solution == ""
    assert len(proxy.passed) == 2
    assert "86400 s" in told(events)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_slow_answer_in_time_is_an_answer(aimock: Aimock, wire: str) -> None:
    slow = [{**each, "streamingProfile": {"ttft": 300}} for each in team(2)]
    aimock.reset(slow)
    state, events = await bounded(config(wire, aimock.url, "shared", 2))
    assert (state.status, failures(events)) == ("done", [])
    assert all(call.first is not None and call.first > 0.25 for call in state.calls.values())
    assert spent(state) == total([entry.tokens for entry in aimock.journal()])
