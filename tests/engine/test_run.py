"""Failures, repairs, limits and cancel: what a session says of itself is true."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ModelFailure, StorageError
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import VirtualTimeLoop, run_virtual
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.metrics.summary import summary
from selforg_tui.settings import paths
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Script, Scripted, abstention, carried_out, contribution, usual


def ran(script: Script, **changes: object) -> tuple[SessionState, list[ev.AnyEvent], Scripted]:
    config = RunConfig(**{"mission": "Keep the harbour open", "agents": 4, **changes})  # type: ignore[arg-type]
    answers = Scripted(script)
    state, events = run_virtual(carried_out(config, answers))
    return state, events, answers


def statuses(state: SessionState) -> list[str]:
    assert state.task is not None
    return [seat.status for seat in state.task.seats.values()]


def test_a_whole_run_is_done_and_judged() -> None:
    state, events, _ = ran(usual)
    assert state.status == "done"
    assert statuses(state) == ["in"] * 4
    assert summary(state)["tasks"][0]["q"] == 0.75
    assert state.tasks[0].solution == "words of 1\n\nwords of 2\n\nwords of 3\n\nwords of 4"
    assert [event.seq for event in events] == list(range(len(events)))
    assert [event.t for event in events] == sorted(event.t for event in events)


def test_a_failed_seat_takes_nobody_down_and_shows() -> None:
    def script(request: Request) -> str:
        if request.call.seat == 2:
            raise ModelFailure("wrong_key", "The key was refused.")
        return usual(request)

    state, _, answers = ran(script)
    assert statuses(state) == ["in", "failed", "in", "in"]
    assert state.status == "done_with_failures"
    task = summary(state)["tasks"][0]
    assert (task["failed"], task["abstained"]["voluntary"]) == (1, 0)
    assert len([r for r in answers.requests if r.call.seat == 2]) == 1, "a failure that will fail again is not retried"


def test_a_passing_failure_is_retried_visibly_and_forgotten() -> None:
    def script(request: Request) -> str:
        if request.call.seat == 2 and request.call.attempt < 3:
            raise ModelFailure("rate_limit", "Too many requests.", retryable=True, retry_after=4)
        return usual(request)

    state, events, _ = ran(script)
    assert state.status == "done"
    assert [event.retry_in for event in events if isinstance(event, ev.CallFailed)] == [4, 4]
    assert summary(state)["tasks"][0]["calls"] == {"team": 4, "judge": 1, "repair": 0, "retry": 2}


def test_retries_end() -> None:
    def script(request: Request) -> str:
        raise ModelFailure("server_error", "The server failed.", retryable=True)

    state, _, answers = ran(script, agents=2)
    assert state.status == "failed"
    assert len(answers.requests) == 2 * 5
    assert statuses(state) == ["failed", "failed"]


def test_an_unreadable_reply_is_repaired_once() -> None:
    state, events, answers = ran(lambda r: "I will help!" if r.call.seat == 3 and r.call.attempt == 1 else usual(r))
    assert statuses(state) == ["in"] * 4
    assert [event.repairing for event in events if isinstance(event, ev.Unread)] == [True]
    repair = next(r for r in answers.requests if r.call.attempt == 2)
    assert "I will help!" in repair.text("own") and "holds no JSON object" in repair.text("own")
    assert summary(state)["tasks"][0]["calls"]["repair"] == 1


def test_an_unreadable_repair_is_a_failure() -> None:
    state, events, _ = ran(lambda r: "no" if r.call.seat == 3 else usual(r))
    assert statuses(state) == ["in", "in", "failed", "in"]
    assert [event.repairing for event in events if isinstance(event, ev.Unread)] == [True, False]


def test_a_judge_that_cannot_be_read_leaves_the_task_unscored() -> None:
    state, _, _ = ran(lambda r: "five stars" if r.kind == "judge" else usual(r))
    assert state.status == "done_with_failures"
    task = summary(state)["tasks"][0]
    assert task["q"] is None and task["scores"] is None and "could not be used" in task["unscored"]


def test_a_team_that_stays_out_did_not_fail() -> None:
    state, _, _ = ran(lambda r: abstention())
    assert state.status == "done"
    task = summary(state)["tasks"][0]
    assert (task["solution"], task["hierarchy_depth"], task["q"]) == ("", 0, None)
    assert task["abstained"] == {"voluntary": 4, "directed": 0}


def test_dependencies_on_what_was_not_seen_are_dropped_and_counted() -> None:
    declared = [{"output": "01", "used": "the map"}, {"output": "04", "used": "the future"}]
    state, _, _ = ran(lambda r: contribution(r.call.seat, depends_on=declared) if r.kind == "contribute" else usual(r))
    task = state.tasks[0]
    assert task.parents(3) == [1]
    assert task.seats[3].dropped == 1
    assert task.seats[1].dropped == 1, "its own label is no dependency and no mistake"
    assert summary(state)["tasks"][0]["hierarchy_depth"] == 2, "all build on 01 alone"


@pytest.mark.parametrize(
    "limits, what", [(Limits(tokens=5_500), "tokens"), (Limits(seconds=2.5), "time"), (Limits(cost_usd=0.0742), "money")]
)
def test_at_a_limit_nothing_new_starts_and_what_was_done_is_kept(limits: Limits, what: str) -> None:
    state, events, answers = ran(usual, limits=limits)
    assert state.status == "limit"
    assert [event.what for event in events if isinstance(event, ev.Limit)] == [what]
    assert 1 <= len(answers.requests) <= 3
    assert state.tasks[0].solution.startswith("words of 1")
    assert isinstance(events[-1], ev.SessionEnded)


def test_several_tasks_are_several_chances() -> None:
    def script(request: Request) -> str:
        if request.call.task == 1 and request.kind == "contribute":
            raise ModelFailure("refused", "The model refused.")
        return usual(request)

    state, _, _ = ran(script, tasks=(Task("a"), Task("b")))
    assert state.status == "done_with_failures"
    assert [bool(task.solution) for task in state.tasks] == [False, True]


def test_cancelling_ends_the_session_as_interrupted() -> None:
    events: list[ev.AnyEvent] = []

    async def stopped() -> None:
        work = asyncio.ensure_future(run(make_header(RunConfig("Sail", agents=4)), events.append, Scripted(), watched=False))
        await asyncio.sleep(2.5)
        work.cancel()
        await work

    with pytest.raises(asyncio.CancelledError):
        run_virtual(stopped())
    assert isinstance(events[-1], ev.SessionEnded) and events[-1].status == "interrupted"


@pytest.mark.parametrize("protocol", ["sequential", "shared"])
def test_a_sink_that_cannot_store_ends_the_run(protocol: str) -> None:
    def sink(event: ev.AnyEvent) -> None:
        if isinstance(event, ev.Decided):
            raise StorageError("The disk is full.")

    with pytest.raises(StorageError):
        run_virtual(run(make_header(RunConfig("Sail", protocol=protocol)), sink, Scripted(), watched=False))


def test_an_unforeseen_error_in_a_model_is_a_failure_of_that_seat() -> None:
    def script(request: Request) -> str:
        if request.call.seat == 1:
            raise ZeroDivisionError("secret")
        return usual(request)

    state, events, _ = ran(script)
    assert statuses(state) == ["failed", "in", "in", "in"]
    assert not any("secret" in str(event) for event in events)


def test_mixed_teams_seat_models_in_order() -> None:
    state, _, _ = ran(usual, models=(ModelSpec("sim", "strong", seats=1), ModelSpec("sim", "weak")))
    assert [seat.model for seat in state.tasks[0].seats.values()] == ["sim:strong", "sim:weak", "sim:weak", "sim:weak"]


def test_a_prompt_that_outgrows_the_context_is_shortened_visibly() -> None:
    long = "A first sentence that stays. " + "word " * 1500
    config = RunConfig("Keep the harbour open", agents=20, models=(ModelSpec("sim", "weak"),), judge=None, words=1500)
    answers = Scripted(lambda r: contribution(r.call.seat, contribution=long))
    state, _ = run_virtual(carried_out(config, answers))
    last = state.calls["1/contribute/20/1"]
    assert last.shortened[0] == "01" and 0 < len(last.shortened) < 19
    prompt = state.prompt("1/contribute/20/1")
    assert 'seat="01" shortened="yes"' in prompt and "Outputs marked as shortened" in prompt
    assert prompt == answers.requests[-1].text()


def test_a_judge_is_never_shown_a_shortened_solution() -> None:
    huge = "word " * 3000
    state, _, _ = ran(
        lambda r: contribution(r.call.seat, contribution=huge) if r.kind == "contribute" else usual(r),
        agents=8,
        judge=ModelSpec("sim", "weak"),
    )
    assert state.tasks[0].scores is None and "context" in state.tasks[0].unscored


def test_watched_and_unwatched_runs_have_the_same_result() -> None:
    config = RunConfig("Keep the harbour open", agents=3)
    (one, _), (two, events) = (run_virtual(carried_out(config, Scripted(), watched=watched)) for watched in (False, True))
    assert any(isinstance(event, ev.CallDelta) for event in events)
    strip = ("session", "seconds")
    assert json.dumps({k: v for k, v in summary(one).items() if k not in strip}) == json.dumps(
        {k: v for k, v in summary(two).items() if k not in strip}
    )


def test_virtual_time_costs_none() -> None:
    async def nap() -> float:
        await asyncio.gather(*(asyncio.sleep(3600) for _ in range(3)))
        return asyncio.get_running_loop().time()

    loop = VirtualTimeLoop()
    try:
        assert loop.run_until_complete(nap()) == pytest.approx(3600)
    finally:
        loop.close()


def test_what_a_server_would_not_take_is_said_once() -> None:
    class Picky(Scripted):
        async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
            return replace(await super().answer(spec, request, on_delta), left_out=("temperature",))

    state, _ = run_virtual(carried_out(RunConfig("Sail", agents=3, judge=None), Picky()))
    assert state.warnings == ["sim:strong does not take 'temperature'; its calls go without."]


@pytest.mark.parametrize("watched", [True, False])
def test_half_a_character_does_no_harm(watched: bool) -> None:
    script = Scripted(lambda r: contribution(r.call.seat).replace("words", "\ud83d words") if r.kind == "contribute" else usual(r))
    state, events = run_virtual(carried_out(RunConfig("Sail", agents=2), script, watched=watched))
    assert state.status == "done"
    assert all(ev.decode(ev.encode(event)) == event for event in events)


def test_an_unforeseen_error_goes_to_the_log_file_without_keys_and_nowhere_else(
    own_world: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    Keys({}).paste("anybody", "canary-0123456789")

    def script(request: Request) -> str:
        raise ZeroDivisionError("with canary-0123456789")

    state, _, _ = ran(script, agents=1)
    log = paths.log_file().read_text()
    assert own_world in paths.log_file().parents
    assert "1/contribute/1/1" in log and "ZeroDivisionError: with [removed]" in log
    assert "canary" not in log + str(state.calls)
    assert capfd.readouterr() == ("", "") and not caplog.records
