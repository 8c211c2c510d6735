from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Usage
from selforg_tui.core.fold import fold
from selforg_tui.core.state import CallState
from selforg_tui.metrics.effort import by_judge, by_team, counted, each, overhead, parallelism, risk, spent, tally
from selforg_tui.metrics.quality import m, mean, q
from tests.sessions.builders import DIMENSIONS, finished, header, numbered, session, started

SCORES = st.fixed_dictionaries({name: st.builds(ev.Score, st.integers(1, 4), st.just("")) for name in DIMENSIONS})


def scores(**changes: int) -> dict[str, ev.Score]:
    return {name: ev.Score(changes.get(name, 3), "") for name in DIMENSIONS}


def calls(*events: ev.AnyEvent) -> list[CallState]:
    first = (ev.SessionStarted(header=header()), ev.TaskStarted(task=1, level="L1", text="t"))
    return list(fold(numbered([*first, *events])).calls.values())


def step(name: str, kind: str) -> ev.CallStarted:
    assert kind in ("plan", "intend", "contribute", "judge")
    return ev.CallStarted(call=name, kind=kind, purpose="first", model="m", blocks=(), digest="d")  # type: ignore[arg-type]


def test_q_and_m_by_the_formulas() -> None:
    assert q(scores(accuracy=4, completeness=2, coherence=1, actionability=4, mission=1)) == 11 / 16
    assert m(scores(mission=1)) == 1 / 4
    assert q(scores(mission=1)) == q(scores(mission=4)) == 12 / 16


@pytest.mark.parametrize("verdict", [None, {}, {"accuracy": ev.Score(3, "")}])
def test_without_a_whole_verdict_there_is_no_q_and_no_m(verdict: dict[str, ev.Score] | None) -> None:
    assert q(verdict) is None and m(verdict) is None


@given(SCORES)
def test_q_and_m_are_between_a_quarter_and_one(verdict: dict[str, ev.Score]) -> None:
    quality, relevance = q(verdict), m(verdict)
    assert quality is not None and 0.25 <= quality <= 1
    assert relevance is not None and 0.25 <= relevance <= 1


def test_means_are_over_what_is_known() -> None:
    assert mean([0.5, None, 1.0]) == 0.75
    assert mean([None]) is None and mean([]) is None


def test_calls_of_team_and_judge_are_apart() -> None:
    found = calls(started("1/contribute/1/1"), started("1/judge/0/1"))
    assert [str(call.id) for call in by_team(found)] == ["1/contribute/1/1"]
    assert [str(call.id) for call in by_judge(found)] == ["1/judge/0/1"]


def test_first_attempts_repairs_and_retries_are_counted_apart() -> None:
    assert counted(fold(session()).calls.values()) == {"team": 3, "judge": 1, "repair": 1, "retry": 1}
    judged_again = calls(started("1/judge/0/1"), started("1/judge/0/2", "repair"))
    assert counted(judged_again) == {"team": 0, "judge": 1, "repair": 1, "retry": 0}


def test_a_tally_counts_calls_that_have_usage() -> None:
    total = tally(
        calls(started("1/contribute/1/1"), started("1/contribute/2/1"), finished("1/contribute/2/1", usage=Usage(7, 3, source="estimate")))
    )
    assert (total.calls, total.input, total.output, total.uncounted, total.known_cost) == (1, 7, 3, 1, 0.25)
    assert tally([]).known_cost == 0


def test_overhead_is_the_share_of_tokens_spent_on_coordination() -> None:
    def spend(name: str, kind: str, tokens: int) -> list[ev.AnyEvent]:
        return [step(name, kind), finished(name, usage=Usage(tokens - 1, 1))]

    plan, work = spend("1/plan/1/1", "plan", 30), spend("1/contribute/1/1", "contribute", 60)
    assert overhead(calls(*plan, *work)) == 30 / 90
    assert overhead(calls(*plan, *spend("1/intend/1/1", "intend", 30), *work, *spend("1/judge/0/1", "judge", 500))) == 60 / 120
    assert overhead(calls(*work)) == 0
    assert overhead(calls(*spend("1/judge/0/1", "judge", 500))) is None
    assert overhead(calls(started("1/contribute/1/1"))) is None


def test_risk_is_the_share_of_calls_that_gave_nothing_usable() -> None:
    good: list[ev.AnyEvent] = [started("1/contribute/1/1"), finished("1/contribute/1/1")]
    unread: list[ev.AnyEvent] = [
        started("1/contribute/2/1"), finished("1/contribute/2/1"), ev.Unread(call="1/contribute/2/1", text="", repairing=False),
    ]  # fmt: skip
    failed: list[ev.AnyEvent] = [started("1/contribute/3/1"), ev.CallFailed(call="1/contribute/3/1", kind="timeout", text="")]
    judge: list[ev.AnyEvent] = [started("1/judge/0/1"), ev.CallFailed(call="1/judge/0/1", kind="timeout", text="")]
    assert risk(calls(*good)) == 0
    assert risk(calls(*good, *unread, *failed, *judge)) == 2 / 3
    assert risk(calls(*good, started("1/contribute/2/1"))) == 0, "a call under way is neither"
    assert risk(calls(started("1/contribute/2/1"))) is None and risk([]) is None


def test_a_failure_that_passes_is_no_risk_and_neither_is_a_warm_up() -> None:
    passing: list[ev.AnyEvent] = [
        started("1/contribute/1/1"), ev.CallFailed(call="1/contribute/1/1", kind="rate_limit", text="", retry_in=1.0),
        started("1/contribute/1/2", "retry"), finished("1/contribute/1/2"),
    ]  # fmt: skip
    warm: list[ev.AnyEvent] = [
        started("1/warm-contribute/2/1", "warm-up"), ev.CallFailed(call="1/warm-contribute/2/1", kind="timeout", text=""),
    ]  # fmt: skip
    assert risk(calls(*passing)) == 0
    assert risk(calls(*passing, *warm)) == 0 and risk(calls(*warm)) is None


def test_each_contribution_has_its_share() -> None:
    found = calls(
        started("1/contribute/1/1"), finished("1/contribute/1/1", usage=Usage(70, 10)), started("1/judge/0/1"), finished("1/judge/0/1"),
    )  # fmt: skip
    assert spent(found) == 80, "judging is apart"
    assert each(spent(found), 2) == 40
    assert each(spent(found), 0) is None and each(None, 2) is None and spent([]) is None


def at(*spans: tuple[float, float]) -> list[CallState]:
    """Calls of the team that begin and end so."""
    found = calls(*(started(f"1/contribute/1/{attempt}") for attempt in range(1, len(spans) + 1)))
    for call, (start, end) in zip(found, spans, strict=True):
        call.started, call.seconds = start, end - start
    return found


def test_parallelism_worked_by_hand() -> None:
    assert parallelism(at((0, 2), (2, 4))) == 1, "one after the other"
    assert parallelism(at((0, 2), (0, 2), (0, 2))) == 3
    # 4 + 4 + 1 = 9 seconds of calls; something is under way from 0 to 6 and from 10 to 11.
    assert parallelism(at((0, 4), (2, 6), (10, 11))) == 9 / 7
    assert parallelism(at((0, 10), (1, 2))) == 11 / 10, "one inside another"
    assert parallelism([]) is None and parallelism(at((1, 1))) is None and parallelism(calls(started("1/contribute/1/1"))) is None
    judging = calls(started("1/judge/0/1"), finished("1/judge/0/1"))
    assert parallelism(judging) is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_parallelism_is_between_one_and_the_number_of_calls(found: list[tuple[int, int]], random: object) -> None:
    spans = [(start, start + length) for start, length in found]
    value = parallelism(at(*spans))
    assert value is not None and 1 <= value <= len(spans) + 1e-9
    busy = {second for start, end in spans for second in range(start, end)}
    assert value == pytest.approx(sum(end - start for start, end in spans) / len(busy))
    assert parallelism(at(*spans[::-1])) == value
