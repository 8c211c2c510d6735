"""Judging again, judging oneself, and comparing two solutions blind, by keys."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.court import Median
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.judged import Judged
from selforg_tui.tui.screens.compare_blind import CompareBlind
from selforg_tui.tui.screens.judge_yourself import JudgeYourself
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.screens.verdicts import VerdictsScreen
from tests.tui.in_app import in_app, kept, lab, settled, shown

SIM = ModelSpec("sim", "judge")
HARBOUR = RunConfig("Keep the harbour open", (Task("one"), Task("two")), agents=3)


async def test_judging_again_from_the_run_screen() -> None:
    path = await kept(HARBOUR)
    before = path.read_bytes()
    async with in_app(replay=path) as pilot:
        assert isinstance(pilot.app.screen, RunScreen)
        await pilot.press("v")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, VerdictsScreen)
        assert "No judge was asked twice yet" in shown(pilot)
        await pilot.press("j")
        await pilot.pause()
        field = pilot.app.screen.query_one(Input)
        assert field.value == "sim:judge"
        field.value = "sim:judge=4"
        await pilot.press("enter")
        await pilot.pause()
        await asyncio.wait_for(screen.done.wait(), 20)
        await settled(pilot)
        text = shown(pilot)
        assert text.count("later ") == 8 and "Noise of sim:judge over 10 verdicts" in text and "SIM" in text
    assert path.read_bytes() == before and len(verdicts.read(path).models) == 8


async def test_a_model_that_cannot_be_asked_is_told() -> None:
    path = await kept(HARBOUR)
    async with in_app(replay=path) as pilot:
        lab(pilot).push_screen(screen := VerdictsScreen(path, asking=True))
        await settled(pilot)
        pilot.app.screen.query_one(Input).value = "nobody:knows"
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert any("nobody" in str(note.message) for note in pilot.app._notifications)
    assert not verdicts.read(path).entries


@pytest.mark.parametrize("size", [(160, 45), (120, 40), (80, 24)])
async def test_a_person_judges_with_five_keys_a_task(size: tuple[int, int]) -> None:
    path = await kept(HARBOUR)
    async with in_app(size, replay=path) as pilot:
        await pilot.press("v")
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert isinstance(pilot.app.screen, JudgeYourself)
        text = shown(pilot)
        assert "1 of 5: accuracy" in text and "mostly wrong or invented" in text and "no error that matters" in text
        assert "sim:" not in text and "Q ." not in text, "a person judges as blind as a judge"
        await pilot.press("4", "3", "backspace", "2", "2", "3")
        assert "5 of 5: mission" in shown(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert "task 2" in shown(pilot) and "1 of 5: accuracy" in shown(pilot)
        await pilot.press("4", "escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, VerdictsScreen) and "person" in shown(pilot)
    (person,) = verdicts.read(path).persons
    assert (person.task, list(person.scores.values())) == (1, [4, 2, 2, 3, 1])
    assert Judged(path).state.tasks[0].scores is not None


async def test_two_solutions_are_compared_before_anything_shows() -> None:
    one = await kept(HARBOUR)
    other = await kept(RunConfig("Keep the harbour open", (Task("one"),), agents=5, protocol="broadcast", seed=9))
    async with in_app() as pilot:
        await pilot.press("ctrl+l")
        await settled(pilot)
        await pilot.press("f3", "down", "f3")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CompareBlind)
        text = shown(pilot)
        for hidden in ("sim:strong", "roadcast", "equential", one.stem, other.stem, "Q .", "SIMULATED"):
            assert hidden not in text, hidden
        await pilot.press("a", "b", "backspace", "=", "enter")
        await settled(pilot)
        text = shown(pilot)
        assert screen.revealed and "Broadcast" in text and "Sequential" in text and "Q ." in text
        a = screen._a.judged.path
        await pilot.press("enter")
        await settled(pilot)
    for path, better in ((a, "this"), (one if a == other else other, "other")):
        (found,) = verdicts.read(path).comparisons
        assert found.better == {"overall": better, "accuracy": "same"} and found.first == (path == a)


async def test_leaving_early_keeps_nothing_and_shows_nothing() -> None:
    path = await kept(HARBOUR)
    async with in_app() as pilot:
        await pilot.press("ctrl+l")
        await settled(pilot)
        await pilot.press("f3", "f3")
        await settled(pilot)
        assert isinstance(pilot.app.screen, CompareBlind), "the first two tasks of one session"
        await pilot.press("a", "escape")
        await settled(pilot)
    assert not verdicts.read(path).entries


@pytest.mark.parametrize("size", [(160, 45), (120, 40), (80, 24)])
async def test_the_panel_shows_a_court(size: tuple[int, int]) -> None:
    config = RunConfig("Keep the harbour open", agents=4, more_judges=(SIM, ModelSpec("sim", "weak")))
    path = await kept(config)
    async with in_app(size, replay=path) as pilot:
        await pilot.press("end", "j", *(["j"] if size[0] > 80 else []))
        await settled(pilot)
        text = shown(pilot)
        assert "medians of 3" in text and "1 sim:judge" in text and "3 sim:weak" in text and "agree " in text and "±1 " in text
    task = Judged(path).state.tasks[0]
    assert task.scores is not None and all(isinstance(score, Median) for score in task.scores.values())
