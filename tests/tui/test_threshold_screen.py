"""The threshold on its screen, and the paper's presets in Setup."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.state import SessionState
from selforg_tui.lab import presets
from selforg_tui.lab.effects import Interval
from selforg_tui.lab.threshold import Step
from selforg_tui.tui.paper_picker import choices
from selforg_tui.tui.screens.consent import ConsentPrompt
from selforg_tui.tui.screens.picker import Picker
from selforg_tui.tui.screens.setup import SetupScreen
from selforg_tui.tui.screens.threshold import ThresholdScreen
from selforg_tui.tui.widgets.interval_line import interval_line
from tests.tui.in_app import in_app, kept, lab, settled, shown


async def opened(pilot: Pilot[None], **fields: str) -> ThresholdScreen:
    lab(pilot).action_threshold()
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ThresholdScreen)
    for name, value in fields.items():
        screen.query_one(f"#{name}", Input).value = value
    screen.look()
    await settled(pilot)
    return screen


async def finished(pilot: Pilot[None], screen: ThresholdScreen) -> None:
    async with asyncio.timeout(20):
        await screen.done.wait()
    await settled(pilot)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_from_the_palette_to_the_verdict(size: tuple[int, int]) -> None:
    async with in_app(size) as pilot:
        await pilot.press("ctrl+p", *"threshold")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ThresholdScreen)
        assert "15 pairs, 243 calls + 30 to judge" in shown(pilot)
        assert "imaginary" in shown(pilot)
        await pilot.press("ctrl+r")
        await finished(pilot, screen)
        assert "AUTONOMY HELPS" in shown(pilot)
        assert "SIMULATED: a model of the mechanism, no evidence." in shown(pilot)
        assert "●●●●●" in shown(pilot)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, ThresholdScreen)


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_what_was_done_is_kept_and_judged_when_it_is_stopped(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_app() as pilot:
        screen = await opened(pilot, missions="1", repeats="3", agents="2")
        really, third, go = screen._one, asyncio.Event(), asyncio.Event()

        async def held(step: Step) -> SessionState:
            if step.repeat == 1:
                third.set()
                await go.wait()
            return await really(step)

        monkeypatch.setattr(screen, "_one", held)
        await pilot.press("ctrl+r")
        async with asyncio.timeout(10):
            await third.wait()
        await pilot.pause()
        assert "●◌○" in shown(pilot)
        await pilot.press(key)
        go.set()
        await finished(pilot, screen)
        assert pilot.app.screen is screen
        assert "not complete: 1 of 3 pairs" in shown(pilot)
        assert "1 pair cannot decide" in shown(pilot)


async def test_what_is_wrong_is_told_beside_the_fields() -> None:
    async with in_app() as pilot:
        screen = await opened(pilot, repeats="many")
        assert "Repeats: 'many' is not a whole number." in shown(pilot)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert screen.trial is None
        await opened(pilot, repeats="2", model="openai:gpt-5.4", judge="openai:gpt-4o")
        assert "needs a key" in shown(pilot)


async def test_the_price_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-made-up-for-this-test")
    async with in_app() as pilot:
        screen = await opened(pilot, repeats="50", model="openai:gpt-4o", judge="openai:gpt-4.1-mini")
        await pilot.press("ctrl+r")
        async with asyncio.timeout(10):
            while not isinstance(pilot.app.screen, ConsentPrompt):
                await pilot.pause()
        assert "This may cost $" in shown(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert screen.trial is None


async def test_a_preset_fills_setup_and_says_what_cannot_be_matched() -> None:
    async with in_app() as pilot:
        await pilot.press("ctrl+p", *"presets of")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Picker)
        listed = choices()
        place = next(place for place, (_, (preset, member, simulated)) in enumerate(listed) if preset.name == "table-4" and simulated)
        pilot.app.screen.query_one(OptionList).highlighted = place
        await pilot.press("enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SetupScreen)
        assert screen.reading is not None
        expected = listed[place][1][1].config
        assert screen.reading.config == expected
        assert any("not public" in note.message for note in lab(pilot)._notifications)
        await pilot.press("f2")
        await settled(pilot)
        place = next(place for place, (_, (preset, member, simulated)) in enumerate(listed) if member.protocol == "shared" and simulated)
        pilot.app.screen.query_one(OptionList).highlighted = place
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert screen.reading.config == listed[place][1][1].config
        await pilot.press("f3")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ThresholdScreen)


async def test_every_preset_is_in_the_list() -> None:
    assert {preset.name for _, (preset, _, _) in choices()} == {preset.name for preset in presets.presets()}


async def test_the_judge_s_panel_has_the_paper_beside_the_verdict() -> None:
    path = await kept(RunConfig("Bees", agents=2, models=(ModelSpec("sim", "strong"),)))
    async with in_app((160, 50), replay=path) as pilot:
        await pilot.press("end", "j", "j")
        await settled(pilot)
        assert "The paper's Table" in shown(pilot) and "What differs here" in shown(pilot)


@pytest.mark.parametrize("width", [21, 40, 72, 73])
def test_the_interval_stands_where_it_belongs(width: int) -> None:
    def drawn(low: float, high: float) -> str:
        return interval_line((low + high) / 2, Interval(low, high), width, "a", "b").plain.splitlines()[1]

    right, left, across = drawn(0.05, 0.1), drawn(-0.1, -0.05), drawn(-0.05, 0.1)
    assert len(right) % 2 == 1
    middle = len(right) // 2
    assert right.index("┠") > middle > left.index("┨")
    assert left == right.translate(str.maketrans("┠┨", "┨┠"))[::-1]
    assert across.index("┠") < middle < across.index("┨")
    assert interval_line(None, None, width, "a", "b").plain.splitlines()[1].index("┼") == middle
    assert len(drawn(-0.9, 0.9)) == len(right)
