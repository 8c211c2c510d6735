"""Several judges on one solution: asked together, each on its own, blind, and within the limits."""

from __future__ import annotations

from collections import Counter

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, Request, Usage
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.fences import split
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.estimate import estimate
from selforg_tui.engine.header import make_header
from selforg_tui.engine.judging import reserve
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Scripted, carried_out, contribution, usual, verdict

SIM = ModelSpec("sim", "judge")


def ran(script: object, judges: int = 3, **changes: object) -> tuple[SessionState, list[ev.AnyEvent], Scripted]:
    config = RunConfig(**{"mission": "Keep the harbour open", "agents": 2, "more_judges": (SIM,) * (judges - 1), **changes})  # type: ignore[arg-type]
    answers = Scripted(script)  # type: ignore[arg-type]
    state, events = run_virtual(carried_out(config, answers))
    return state, events, answers


def by_judge(request: Request) -> str:
    """The first gives 1, the second 2, the third 4."""
    if request.kind != "judge":
        return usual(request)
    return verdict({"judge": 1, "judge2": 2, "judge3": 4}[request.call.step])


def test_all_judges_are_asked_at_once_with_the_same_text_and_own_draws() -> None:
    state, events, answers = ran(by_judge)
    asked = [request for request in answers.requests if request.kind == "judge"]
    assert [request.call.step for request in asked] == ["judge", "judge2", "judge3"]
    assert len({request.text() for request in asked}) == 1 and len({request.seed for request in asked}) == 3
    starts = {event.t for event in events if isinstance(event, ev.CallStarted) and event.kind == "judge"}
    assert len(starts) == 1, "they are asked together"
    task = summary(state)["tasks"][0]
    assert task["scores"]["accuracy"] == 2 and task["q"] == 0.5
    assert [(one["judge"], one["q"]) for one in task["court"]] == [(1, 0.25), (2, 0.5), (3, 1.0)]
    assert task["spread"]["accuracy"] == 3 and task["agreement"]["exact"] == 0
    assert task["calls"]["judge"] == 3 and state.status == "done"


def test_judges_see_no_names() -> None:
    """Neither who judges, nor who wrote, nor under which protocol, nor roles, seats and other judges."""

    def script(request: Request) -> str:
        if request.kind != "contribute":
            return usual(request)
        return contribution(request.call.seat, role=f"wharfinger{request.call.seat}", contribution=f"Text {'ab'[request.call.seat - 1]}.")

    _, _, answers = ran(script, protocol="coordinator", models=(ModelSpec("sim", "weak"),))
    (text,) = {request.text() for request in answers.requests if request.kind == "judge"}
    lower = text.lower()
    for hidden in ("sim:", "weak", "coordinator", "wharfinger", "seat", "role", "agent", "protocol", "other judge", "court"):
        assert hidden not in lower, hidden
    sections, _ = split(text)
    assert sections[-1].text == "Text a.\n\nText b.", "and nothing stands between the contributions"


def test_a_judge_that_cannot_be_read_is_unscored_and_the_others_count() -> None:
    def script(request: Request) -> str:
        if request.kind == "judge" and request.call.step == "judge2":
            return "I would rather not say."
        return by_judge(request)

    state, events, _ = ran(script)
    task = state.tasks[0]
    assert task.scores is not None and task.scores["accuracy"].score == 2.5, "the median of 1 and 4; nothing became 0"
    assert task.verdicts[1].scores is None and "could not be used" in task.verdicts[1].unscored
    assert state.status == "done_with_failures" and task.unscored == ""
    assert [event.judge for event in events if isinstance(event, ev.Unscored)] == [1]
    court = summary(state)["tasks"][0]["court"]
    assert court[1]["scores"] is None and court[1]["q"] is None and court[1]["unscored"]


def test_without_any_verdict_the_task_is_unscored() -> None:
    def script(request: Request) -> str:
        if request.kind == "judge":
            raise ModelFailure("wrong_key", "The key was refused.")
        return usual(request)

    state, _, _ = ran(script)
    task = state.tasks[0]
    assert task.scores is None and len(task.verdicts) == 3
    assert task.unscored == "None of the 3 judges gave a verdict. The key was refused."
    assert summary(state)["tasks"][0]["q"] is None


def test_the_events_of_one_judge_are_what_they_were() -> None:
    def silent(request: Request) -> str:
        return "?" if request.kind == "judge" else usual(request)

    _, events, _ = ran(usual, judges=1)
    told = [event for event in events if isinstance(event, ev.Scored | ev.Unscored | ev.SeatFailed)]
    assert len(told) == 1 and isinstance(told[0], ev.Scored) and (told[0].judge, told[0].call) == (0, "1/judge/0/1")
    _, events, _ = ran(silent, judges=1)
    told = [event for event in events if isinstance(event, ev.Scored | ev.Unscored | ev.SeatFailed)]
    assert [type(event) for event in told] == [ev.SeatFailed, ev.Unscored]
    assert isinstance(told[1], ev.Unscored) and told[1].judge is None


def test_the_reserve_is_for_all_judges() -> None:
    config = RunConfig("Keep the harbour open", judge=SIM)
    header = make_header(config)
    court = make_header(RunConfig("Keep the harbour open", judge=SIM, more_judges=(SIM, SIM)))
    one, three = (reserve(each, Task("t"), (), ["some words"], 2) for each in (header, court))
    assert three.tokens == 3 * one.tokens and three.usd == 3 * one.usd
    priced = make_header(RunConfig("m", judge=SIM, more_judges=(ModelSpec("sim", "strong"),)))
    priced.prices.update({"sim:judge": Price(1.0, 1.0), "sim:strong": Price(2.0, 2.0)})
    need = reserve(priced, Task("t"), (), [], 0)
    assert abs(need.usd - need.tokens / 2 * 3 / 1_000_000) < 1e-9


def test_a_team_under_a_limit_leaves_room_for_all_its_judges() -> None:
    """With the reserve of a single judge the team would use up what the second and third need."""
    config = RunConfig("Keep it open", agents=12, words=50, more_judges=(SIM, SIM), limits=Limits(tokens=40_000))
    answers = Scripted(by_judge, Usage(1000, 2000))
    state, _ = run_virtual(carried_out(config, answers))
    assert state.limit and state.team.calls < 12, "the limit was met by the team"
    assert Counter(request.kind for request in answers.requests)["judge"] == 3
    assert len([verdict for verdict in state.tasks[0].verdicts.values() if verdict.scores]) == 3


def test_the_estimate_counts_every_judge() -> None:
    one, three = (estimate(RunConfig("m", agents=2, more_judges=more)) for more in ((), (SIM, SIM)))
    assert (one.judge_calls, three.judge_calls) == (1, 3)
    share = next(share for share in three.shares if share.judging)
    assert share.calls == 3


def test_repeats_of_the_simulated_judge_repeat_with_the_seed() -> None:
    config = RunConfig("Keep the harbour open", agents=4, more_judges=(SIM,) * 4)
    runs = [run_unwatched(config, keys=Keys({}), folder=None).state.tasks[0] for _ in range(2)]
    assert runs[0].verdicts == runs[1].verdicts and len(runs[0].verdicts) == 5
    alone = run_unwatched(RunConfig("Keep the harbour open", agents=4), keys=Keys({}), folder=None).state.tasks[0]
    assert alone.scores == runs[0].verdicts[0].scores, "the first of a court says what it says alone"
