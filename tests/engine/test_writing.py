"""The write-up: a call more that turns the solution into one text, counted apart, shown to no judge, and missed aloud."""

from __future__ import annotations

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Request, Usage
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.estimate import estimate
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import run_unwatched
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


def test_where_a_limit_leaves_no_room_it_is_left_out_and_said() -> None:
    answers = Scripted(script, Usage(input=900, output=500))
    config = replace(CONFIG, judge=None, limits=Limits(tokens=6000))
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
