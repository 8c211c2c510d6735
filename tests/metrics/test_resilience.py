"""How a team gets over a shock, from the log alone: cases worked by hand."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.resilience import as_objects, curve, recoveries, recovery, resilience_index
from tests.sessions.builders import DIMENSIONS, finished, header, numbered, started


def judged(task: int, sixteenths: int | None) -> list[ev.AnyEvent]:
    """A verdict with this Q, in sixteenths."""
    if sixteenths is None:
        return [ev.Unscored(task=task, reason="no judge")]
    call, left, scores = f"{task}/judge/0/1", sixteenths, {}
    for place, name in enumerate(DIMENSIONS[:4]):
        scores[name] = ev.Score(max(1, min(4, left - (3 - place))), "why")
        left -= scores[name].score
    return [started(call), finished(call), ev.Scored(task=task, call=call, model="j", scores={**scores, "mission": ev.Score(3, "why")})]


def session(*qs: int | None, **shocks: ev.Shocked) -> SessionState:
    """Tasks with these Q, and shocks at the beginning of tasks (`t2`)."""
    events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(3, len(qs)))]
    for number, q in enumerate(qs, 1):
        events.append(ev.TaskStarted(task=number, level="L1", text="t"))
        if f"t{number}" in shocks:
            events.append(msgspec.structs.replace(shocks[f"t{number}"], task=number))
        events += [*judged(number, q), ev.TaskEnded(task=number, solution="s")]
    return fold(numbered(events))


GONE = ev.Shocked(task=0, kind="remove-hub", seats=(1,))


@pytest.mark.parametrize(
    ("qs", "index", "tasks"),
    [
        ((16, 16, 16), 1.0, 1),
        ((12, 16, 16), 1.0, 1),  # better than before counts as whole
        ((16, 8, 12, 16), (0.5 + 0.75 + 1) / 3, 3),
        ((16, 15, 8), (15 / 16 + 0.5) / 2, None),  # 15/16 is not within 5 %
        ((16, None, 16), 1.0, 2),
        ((16, 8), 0.5, None),
        ((16, None), None, None),
        ((None, 16), None, None),
    ],
)
def test_index_and_time(qs: tuple[int | None, ...], index: float | None, tasks: int | None) -> None:
    state = session(*qs, t2=GONE)
    (found,) = recoveries(state)
    assert found.index == (None if index is None else pytest.approx(index)) and found.tasks == tasks
    assert resilience_index(state) == found.index and recovery(state) == tasks
    assert curve(state) == [(number, None if q is None else q / 16) for number, q in enumerate(qs, 1)]
    assert found.after == tuple(curve(state)[1:])


def test_95_of_100_is_back() -> None:
    shock = recoveries(session(16, 16, t2=GONE))[0]  # Q moves in sixteenths, so the edge itself is tried on values
    assert replace(shock, before=1.0, after=((2, 0.95),)).tasks == 1
    assert replace(shock, before=1.0, after=((2, 0.9499),)).tasks is None


def test_what_was_before_is_the_last_judged_task_before_each() -> None:
    state = session(16, None, 8, 8, t2=GONE, t4=ev.Shocked(task=0, kind="notice", notice="N"))
    assert [(found.before, found.index, found.tasks) for found in recoveries(state)] == [(1.0, 0.5, None), (0.5, 1.0, 1)]
    assert resilience_index(state) == 0.75 and recovery(state) is None
    assert recoveries(session(16, 8, t1=GONE))[0].before is None


def test_without_a_shock_or_with_one_that_struck_nobody_there_is_nothing_to_get_over() -> None:
    nobody = ev.Shocked(task=0, kind="remove-hub", text="Nobody is removed: the last agent stays.")
    state = session(16, 16, t2=nobody)
    assert resilience_index(state) is None and recovery(state) is None and recoveries(state) == []
    (found,) = as_objects(state)
    assert (found["seats"], found["index"], found["recovery"], found["q_after"]) == ([], None, None, [])
    assert resilience_index(session(16, 16)) is None and as_objects(session(16)) == []
