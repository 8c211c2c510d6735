from __future__ import annotations

import copy
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core import fold as fold_module
from selforg_tui.core.fold import apply, fold
from selforg_tui.core.state import SessionState
from tests.sessions.builders import decided, finished, header, numbered, scored, session, started


def folded(*events: ev.AnyEvent) -> SessionState:
    """After a header, one task, and these."""
    first = (ev.SessionStarted(header=header()), ev.TaskStarted(task=1, level="L1", text="t"))
    return fold(numbered([*first, *events]))


def test_every_type_of_event_is_handled() -> None:
    assert set(fold_module._HANDLERS) == set(get_args(ev.AnyEvent))


@given(st.integers(0, len(session())))
def test_events_one_by_one_come_to_the_same_as_all_at_once(cut: int) -> None:
    state = fold(session()[:cut])
    assert state == fold(copy.deepcopy(session()[:cut]))
    for event in session()[cut:]:
        apply(state, event)
    assert state == fold(session())
    assert (state.seq, state.t) == (session()[-1].seq, session()[-1].t)


def test_a_session_in_full() -> None:
    state = fold(session())
    first, second = state.tasks
    assert state.task is second
    assert [(seat.status, seat.role) for seat in first.seats.values()] == [("in", "planner"), ("in", "reviewer"), ("out", "none")]
    assert [seat.model for seat in first.seats.values()] == ["sim:strong", "sim:strong", "x:y"]
    assert [seat.status for seat in second.seats.values()] == ["failed", "waiting", "removed"]
    assert state.before is not None and state.task_of(0) is state.before
    assert [seat.role for seat in state.before.seats.values()] == ["lead", "", "third"]
    assert first.parents(2) == [1]
    assert (first.solution, first.unscored, second.unscored) == ("words\n\nmore", "", "There is no solution to judge.")
    assert first.scores == scored().scores and (first.judged_by, first.judge_simulated) == ("sim:judge", False)
    assert first.seats[1].calls == ["1/contribute/1/1", "1/contribute/1/2", "1/contribute/1/3"]
    assert first.calls == [call for call in state.calls if call.startswith("1/")]
    assert (state.status, state.ended, state.limit) == ("limit", "The limit of $1 was reached.", "The limit of $1 was reached.")
    assert (state.failures, state.simulated_replies, state.warnings) == (1, 4, ["Prices are imaginary."])
    assert state.prompt("1/judge/0/1").startswith("You are one of several")
    assert first.ended is not None and first.ended > first.started


def test_totals_add_up_over_calls_with_usage_and_judging_is_apart() -> None:
    state = fold(session())
    with_usage = [call for call in state.calls.values() if call.usage is not None]
    for tally, calls in (
        (state.team, [call for call in with_usage if call.id.seat]),
        (state.judging, [call for call in with_usage if not call.id.seat]),
    ):
        usages = [call.usage for call in calls if call.usage]
        assert tally.calls == len(calls) > 0
        assert (tally.input, tally.output) == (sum(usage.input for usage in usages), sum(usage.output for usage in usages))
        assert (tally.cached, tally.reasoning) == (sum(usage.cached for usage in usages), sum(usage.reasoning for usage in usages))
        assert tally.cost_usd + tally.imaginary_usd == sum(call.cost_usd or 0 for call in calls)
    assert (state.team.unpriced, state.team.known_cost) == (2, None)
    assert (state.judging.unpriced, state.judging.known_cost) == (0, 0.25)


def test_a_call_from_its_start_to_its_end() -> None:
    name = "1/contribute/1/1"
    state = folded(started(name), ev.CallDelta(call=name, text="pa"), ev.CallDelta(call=name, text="rt"))
    call = state.calls[name]
    assert (call.status, call.text, call.usable, state.tasks[0].seats[1].status) == ("running", "part", True, "deciding")
    assert call.version == state.tasks[0].seats[1].version == state.seq
    apply(state, finished(name, "whole"))
    assert (call.status, call.text, call.seconds, call.first, call.answered_by) == ("done", "whole", 1.5, 0.5, "sim-strong-1")
    apply(state, ev.Unread(call=name, text="it is no JSON", repairing=True))
    assert (call.usable, call.problem) == (False, "it is no JSON")


def test_a_failed_seat_is_never_an_abstention() -> None:
    state = folded(started("1/contribute/1/1"), ev.SeatFailed(task=1, seat=1, step="contribute", reason="no server"))
    assert [seat.status for seat in state.tasks[0].seats.values()] == ["failed", "waiting", "waiting"]
    assert state.failures == 1
    assert state.tasks[0].seats[1].reason == "no server"


@pytest.mark.parametrize(("kind", "status"), [("voluntary", "out"), ("directed", "left out")])
def test_the_two_ways_to_stay_out(kind: str, status: str) -> None:
    event = ev.Abstained(task=1, seat=2, kind="voluntary" if kind == "voluntary" else "directed", reason="why")
    seat = folded(event).tasks[0].seats[2]
    assert (seat.status, seat.reason, seat.contribution) == (status, "why", "")


@pytest.mark.parametrize(
    "later",
    [
        ev.Abstained(task=1, seat=1, kind="voluntary", reason="nothing to add"),
        ev.SeatFailed(task=1, seat=1, step="draft2", reason="no server"),
    ],
)
def test_a_draft_stays_when_a_later_turn_gives_nothing(later: ev.AnyEvent) -> None:
    seat = folded(decided(1, "draft"), started("1/draft2/1/1"), later).tasks[0].seats[1]
    assert (seat.status, seat.contribution) == ("in", "draft")


def test_a_later_draft_replaces_the_earlier() -> None:
    task = folded(decided(1, "draft"), decided(1, "better", "editor")).tasks[0]
    assert (task.seats[1].status, task.seats[1].contribution, task.seats[1].role) == ("in", "better", "editor")


def test_a_judge_that_fails_leaves_every_seat_as_it_was() -> None:
    state = folded(decided(1), started("1/judge/0/1"), ev.SeatFailed(task=1, seat=0, step="judge", reason="no server"))
    assert state.tasks[0].seats[1].status == "in" and 0 not in state.tasks[0].seats
    assert state.failures == 1


def test_an_edge_stands_once_and_the_essential_parent_comes_first() -> None:
    def edge(parent: int, *, essential: bool, used: str = "") -> ev.Edge:
        return ev.Edge(task=1, parent=parent, child=3, kind="depends", essential=essential, used=used)

    assigned = ev.Edge(task=1, parent=1, child=3, kind="assigned")
    task = folded(edge(1, essential=False), edge(2, essential=True), edge(1, essential=False, used="again"), assigned).tasks[0]
    assert task.parents(3) == [2, 1] and task.parents(1) == []
    assert [(found.parent, found.used) for found in task.edges if found.kind == "depends"] == [(2, ""), (1, "again")]


def test_an_intention_to_stay_out_shows_no_intention() -> None:
    state = folded(ev.Intended(task=1, seat=1, call="1/intend/1/1", participate=False, role="none", text="hidden"))
    assert (state.tasks[0].seats[1].intention, state.tasks[0].seats[1].status) == ("", "waiting")


def test_what_is_simulated_is_said_by_config_or_any_reply() -> None:
    assert SessionState().simulated == ev.Simulated(False, False)
    assert folded().simulated == ev.Simulated(True, True)
    real = ev.SessionStarted(header=replace(header(), simulated=ev.Simulated(False, False)))
    task = ev.TaskStarted(task=1, level="L1", text="t")
    assert fold([real, task]).simulated == ev.Simulated(False, False)
    served = fold([real, task, started("1/contribute/1/1"), finished("1/contribute/1/1")])
    assert served.simulated == ev.Simulated(True, False)
    judged = fold([real, task, started("1/judge/0/1"), finished("1/judge/0/1"), scored()])
    assert judged.simulated == ev.Simulated(False, True)


def test_versions_say_what_changed() -> None:
    state = folded(decided(1))
    task = state.tasks[0]
    before = {seat.seat: seat.version for seat in task.seats.values()}
    apply(state, ev.Abstained(seq=99, t=9.0, task=1, seat=2, kind="voluntary"))
    assert {seat.seat: seat.version for seat in task.seats.values()} == {**before, 2: 99}
    assert task.version == 99


@pytest.mark.parametrize(
    "event",
    [
        ev.TaskEnded(task=2, solution=""),
        ev.TaskEnded(task=-1, solution=""),
        decided(9),
        ev.CallDelta(call="1/contribute/1/1", text=""),
        finished("1/contribute/1/1"),
        started("1/contribute"),
        started("a/b/c/d"),
        started("5/contribute/1/1"),
        ev.Edge(task=1, parent=1, child=7, kind="depends"),
        scored(),
        ev.SessionStarted(header=header()),
    ],
)
def test_events_that_do_not_fit_are_refused(event: ev.AnyEvent) -> None:
    with pytest.raises((LookupError, ValueError)):
        folded(event)


def test_before_the_first_event_there_is_no_header() -> None:
    with pytest.raises(LookupError):
        _ = SessionState().started
    assert SessionState().task is None
