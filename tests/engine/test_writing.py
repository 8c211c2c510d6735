"""The write-up: a call more that turns the solution into one text, counted apart, shown to no judge, and missed aloud."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request, Usage
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.consent import question
from selforg_tui.engine.estimate import estimate
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.sessions.reader import parse
from selforg_tui.sessions.recorded import RecordedAnswers
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Scripted, carried_out, usual

CONFIG = RunConfig("Keep the harbour open", agents=3, write_up=True)


def script(request: Request) -> str:
    return "```markdown\n# The harbour\n\nAll of it.\n```" if request.kind == "write-up" else usual(request)


def ran(script: object = script, config: RunConfig = CONFIG) -> tuple[SessionState, list[ev.AnyEvent], Scripted]:
    answers = Scripted(script)  # type: ignore[arg-type]
    state, events = run_virtual(carried_out(config, answers))
    return state, events, answers


def test_it_is_made_of_the_parts_after_the_verdict_and_counted_apart() -> None:
    state, events, answers = ran()
    plain, _, _ = ran(config=replace(CONFIG, write_up=False))
    (task,) = state.tasks
    assert (task.write_up, task.written_by) == ("# The harbour\n\nAll of it.", "sim:strong")
    assert (task.solution, task.ended, state.status) == (plain.tasks[0].solution, plain.tasks[0].ended, "done")
    kinds = [request.kind for request in answers.requests]
    assert kinds == ["contribute"] * 3 + ["judge", "write-up"]
    question = answers.requests[-1]
    assert all(f"words of {seat}" in question.text() for seat in (1, 2, 3))
    assert "role 1" not in question.text() and question.schema is None
    assert (state.team, state.judging) == (plain.team, plain.judging)
    assert state.writing.calls == 1 and plain.writing.calls == 0
    told = summary(state)
    assert told["tasks"][0]["write_up"].startswith("# The harbour")
    assert told["calls"] == {"team": 3, "judge": 1, "repair": 0, "retry": 0, "write_up": 1}
    assert told["writing"]["tokens"]["input"] == 100
    assert [row["model"] for row in told["by_model"] if row["write_up"]] == ["sim:strong"]
    assert "write_up" not in summary(plain)["tasks"][0] and "writing" not in summary(plain)
    assert told["measures"] == {**summary(plain)["measures"]}, "no measure of the team knows of it"
    assert [type(event).__name__ for event in events[-2:]] == ["WrittenUp", "SessionEnded"]


def test_a_later_task_and_its_judge_are_not_shown_it() -> None:
    _, _, answers = ran(config=replace(CONFIG, tasks=(Task("One"), Task("Two"))))
    later = [request for request in answers.requests if request.call.task == 2 and request.kind != "write-up"]
    assert later and not any("All of it" in request.text() for request in later)


def test_one_that_fails_is_missed_aloud() -> None:
    def broken(request: Request) -> str:
        if request.kind == "write-up":
            raise ModelFailure("refused", "It may not speak of this.")
        return usual(request)

    state, _, _ = ran(broken)
    assert state.status == "done_with_failures"
    assert state.tasks[0].write_up == "" and "may not speak" in state.tasks[0].unwritten
    assert summary(state)["tasks"][0]["unwritten"]
    assert state.tasks[0].scores is not None


class Cut(Scripted):
    """Every write-up is cut off at its greatest length."""

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        reply = await super().answer(spec, request, on_delta)
        return replace(reply, finish="length") if request.kind == "write-up" else reply


def test_an_empty_text_and_one_that_is_cut_off_are_none_and_are_not_asked_for_in_json() -> None:
    empty, _, answers = ran(lambda request: " \n" if request.kind == "write-up" else usual(request))
    assert empty.tasks[0].unwritten == "The reply could not be used: the reply is empty."
    assert [request.kind for request in answers.requests].count("write-up") == 1
    cut, _ = run_virtual(carried_out(CONFIG, Cut(script)))
    assert "cut off at its greatest length" in cut.tasks[0].unwritten and cut.tasks[0].write_up == ""
    assert cut.status == empty.status == "done_with_failures"
    assert cut.ended == "The solution is whole, but 1 write-up failed."
    assert "The harbour" in cut.calls["1/writeup/-1/1"].text, "what came is still there to be read"


def test_a_solution_that_does_not_fit_is_not_shortened_but_left() -> None:
    def long(request: Request) -> str:
        return script(request).replace("words of", "words " * 3000 + "of") if request.kind == "contribute" else script(request)

    config = replace(CONFIG, agents=6, models=(ModelSpec("sim", "weak"),), protocol="shared", judge=None)
    state, _, answers = ran(long, config)
    assert state.tasks[0].solution and not [request for request in answers.requests if request.kind == "write-up"]
    assert "not shortened for this" in state.tasks[0].unwritten and state.status == "done_with_failures"


@settings(max_examples=25)
@given(tokens=st.integers(1_000, 40_000))
def test_whatever_the_limit_nothing_is_overspent_and_a_missing_write_up_is_told(tokens: int) -> None:
    answers = Scripted(script, Usage(700, 1200))
    state, _ = run_virtual(carried_out(replace(CONFIG, agents=4, limits=Limits(tokens=tokens)), answers))
    assert sum(tally.input + tally.output for tally in (state.team, state.judging, state.writing)) <= tokens
    (task,) = state.tasks
    assert bool(task.write_up) != bool(task.unwritten)
    assert state.status == "limit" or (task.scores and task.write_up)


def test_the_team_stops_where_the_write_up_would_have_no_room() -> None:
    limit = Limits(tokens=30_000)
    with_it, without = (
        run_virtual(carried_out(replace(CONFIG, agents=12, write_up=on, limits=limit), Scripted(script, Usage(700, 1200))))[0]
        for on in (True, False)
    )
    contributed = [sum(seat.status == "in" for seat in state.tasks[0].seats.values()) for state in (with_it, without)]
    assert contributed[0] < contributed[1]
    assert with_it.tasks[0].write_up and "are kept for judging and the write-up" in with_it.limit


def test_a_time_limit_that_ends_it_is_told_as_such() -> None:
    state, _, _ = ran(config=replace(CONFIG, agents=1, limits=Limits(seconds=2.5)))
    assert state.tasks[0].scores and state.tasks[0].unwritten and state.status == "limit"


def test_what_is_asked_before_a_run_counts_it() -> None:
    model = ModelSpec("anthropic", "claude-sonnet-4-6")
    config = replace(CONFIG, models=(model,), judge=None)
    found = estimate(config)
    assert (found.write_up_calls, estimate(replace(config, write_up=False)).write_up_calls) == (1, 0)
    assert [(share.model, share.calls, share.writing) for share in found.shares] == [(model.name, 3, False), (model.name, 1, True)]
    asked = question(config, found, 0.0)
    assert asked is not None and "for 4 calls" in asked


def test_where_a_limit_leaves_no_room_it_is_left_out_and_said() -> None:
    answers = Scripted(script, Usage(input=1900, output=1500))
    config = replace(CONFIG, judge=None, limits=Limits(tokens=5500))
    events: list[ev.AnyEvent] = []
    run_virtual(run(make_header(config), events.append, answers, watched=False))
    assert [event.reason for event in events if isinstance(event, ev.Unwritten)]
    assert not [request for request in answers.requests if request.kind == "write-up"]
    assert isinstance(events[-1], ev.SessionEnded) and events[-1].status == "limit"


def test_the_simulated_models_sort_the_parts_and_add_nothing_but_headings() -> None:
    config = RunConfig("Move a regional hospital group to zero trust without stopping care", agents=6, write_up=True)
    state = run_unwatched(config, keys=Keys({}), folder=None).state
    (task,) = state.tasks
    lines = [line for line in task.write_up.split("\n\n") if not line.startswith("#")]
    assert len([line for line in task.write_up.split("\n\n") if line.startswith("## ")]) >= 3
    said = " ".join(task.solution.split())
    for line in lines:
        for sentence in line.split(". "):
            assert sentence.strip(" .") in said
    again = run_unwatched(config, keys=Keys({}), folder=None).state
    assert again.tasks[0].write_up.split() == task.write_up.split()


def test_it_is_in_the_estimate() -> None:
    with_one, without = estimate(CONFIG), estimate(replace(CONFIG, write_up=False))
    assert with_one.tokens_in[1] > without.tokens_in[1] and with_one.calls == without.calls
    assert with_one.cost_usd is not None and without.cost_usd is not None and with_one.cost_usd[1] > without.cost_usd[1]


def test_agents_models_write_it_where_they_differ_from_the_judge() -> None:
    config = replace(CONFIG, models=(ModelSpec("sim", "weak"),), judge=ModelSpec("sim", "judge"))
    state, _, _ = ran(config=config)
    assert state.tasks[0].written_by == "sim:weak"


def test_a_model_of_its_own_may_write_it_and_is_part_of_the_session() -> None:
    weak = ModelSpec("sim", "weak")
    state, _, _ = ran(config=replace(CONFIG, write_up_by=weak))
    assert (state.tasks[0].written_by, state.calls["1/writeup/-1/1"].model) == ("sim:weak", "sim:weak")
    assert "sim:weak" in state.started.prices
    assert weak not in replace(CONFIG, write_up=False, write_up_by=weak).specs(), "where nothing is written up it is not asked"
    assert [share.model for share in estimate(replace(CONFIG, write_up_by=weak)).shares if share.writing] == ["sim:weak"]


def test_it_streams_like_any_call() -> None:
    _, events = run_virtual(carried_out(replace(CONFIG, agents=1), Scripted(script), watched=True))
    of_it = [type(event) for event in events if getattr(event, "call", None) == "1/writeup/-1/1"]
    assert of_it == [ev.CallStarted, ev.CallDelta, ev.CallFinished, ev.WrittenUp]


def test_a_log_from_before_there_were_write_ups_opens_and_runs_again() -> None:
    _, events, _ = ran(config=replace(CONFIG, write_up=False))
    found = [json.loads(ev.encode(event)) for event in events]
    for name in ("write_up", "write_up_by"):
        del found[0]["header"]["config"][name]
    del found[0]["header"]["prompts"]["write_up.txt"]
    recording = parse(b"".join(msgspec.json.encode(line) + b"\n" for line in found), Path("memory"))
    assert fold(recording.events).started.config.writer is None
    again = list[ev.AnyEvent]()
    run_virtual(run(recording.header, again.append, RecordedAnswers(recording), watched=False))
    assert [type(event) for event in again] == [type(event) for event in events]
