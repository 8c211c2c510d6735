from __future__ import annotations

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.by_model import by_model, models_of
from selforg_tui.metrics.model_table import HEADINGS, OUTCOMES, cells, ended_badly
from selforg_tui.metrics.summary import summary
from tests.sessions.builders import decided, finished, header, numbered, scored, session, started

REAL = Price(2, 8)


def call(name: str, model: str, purpose: ev.Purpose = "first") -> ev.CallStarted:
    return replace(started(name, purpose), model=model)


def state(*events: ev.AnyEvent) -> SessionState:
    """Two sim:strong and one x:y (see the builders), in a task of the first two."""
    return fold(numbered([ev.SessionStarted(header=header()), ev.TaskStarted(task=1, level="L2", text="t"), *events]))


MIXED = state(
    call("1/contribute/1/1", "sim:strong"),
    replace(finished("1/contribute/1/1", cost=0.25, usage=Usage(100, 10, cached=40)), price=Price(1, 1, imaginary=True)),
    decided(1, "four words of text"),
    call("1/contribute/2/1", "sim:strong"),
    finished("1/contribute/2/1", cost=None, usage=Usage(50, 5)),
    ev.Abstained(task=1, seat=2, kind="voluntary", reason="covered"),
    call("1/contribute/3/1", "x:y"),
    ev.CallFailed(call="1/contribute/3/1", kind="rate_limit", text="Slow.", retry_in=1, usage=Usage(7, 0), price=REAL, cost_usd=0.5),
    call("1/contribute/3/2", "x:y", "retry"),
    replace(finished("1/contribute/3/2", cost=2.0, usage=Usage(200, 20, reasoning=9), simulated=False), price=REAL, finish="length"),
    decided(3, "two words", "editor"),
    ev.Edge(task=1, parent=1, child=3, kind="depends", essential=True),
    ev.Edge(task=1, parent=1, child=3, kind="assigned"),
    call("1/judge/0/1", "sim:judge"),
    finished("1/judge/0/1", cost=None, usage=Usage(300, 30)),
    scored(1, 4),
)  # fmt: skip


def test_rows_by_hand() -> None:
    strong, other, judge = by_model(MIXED)
    assert (strong.model, strong.seats, strong.contributions, strong.abstained, strong.failed) == ("sim:strong", [2], 1, 1, 0)
    assert (strong.built_on, strong.words, strong.q) == (1, 4, 1.0)
    assert (strong.tally.input, strong.tally.cached, strong.tally.output) == (150, 40, 15)
    assert (strong.tally.imaginary_usd, strong.tally.cost_usd, strong.tally.unpriced) == (0.25, 0, 1)
    assert (other.model, other.seats, other.contributions, other.retries, other.repairs) == ("x:y", [1], 1, 1, 0)
    assert (other.tally.input, other.tally.reasoning, other.tally.known_cost, other.again.cost_usd) == (207, 9, 2.5, 2.5)
    assert other.outcomes == {"rate_limit": 1, "at_length": 1}
    assert (judge.judge, judge.model, judge.seats, judge.q, judge.tally.input) == (True, "sim:judge", [], None, 300)
    assert models_of(MIXED.tasks[0]) == ["sim:strong", "x:y"]


def test_a_failed_seat_is_no_abstention() -> None:
    found = state(
        call("1/contribute/3/1", "x:y"),
        ev.CallFailed(call="1/contribute/3/1", kind="refused", text="It refused."),
        ev.SeatFailed(task=1, seat=3, step="contribute", reason="It refused."),
    )
    _, other = by_model(found)
    assert (other.failed, other.abstained, other.left_out, other.contributions, other.outcomes) == (1, 0, 0, 0, {"refused": 1})
    (task,) = summary(found)["tasks"]
    assert (task["failed"], task["abstained"], task["outcomes"]) == (1, {"voluntary": 0, "directed": 0}, {"refused": 1})


def test_it_is_in_the_summary_with_null_for_what_is_unknown() -> None:
    found = summary(MIXED)
    strong, other, _ = found["by_model"]
    assert (strong["cost_usd"], strong["known_usd"], strong["unpriced_calls"], strong["imaginary_usd"]) == (None, 0, 1, 0.25)
    assert (other["cost_usd"], other["imaginary"]) == (2.5, False)
    assert found["tasks"][0]["models"] == ["sim:strong", "x:y"]
    assert (found["outcomes"], found["known_usd"], found["imaginary_usd"]) == ({"rate_limit": 1, "at_length": 1}, 2.5, 0.25)


def test_it_can_be_made_at_any_moment() -> None:
    for events in range(1, len(session()) + 1):
        for row in by_model(fold(session()[:events])):
            assert len(cells(row, row.model)) == len(cells(row, row.model, narrow=True)) == len(HEADINGS)
    assert by_model(SessionState()) == []


def test_a_model_without_a_seat_so_far_has_a_row() -> None:
    rows = by_model(fold(session()[:1]))
    assert [(row.model, row.seats, row.q) for row in rows] == [("sim:strong", [], None), ("x:y", [], None)]


def test_each_way_to_fail_has_words() -> None:
    from typing import get_args

    from selforg_tui.core.errors import FailureKind

    assert set(get_args(FailureKind)) | {"at_length", "unread"} == set(OUTCOMES)
    assert ended_badly({"rate_limit": 3}) == ["3 turned away: too many calls"]
