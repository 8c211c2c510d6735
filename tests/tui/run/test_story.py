"""What happened, in order and in sentences; the marks; a guess of Q."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from textual.widgets import Input

from selforg_tui.core import events as ev
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.fold import fold
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.guesses import Guesses
from selforg_tui.sessions.verdicts import Guess, now
from selforg_tui.tui.run.judge.guess import read_guess, told
from selforg_tui.tui.run.judge.verdict import verdict
from selforg_tui.tui.run.surface.cells import width_of
from selforg_tui.tui.run.surface.digits import large
from selforg_tui.tui.run.surface.spark import spark
from selforg_tui.tui.run.time.happened import Events
from selforg_tui.tui.run.time.marks import marks, next_mark
from selforg_tui.tui.run.time.narration import narrated
from selforg_tui.tui.run.time.story import Story
from selforg_tui.tui.run.view import View
from selforg_tui.tui.screens.guess import GuessPrompt
from selforg_tui.tui.sources import ReplaySource
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import made, player
from tests.tui.run.test_live import shown


def guessed(q: float, *, replayed: bool = False) -> Guess:
    return Guess(at=now(), task=1, q=q, session=made(8)[0].header.id, replayed=replayed)  # type: ignore[union-attr]


def sentences(events: list[ev.AnyEvent]) -> list[str]:
    return [one.text for one in Story().of(fold(events))]


def test_the_story_has_everything_in_order_with_what_was_first() -> None:
    events = made(8, tasks=2)
    told = Story().of(fold(events))
    assert all(one.at <= other.at for one, other in pairwise(told))
    said = [one.text for one in told]
    assert said[0].startswith("Task 1 begins (L3): Part 1")
    assert said[1] == "01 contributes on its own as identity architect."
    assert [text for text in said if text.startswith("First abstention: 03 stays out: What I would add")] and len(told) == 2 * 10 + 1
    assert sum("is the first to build on another" in text for text in said) == 2
    assert sum("Half the team has spoken: 3 in, 1 out." in text for text in said) == 2
    assert "The judge, sim:judge, gives Q .75, M 1.00." in said and said[-1].startswith("Done, but 06 failed")


def test_a_sentence_does_not_change_by_what_comes_later() -> None:
    events = made(8)
    whole = sentences(events)
    for count in range(2, len(events) - 1):
        if isinstance(events[count], ev.Edge):  # at the same moment as the contribution
            continue
        part = sentences(events[:count])
        assert part == whole[: len(part)]


def test_the_narration_says_what_the_list_says() -> None:
    events = made(8)
    for count, event in enumerate(events, 1):
        if isinstance(event, ev.Abstained):
            state = fold(events[:count])
            assert narrated(View(state, state.task, 1, state.t))[0] == sentences(events[:count])[-1]


def test_the_story_is_told_again_only_where_something_happened() -> None:
    events = made(8, tasks=2)
    story, state = Story(), fold(events[:40])
    first = story.of(state)
    fold([next(event for event in events[40:] if isinstance(event, ev.CallDelta))], state)
    assert story.of(state) is first
    fold(events[40:], state)
    assert story.of(state) == Story().of(fold(events))


def test_marks_are_found_by_kind_and_jumped_to_in_order() -> None:
    found = marks(fold(made(8, tasks=2)))
    words = [mark.words for mark in sorted(found, key=lambda mark: mark.at) if mark.telling]
    assert words[:4] == ["task 1 begins", "02 is the first to build on another", "03 is the first to stay out", "06 failed"]
    assert words.count("verdict") == 2
    at, seen = -1.0, []
    while (mark := next_mark(found, at, 1)) is not None:
        at = mark.at
        seen.append(at)
    assert seen == sorted(set(seen)) and len(seen) >= 7
    before = next_mark(found, seen[2], -1)
    assert before is not None and before.at == seen[1] and next_mark(found, seen[0], -1) is None


def test_a_picture_of_numbers_has_its_greatest_at_the_top() -> None:
    assert spark([0, 1, 8, 4]) == [" ▁█▄"]
    assert spark([16, 8, 1, 0], 2) == ["█   ", "██▁ "]
    assert spark([]) == [""]
    assert {len(row) for row in large("1.00")} == {10}


@pytest.mark.parametrize(
    ("text", "value"), [(".7", 0.7), ("0.7", 0.7), ("0,7", 0.7), ("11/16", 0.6875), (" 70 % ", 0.7), ("70%", 0.7), ("1", 1), (".25", 0.25)]
)
def test_a_guess_is_read_as_people_write_it(text: str, value: float) -> None:
    assert read_guess(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "x", "70", "3/0", "17/16", ".2", "0", "-1", "1e9", "٣", "nan", "101 %", "." * 50])
def test_what_is_no_guess_is_said_kindly(text: str) -> None:
    with pytest.raises(ConfigError, match="write"):
        read_guess(text)


def test_a_guess_is_told_before_and_after() -> None:
    assert told(None, 0.81) == "" and told(guessed(0.7), None) == "your guess: Q .70"
    assert told(guessed(0.7), 0.8125) == "your guess .70, judge .81: off by .11" and told(guessed(0.75), 0.75).endswith("just right")
    assert told(guessed(0.7, replayed=True), 0.8125).startswith("your guess in a replay .70, judge .81")


@pytest.mark.parametrize("width", [28, 37, 60, 77, 117])
def test_the_verdict_stays_in_its_width_and_wide_it_has_anchors_and_conditions(width: int) -> None:
    state = fold(made(8))
    lines = verdict(View(state, state.task, 0, state.t), width, guessed(0.7, replayed=True), 30)
    assert all(width_of(line) <= width for line in lines)
    said = "\n".join("".join(text for text, _ in line) for line in lines)
    assert ("clear contradictions or repetitions" in said) == (width >= 60)
    assert ("What differs here:" in said) == (width >= 60)


async def test_a_guess_is_taken_before_the_verdict_only_and_kept_beside_the_log(tmp_path: Path) -> None:
    app = LiveStage(part=0.4)
    log = app.session.path = tmp_path / "made.jsonl"
    log.write_bytes(b"the log")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "your guess of Q" in shown(app, "judge")
        await pilot.press("g")
        await pilot.pause()
        app.screen.query_one(Input).value = "2"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, GuessPrompt)
        app.screen.query_one(Input).value = "11/16"
        await pilot.press("enter")
        await pilot.pause()
        assert "your guess: Q .69" in shown(app, "judge")
        app.session.let(1000)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "your guess .69, judge .75:" in shown(app, "judge") and "off by .06" in shown(app, "judge")
        await pilot.press("g")
        await pilot.pause()
        assert type(app.screen).__name__ == "RunScreen"
    (kept,) = verdicts.read(log).guesses
    assert (kept.task, kept.q, kept.replayed, kept.session) == (1, 0.6875, False, app.session.id) and log.read_bytes() == b"the log"


async def test_a_guess_that_was_kept_stands_beside_the_verdict_in_a_replay_and_stays() -> None:
    source = ReplaySource(player(made(8)), Guesses(None, made_id(), [guessed(0.6875)]))
    app = Stage(source)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "right")
        await pilot.pause()
        assert "your guess: Q .69" in shown(app, "judge") and "another guess" not in shown(app, "judge")
        await pilot.press("g")
        await pilot.pause()
        assert app.run_screen and [note.message for note in app._notifications][-1].startswith("You guessed .69 while the session ran.")
        await pilot.press("end")
        await pilot.pause()
        assert "your guess .69, judge .75:" in shown(app, "judge")


async def test_a_guess_in_a_replay_says_so_and_none_is_taken_of_a_verdict_that_was_shown() -> None:
    app = Stage(ReplaySource(player(made(8, tasks=2)), Guesses(None, made_id())))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "right", "g")
        await pilot.pause()
        app.screen.query_one(Input).value = ".7"
        await pilot.press("enter")
        await pilot.pause()
        assert "your guess in a replay: Q" in shown(app, "judge") and "another guess" in shown(app, "judge")
        await pilot.press("end", "[")
        await pilot.pause()
        assert "your guess in a replay" in shown(app, "judge") and "off by .05" in shown(app, "judge")
        await pilot.press("home", "right", "g")
        await pilot.pause()
        assert app.run_screen and [note.message for note in app._notifications][-1].startswith("The judge has spoken on this task")


def made_id() -> str:
    return guessed(1).session


async def test_the_latest_event_is_in_view_when_the_list_is_first_shown() -> None:
    app = LiveStage(16, tasks=2)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await pilot.pause()
        await pilot.pause()
        assert "Done, but" in shown(app, "events") and "Task 1 begins" not in shown(app, "events")
        await pilot.press(*["up"] * 40)
        await pilot.pause()
        assert "Task 1 begins" in shown(app, "events")


async def test_marks_and_events_are_gone_to(replay: Callable[..., Stage]) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "home", "N", "N")
        await pilot.pause()
        assert app.run_screen.view().chosen == 3 and "03 is the first to stay out" in shown(app, "timeline")
        assert "First abstention: 03 stays out" in shown(app, "narration")
        await pilot.press("P")
        assert app.run_screen.view().chosen == 2
        await pilot.press("e")
        await pilot.pause()
        panel = app.run_screen.query_one(Events)
        assert "is the first to build" in shown(app, "events") and "Q .75" not in shown(app, "events")
        place = next(number for number, one in enumerate(panel.all(app.run_screen.view())) if one.seat == 5)
        await pilot.press(*["down"] * (place - panel.cursor(app.run_screen.view())), "enter")
        await pilot.pause()
        view = app.run_screen.view()
        assert view.chosen == 5 and view.seat is not None and view.seat.status == "in" and view.at == view.seat.settled
