from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.resilience import recoveries, recovery_tasks, resilience, shocks
from tests.sessions.builders import finished, header, numbered, scored, started


def session(scores: list[int | None], *shocked: int) -> SessionState:
    """Tasks whose four qualities have these scores (Q = score / 4), None unjudged; shocks in these tasks."""
    events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(3, len(scores)))]
    for task, score in enumerate(scores, 1):
        events.append(ev.TaskStarted(task=task, level="L1", text="t"))
        events += [ev.Shocked(task=task, kind="remove-random", seats=(1,), text="gone") for each in shocked if each == task]
        if score is not None:
            events += [started(f"{task}/judge/0/1"), finished(f"{task}/judge/0/1"), scored(task, score)]
        events.append(ev.TaskEnded(task=task, solution=""))
    return fold(numbered(events))


def test_worked_by_hand() -> None:
    # Q before: (1 + 1) / 2 = 1. After: 0.5, 0.75, 1: shares 0.5, 0.75, 1. Index 2.25 / 3; back two tasks after the shock's own.
    state = session([4, 4, 2, 3, 4], 3)
    (found,) = recoveries(state)
    assert (found.before, found.after, found.index, found.tasks) == (1.0, ((3, 0.5), (4, 0.75), (5, 1.0)), 0.75, 2)
    assert (resilience(state), recovery_tasks(state)) == (0.75, 2)


def test_better_than_before_counts_as_whole_and_at_once() -> None:
    (found,) = recoveries(session([2, 4], 2))
    assert (found.after, found.index, found.tasks) == (((2, 2.0),), 1.0, 0)


def test_what_never_comes_back_has_an_index_but_no_time() -> None:
    state = session([4, 2, 2], 2)
    assert (resilience(state), recovery_tasks(state)) == (0.5, None)


def test_two_shocks_have_times_of_their_own() -> None:
    # First: before 1, after 0.5 (task 2) and 1 (task 3): 0.75, back after 1. Second, in task 4: before (0.5 + 1) / 2 = 0.75; after 0.75: 1.
    state = session([4, 2, 4, 3], 2, 4)
    first, second = recoveries(state)
    assert (first.after, first.index, first.tasks) == (((2, 0.5), (3, 1.0)), 0.75, 1)
    assert (second.before, second.after, second.index, second.tasks) == (0.75, ((4, 1.0),), 1.0, 0)
    assert (resilience(state), recovery_tasks(state)) == (0.875, 1)


def test_two_shocks_in_one_task_share_before_and_after() -> None:
    one, other = recoveries(session([4, 2], 2, 2))
    assert one == other and one.index == 0.5


def test_tasks_without_a_verdict_are_passed_over_but_time_goes_on() -> None:
    (found,) = recoveries(session([4, None, None, 4], 2))
    assert (found.after, found.index, found.tasks) == (((2, None), (3, None), (4, 1.0)), 1.0, 2)


@pytest.mark.parametrize("state", [session([4, 4]), session([4, 4], 1), session([None, 4], 2), session([4, None], 2)])
def test_undefined(state: SessionState) -> None:
    assert resilience(state) is None and recovery_tasks(state) is None


def test_shocks_are_counted_by_task() -> None:
    state = session([4, 4, 4], 2, 2, 3)
    assert [shocks(task, of=state.shocks) for task in state.tasks] == [0, 2, 1]


@given(st.lists(st.none() | st.integers(1, 4), min_size=1, max_size=6), st.sets(st.integers(1, 6), max_size=3))
def test_ranges(scores: list[int | None], at: set[int]) -> None:
    state = session(scores, *(task for task in at if task <= len(scores)))
    index, tasks = resilience(state), recovery_tasks(state)
    assert index is None or 0.25 <= index <= 1
    assert tasks is None or 0 <= tasks < len(scores)
    assert len(recoveries(state)) == len(state.shocks)
