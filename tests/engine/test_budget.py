"""Limits are kept: what calls reserve, and what becomes of runs that meet a limit in any place."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Request, Usage
from selforg_tui.core.config import Limits, RunConfig, Task
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.state import SessionState
from selforg_tui.engine.budget import Budget, Need
from selforg_tui.engine.clock import run_virtual
from tests.engine.scripted import Scripted, carried_out, contribution, usual

WRAP_UP = "nearly used up"


def used(state: SessionState) -> int:
    return sum(tally.input + tally.output for tally in (state.team, state.judging))


@given(
    limit=st.integers(100, 3000),
    calls=st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1), st.floats(0.1, 3)), min_size=1, max_size=30),
)
def test_what_is_spent_and_reserved_never_exceeds_the_limit_and_nobody_waits_for_ever(
    limit: int, calls: list[tuple[int, float, float]]
) -> None:
    async def scenario() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        budget = Budget(Limits(tokens=limit), loop.time)
        spent = refused = under_way = 0

        async def call(need: int, share: float, seconds: float) -> None:
            nonlocal spent, refused, under_way
            try:
                async with budget.held(Need(need)) as held:
                    under_way += need
                    assert spent + under_way <= limit
                    await asyncio.sleep(seconds)
                    took = int(need * share)
                    held.settle(Usage(took), None)
                    under_way -= need
                    spent += took
            except LimitReached:
                refused += 1
                assert under_way == 0 and spent + need > limit, "refused although there was room, or could have been"

        await asyncio.gather(*(call(*each) for each in calls))
        return spent, refused

    spent, refused = run_virtual(scenario())
    assert spent <= limit
    assert refused < len(calls) or min(need for need, _, _ in calls) > limit


def test_a_call_that_is_cancelled_or_fails_gives_its_reserve_back() -> None:
    async def scenario() -> None:
        budget = Budget(Limits(tokens=100), asyncio.get_running_loop().time)
        with pytest.raises(RuntimeError):
            async with budget.held(Need(90)):
                raise RuntimeError
        with pytest.raises(LimitReached):
            async with budget.held(Need(101)):
                pass
        async with budget.held(Need(100)):
            pass

    run_virtual(scenario())


@pytest.mark.parametrize("protocol", ["shared", "broadcast", "sequential", "coordinator", "solo"])
@pytest.mark.parametrize("agents", [1, 8, 64])
@pytest.mark.parametrize("tokens", [3_000, 10_000, 40_000, 200_000])
def test_tokens_never_exceed_the_limit_under_any_protocol(protocol: str, agents: int, tokens: int) -> None:
    config = RunConfig("Sail", protocol=protocol, agents=agents, limits=Limits(tokens=tokens))
    state, _ = run_virtual(carried_out(config, Scripted(usage=Usage(700, 1500))))
    assert used(state) <= tokens
    assert state.status in ("limit", "done")
    assert all(seat.status != "deciding" for task in state.tasks for seat in task.seats.values())


def test_agents_are_told_to_wrap_up_once_most_is_spent_and_not_before() -> None:
    answers = Scripted()
    state, events = run_virtual(carried_out(RunConfig("Sail", agents=64, limits=Limits(tokens=10_300)), answers))
    told = [WRAP_UP in answers.prompts("contribute")[seat] for seat in sorted(answers.prompts("contribute"))]
    assert told == sorted(told) and not told[0] and told[-1]
    assert [type(event) for event in events if isinstance(event, ev.LimitNear | ev.Limit)] == [ev.LimitNear, ev.Limit]
    assert state.status == "limit" and state.tasks[0].scores is not None, "there was room for the judge"
    assert WRAP_UP not in answers.prompts("judge")[0]


def test_a_run_without_limits_is_never_told_to_wrap_up() -> None:
    answers = Scripted()
    run_virtual(carried_out(RunConfig("Sail", agents=4), answers))
    assert not any(WRAP_UP in request.text() for request in answers.requests)


def test_a_limit_inside_a_repair_is_kept_and_the_seat_has_failed() -> None:
    def script(request: Request) -> str:
        return "I will help!" if request.call.seat == 2 else usual(request)

    state, events = run_virtual(carried_out(RunConfig("Sail", agents=4, judge=None, limits=Limits(tokens=4_250)), Scripted(script)))
    assert [event.repairing for event in events if isinstance(event, ev.Unread)] == [True]
    assert not any(isinstance(event, ev.CallStarted) and event.purpose == "repair" for event in events)
    assert state.tasks[0].seats[2].status == "failed" and "no room to ask again" in state.tasks[0].seats[2].reason
    assert state.status == "limit" and used(state) <= 4_250


def test_a_limit_inside_a_retry_is_kept_and_what_the_failure_took_is_counted() -> None:
    def script(request: Request) -> str:
        if request.call.seat == 2:
            raise ModelFailure("cut_off", "The reply broke off.", retryable=True, usage=Usage(900, 500, source="estimate"))
        return usual(request)

    state, _ = run_virtual(carried_out(RunConfig("Sail", agents=4, judge=None, limits=Limits(tokens=4_300)), Scripted(script)))
    assert (state.team.uncounted, state.again.input) == (1, 900)
    assert state.status == "limit" and used(state) <= 4_300
    assert state.tasks[0].seats[2].status == "failed"


def test_a_limit_inside_the_judge_is_kept_and_leaves_the_task_unscored() -> None:
    def script(request: Request) -> str:
        return "five stars" if request.kind == "judge" else usual(request)

    state, _ = run_virtual(carried_out(RunConfig("Sail", agents=1, limits=Limits(tokens=6_200)), Scripted(script, Usage(700, 1500))))
    assert state.judging.calls == 1, "no room for the repair"
    assert state.status == "limit" and state.tasks[0].unscored and state.tasks[0].solution
    assert used(state) <= 6_200


def test_the_time_limit_holds_for_who_waits_for_room() -> None:
    config = RunConfig("Sail", protocol="shared", agents=8, limits=Limits(tokens=5_000, seconds=0.5))
    state, _ = run_virtual(carried_out(config, Scripted()))
    assert state.status == "limit" and state.t <= 0.51


def test_a_time_limit_that_ends_the_last_call_is_told_as_such() -> None:
    state, events = run_virtual(carried_out(RunConfig("Sail", agents=1, judge=None, limits=Limits(seconds=0.5)), Scripted()))
    assert state.status == "limit" and [event.what for event in events if isinstance(event, ev.Limit)] == ["time"]


def test_later_tasks_are_not_begun_after_a_limit() -> None:
    config = RunConfig("Sail", agents=4, tasks=(Task("one"), Task("two")), limits=Limits(tokens=5_500))
    state, _ = run_virtual(carried_out(config, Scripted()))
    assert state.status == "limit" and len(state.tasks) == 1


def test_a_contribution_in_hand_is_judged_first_of_all() -> None:
    """The reserve for the judge is the judge's: a team that could eat it does not."""
    state, _ = run_virtual(carried_out(RunConfig("Sail", agents=64, limits=Limits(tokens=9_000)), Scripted()))
    assert state.status == "limit" and state.tasks[0].scores is not None


def test_seats_that_no_call_was_made_for_are_neither_failed_nor_out() -> None:
    state, _ = run_virtual(carried_out(RunConfig("Sail", agents=8, limits=Limits(tokens=5_500)), Scripted(lambda r: contribution(1))))
    statuses = [seat.status for seat in state.tasks[0].seats.values()]
    assert set(statuses) == {"in", "waiting"}


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(tokens=50), "The limit of 50 tokens is too small for even one call, which may take 100 at worst"),
        (Limits(cost_usd=0.0004), "The limit of $0.0004 is too small for even one call, which may cost $0.0100 at worst"),
        (Limits(cost_usd=0.005), "The limit of $0.005 is too small"),
    ],
)
def test_a_limit_too_small_for_the_first_call_says_so_and_what_to_do(limits: Limits, said: str) -> None:
    async def scenario() -> str:
        budget = Budget(limits, lambda: 0.0)
        with pytest.raises(LimitReached) as reached:
            async with budget.held(Need(100, 0.01)):
                pass
        return str(reached.value)

    told = asyncio.run(scenario())
    assert told.startswith(said)
    assert "Raise the limit" in told
