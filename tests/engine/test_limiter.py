"""How many calls go out at once, and what a provider's refusals change."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Reply, Request, Usage
from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ModelFailure
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.limiter import LONGEST_PAUSE, MOST, START, Limiter
from selforg_tui.models.base import Facts
from tests.engine.scripted import Scripted, carried_out, usual

BUSY = ModelFailure("rate_limit", "Too many.", retryable=True)


def busy(seconds: float) -> ModelFailure:
    return ModelFailure("rate_limit", "Too many.", retryable=True, retry_after=seconds)


class Server:
    """Takes so many calls at once and refuses the others."""

    def __init__(self, capacity: int, retry_after: float | None = None) -> None:
        self.capacity, self.retry_after = capacity, retry_after
        self.under_way = self.most = self.refused = 0

    async def call(self, limiter: Limiter, seconds: float = 1.0) -> None:
        """Until it is answered."""
        while True:
            await limiter.enter()
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            try:
                if self.under_way > self.capacity:
                    self.refused += 1
                    limiter.leave(BUSY if self.retry_after is None else busy(self.retry_after))
                    continue
                await asyncio.sleep(seconds)
                limiter.leave()
                return
            finally:
                self.under_way -= 1


def drive(server: Server, calls: int, fixed: int | None = None) -> tuple[Limiter, float]:
    async def scenario() -> tuple[Limiter, float]:
        loop = asyncio.get_running_loop()
        limiter = Limiter(loop.time, fixed)
        await asyncio.gather(*(server.call(limiter) for _ in range(calls)))
        return limiter, loop.time()

    return run_virtual(scenario())


def test_it_starts_slowly_and_doubles_while_all_goes_well() -> None:
    server = Server(10_000)
    limiter, seconds = drive(server, 8 + 16 + 32 + 64 + 64)
    assert limiter.at_once == server.most == MOST
    assert seconds == 5, "rounds of 8, 16, 32, 64 and 64"


@pytest.mark.parametrize("capacity", [1, 5, 20, 40])
def test_it_finds_what_a_provider_takes(capacity: int) -> None:
    server = Server(capacity)
    limiter, seconds = drive(server, 600)
    assert limiter.at_once <= capacity + 2
    assert server.refused <= 80
    assert seconds <= 1.5 * 600 / capacity + 60


def test_it_never_exceeds_what_is_known() -> None:
    server = Server(1)
    limiter, _ = drive(server, 20, fixed=1)
    assert (server.most, server.refused, limiter.at_once) == (1, 0, 1)


def test_after_a_refusal_nothing_new_goes_before_the_time_that_was_asked_for() -> None:
    async def scenario() -> list[float]:
        loop = asyncio.get_running_loop()
        limiter = Limiter(loop.time)
        await limiter.enter()
        assert limiter.leave(busy(7)) == 7
        times = []

        async def late() -> None:
            await limiter.enter()
            times.append(loop.time())

        await asyncio.gather(late(), late())
        return times

    assert run_virtual(scenario()) == [7, 7]


def test_refusals_of_calls_that_were_under_way_are_one_step_back() -> None:
    async def scenario() -> None:
        limiter = Limiter(asyncio.get_running_loop().time)
        for _ in range(START):
            await limiter.enter()
        pauses = [limiter.leave(BUSY) for _ in range(START)]
        assert [pause is not None for pause in pauses] == [True] + [False] * (START - 1)
        assert limiter.at_once == 5

    run_virtual(scenario())


def test_pauses_grow_where_a_provider_never_says_how_long_and_have_an_end() -> None:
    async def scenario() -> list[float | None]:
        limiter = Limiter(asyncio.get_running_loop().time)
        pauses = []
        for _ in range(12):
            await limiter.enter()
            pauses.append(limiter.leave(BUSY))
        await limiter.enter()
        assert limiter.leave(busy(10_000)) == LONGEST_PAUSE
        assert limiter.at_once == 1
        return pauses

    pauses = run_virtual(scenario())
    assert pauses[:4] == [1, 2, 4, 8] and pauses[-1] == LONGEST_PAUSE


@given(st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=1, max_size=40), st.integers(1, 5))
def test_whoever_waits_gets_in_also_when_others_give_up(calls: list[tuple[float, bool]], fixed: int) -> None:
    async def scenario() -> int:
        limiter, served = Limiter(asyncio.get_running_loop().time, fixed), 0

        async def call(seconds: float) -> None:
            nonlocal served
            await limiter.enter()
            try:
                await asyncio.sleep(seconds)
                served += 1
            finally:
                limiter.leave()

        tasks = [asyncio.ensure_future(call(seconds)) for seconds, _ in calls]
        await asyncio.sleep(0.5)
        gone = sum(task.cancel() for task, (_, leaves) in zip(tasks, calls, strict=True) if leaves)
        await asyncio.wait(tasks)
        assert served == len(calls) - gone
        await asyncio.wait_for(limiter.enter(), 0.1)
        return served

    run_virtual(scenario())


class Crowded(Scripted):
    """Refuses calls beyond three at once."""

    async def answer(self, spec: object, request: Request, on_delta: object) -> Reply:
        """See AnswerSource."""
        self.requests.append(request)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if self.under_way > 3:
                raise busy(2)
            await asyncio.sleep(1)
            return Reply(usual(request), Usage(100, 10), "x", seconds=1.0)
        finally:
            self.under_way -= 1


def test_a_run_shows_that_it_was_slowed_down_and_keeps_waiting_apart_from_working() -> None:
    answers = Crowded()
    answers.known = Facts("x", place="x", cache="none")
    state, events = run_virtual(carried_out(RunConfig("Sail", protocol="shared", agents=32, judge=None), answers))
    slowed = [event for event in events if isinstance(event, ev.SlowedDown)]
    assert slowed and slowed[0].place == "x" and slowed[0].seconds == 2 and slowed[-1].at_once <= 5
    assert state.status == "done" and answers.most_at_once <= START
    assert state.working == pytest.approx(32, abs=1e-6), "answering alone"
    assert state.waiting > 32
    waited = [event.waited for event in events if isinstance(event, ev.CallStarted)]
    assert max(waited) > 1 and state.waiting >= sum(waited)


def test_without_a_place_all_go_at_once() -> None:
    answers = Scripted()
    answers.known = Facts("x")
    run_virtual(carried_out(RunConfig("Sail", protocol="shared", agents=64, judge=None), answers))
    assert answers.most_at_once == 64
