from __future__ import annotations

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import MOST_JUDGES, ModelSpec, RunConfig, checked
from selforg_tui.core.court import Median, judges_in_words, place_of, read_judges, step_of, together, written
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.events import Score
from selforg_tui.core.fold import fold
from selforg_tui.metrics import quality
from tests.sessions.builders import DIMENSIONS, finished, header, numbered, scored, started

SIM = ModelSpec("sim", "judge")


def verdict(*scores: int) -> dict[str, Score]:
    return {name: Score(score, f"why {score}") for name, score in zip(DIMENSIONS, scores, strict=True)}


def test_a_single_verdict_stays_as_it_is() -> None:
    one = verdict(1, 2, 3, 4, 4)
    assert together([one]) == one
    assert together([]) is None


def test_an_odd_court_says_its_median_with_its_spread() -> None:
    found = together([verdict(1, 2, 3, 4, 4), verdict(4, 2, 3, 4, 1), verdict(3, 1, 3, 4, 1)])
    assert found == {
        "accuracy": Median(3, 1, 4), "completeness": Median(2, 1, 2), "coherence": Median(3, 3, 3), "actionability": Median(4, 4, 4),
        "mission": Median(1, 1, 4),
    }  # fmt: skip
    assert all(isinstance(median.score, int) for median in found.values())
    assert quality.q(found) == (3 + 2 + 3 + 4) / 16


def test_an_even_court_may_stand_between_two_scores() -> None:
    found = together([verdict(3, 3, 3, 3, 3), verdict(4, 3, 3, 3, 4)])
    assert found is not None and found["accuracy"].score == 3.5
    assert quality.q(found) == 12.5 / 16 and quality.m(found) == 3.5 / 4


def test_judges_are_read_and_written() -> None:
    assert read_judges("none") == () and read_judges(" NONE ") == ()
    assert read_judges("sim:judge=3, x:y@http://127.0.0.1:1/v1") == (SIM, SIM, SIM, ModelSpec("x", "y", "http://127.0.0.1:1/v1"))
    assert read_judges(written((SIM, ModelSpec("x", "y")))) == (SIM, ModelSpec("x", "y"))
    assert written(()) == "none"
    config = RunConfig("m", judge=SIM, more_judges=(ModelSpec("x", "y"), SIM))
    assert judges_in_words(config) == "2 × sim:judge, x:y"


@pytest.mark.parametrize("text", ["sim:judge none", "nobody", f"sim:judge={MOST_JUDGES + 1}", "sim:judge=999999999", "sim:judge=0"])
def test_a_court_that_cannot_be(text: str) -> None:
    with pytest.raises(ConfigError):
        read_judges(text)


def test_a_config_has_no_headless_court() -> None:
    with pytest.raises(ConfigError, match="A court has"):
        checked(RunConfig("m", judge=None, more_judges=(SIM,)))


def test_steps_and_places() -> None:
    assert [step_of(place) for place in range(3)] == ["judge", "judge2", "judge3"]
    assert [place_of(step) for step in ("judge", "judge2", "judge11", "warm-judge3", "contribute")] == [0, 1, 10, 2, 0]


def court_of(*more: ev.AnyEvent) -> list[ev.AnyEvent]:
    top = header(1, 1)
    top = replace(top, config=replace(top.config, judge=SIM, more_judges=(SIM, ModelSpec("x", "y"))))
    return numbered([ev.SessionStarted(header=top), ev.TaskStarted(task=1, level="L2", text="task 1"), *more])


def said(place: int, score: int, simulated: bool = False) -> list[ev.AnyEvent]:
    name = f"1/{step_of(place)}/0/1"
    call: list[ev.AnyEvent] = [started(name), finished(name, simulated=simulated)]
    return [*call, replace(scored(1, score), judge=place, call=name, model=f"m{place}")]


def test_verdicts_fold_to_the_same_in_whatever_order_they_come() -> None:
    orders = [said(0, 1) + said(1, 4) + said(2, 4), said(2, 4) + said(0, 1) + said(1, 4)]
    tasks = [fold(court_of(*order)).tasks[0] for order in orders]
    assert tasks[0].verdicts == tasks[1].verdicts and list(tasks[1].verdicts) == [0, 1, 2]
    assert tasks[0].scores == tasks[1].scores and tasks[0].judged_by == tasks[1].judged_by == "m0, m1, m2"


def test_who_gives_no_verdict_counts_for_nothing() -> None:
    silent = ev.Unscored(task=1, judge=2, reason="It spoke in riddles.")
    task = fold(court_of(*said(0, 2, simulated=True), silent, *said(1, 4))).tasks[0]
    assert task.scores is not None and task.scores["accuracy"] == Median(3, 2, 4), "the unreadable one is no 0"
    assert task.unscored == "" and task.verdicts[2].unscored == "It spoke in riddles." and task.verdicts[2].model == "x:y"
    assert task.judge_simulated and task.judged_by == "m0, m1"


def test_a_log_from_before_there_was_a_court_folds_as_it_did() -> None:
    """Lines without the place of a judge, as they were written then."""
    events = court_of(*said(0, 3))
    old = [ev.encode(event).replace(b',"judge":0,', b",") for event in events]
    assert b'"judge":0' not in old[-1] and b'"type":"scored"' in old[-1]
    task = fold(map(ev.decode, old)).tasks[0]
    assert task.scores == {name: Score(3, f"why {name}") for name in DIMENSIONS}
    assert list(task.verdicts) == [0] and task.judged_by == "m0"
    unscored = ev.decode(b'{"type":"unscored","seq":2,"t":0.5,"task":1,"reason":"No judge was chosen."}')
    assert fold([*events[:2], unscored]).tasks[0].unscored == "No judge was chosen."
