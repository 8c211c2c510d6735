"""Three of ten calls fail, in every way there is, and 64 agents get through: the ledger is what the server says, retries included."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.errors import FailureKind
from selforg_tui.core.state import CallState, SessionState
from tests.independent.aimock import Aimock, Tokens
from tests.independent.answers import OUT, team
from tests.independent.faulty_proxy import FAULTS, Fault, FaultyProxy, Passed, share
from tests.independent.runs import WIRES, Deadlines, carried_out, config, spent, total

pytestmark = pytest.mark.independent
AGENTS = 64
SHARE = 0.3
LIMIT = 45
"""Seconds in which a run has to end: five attempts, their deadlines and the waits between them, and a slow machine."""

KINDS: dict[Fault, FailureKind] = {
    "refused": "rate_limit",
    "refused bare": "rate_limit",
    "broken": "server_error",
    "cut": "cut_off",
    "garbled": "unexpected",
    "slow": "timeout",
    "silent": "timeout",
}


class Day:
    """A run through a proxy on a bad day."""

    def __init__(self, state: SessionState, events: list[ev.AnyEvent], proxy: FaultyProxy, aimock: Aimock) -> None:
        self.state, self.passed = state, proxy.passed
        self.failed = [event for event in events if isinstance(event, ev.CallFailed)]
        self.seen = aimock.journal()

    @property
    def recovered(self) -> float:
        """Share of the seats that got through."""
        lost = sum(seat.status == "failed" for seat in self.state.tasks[0].seats.values())
        return 1 - lost / AGENTS

    def pairs(self) -> Iterator[tuple[CallState, Passed]]:
        """Our calls, each with what the proxy did to it."""
        for call in self.state.calls.values():
            asker = f"{call.id.seat:02d}" if call.id.seat else "judge"
            yield call, [each for each in self.passed if each.asker == asker][call.id.attempt - 1]


async def day(aimock: Aimock, wire: str, faults: tuple[Fault, ...], seed: int = 4) -> Day:
    aimock.reset(team(AGENTS))
    proxy = FaultyProxy(aimock.url, share(SHARE, seed, faults), delay=30)
    async with proxy.running() as url, asyncio.timeout(LIMIT):
        state, events = await carried_out(config(wire, url, "shared", AGENTS))
    return Day(state, events, proxy, aimock)


@pytest.fixture
def patient(deadlines: Deadlines) -> None:
    """Deadlines that a good call keeps also on a busy machine; the waits between the attempts are the real ones."""
    deadlines(first_token=3.0, total=6.0)


def check(found: Day) -> None:
    """What holds on every day, however bad."""
    assert Counter(each.kind for each in found.failed) == Counter(KINDS[each.fault] for each in found.passed if each.fault != "none")
    assert len(found.state.calls) == len(found.passed), "no call that the proxy did not see, none of the SDK's own"
    lost = [seat for seat in found.state.tasks[0].seats.values() if seat.status == "failed"]
    assert all(seat.reason for seat in lost)
    assert found.state.failures == len(lost)
    assert found.state.status == ("done_with_failures" if lost else "done")
    whole = [each for each in found.passed if each.whole]
    done = [call for call in found.state.calls.values() if call.status == "done"]
    assert Counter(call.id.seat for call in done) == Counter(0 if each.asker == "judge" else int(each.asker) for each in whole)
    assert total([_tokens(call) for call in done]) == total([each.taken for each in whole])
    assert spent(found.state) == total([_tokens(call) for call in found.state.calls.values() if call.usage])
    for call, passed in found.pairs():
        if passed.told:
            assert call.usage is not None and call.usage.input == passed.told.input, (
                "what was reported counts, also where the rest is missing"
            )
        elif passed.fault in ("cut", "garbled"):
            assert call.usage is not None and call.usage.source != "reported", "what nobody reported is estimated, and marked as such"
            assert call.usage.input > 0 and call.usage.output > 0
        else:
            assert call.usage is None, "nothing is known of it, and nothing made up"
    again = sum(call.purpose == "retry" for call in found.state.calls.values())
    assert again == sum(each.retry_in is not None for each in found.failed), "what is said to be tried again is"
    assert total([each.tokens for each in found.seen]) == total([each.taken for each in found.passed]), "two witnesses agree"


@pytest.mark.parametrize("wire", WIRES)
async def test_three_calls_in_ten_fail_and_nearly_all_seats_come_through(aimock: Aimock, patient: None, wire: str) -> None:
    found = await day(aimock, wire, FAULTS)
    assert found.recovered >= 0.95
    failed = sum(each.fault != "none" for each in found.passed)
    assert 0.2 < failed / len(found.passed) < 0.4
    assert {each.fault for each in found.passed} == {"none", *FAULTS}, "it was a day of all kinds"
    assert found.state.tasks[0].seats[OUT].status in ("out", "failed"), "a failure is no abstention"
    check(found)


@pytest.mark.parametrize("wire", WIRES)
async def test_what_broken_replies_took_is_counted_too(aimock: Aimock, patient: None, wire: str) -> None:
    found = await day(aimock, wire, ("cut", "refused"))
    check(found)
    state = found.state
    counted = [call for call in state.calls.values() if call.usage]
    assert spent(state) == total([_tokens(call) for call in counted])
    assert state.team.uncounted == sum(call.usage is not None and call.usage.source != "reported" for call in counted)
    again = [call for call in counted if call.purpose == "retry" or call.status == "failed"]
    assert Tokens(state.again.input, state.again.output) == total([_tokens(call) for call in again])
    if all(each.told for each in found.passed if each.reached):
        assert spent(state).input == total([each.tokens for each in found.seen]).input, "to the token"


async def test_without_retries_it_would_be_seen(aimock: Aimock, patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selforg_tui.engine.ask.RETRIES", 0)
    found = await day(aimock, "openai", ("broken", "cut"))
    check(found)
    assert found.recovered < 0.8
    found.state.team.input += 1
    with pytest.raises(AssertionError):
        check(found)
    found.state.team.input -= 1
    found.passed.append(Passed("02", "broken"))
    with pytest.raises(AssertionError):
        check(found)


def _tokens(call: CallState) -> Tokens:
    assert call.usage is not None
    return Tokens(call.usage.input, call.usage.output)
