"""Repeats in the app: run in the background, shown as they come in, stopped and gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from selforg_tui.core.config import ModelSpec
from selforg_tui.lab.experiment import listed
from selforg_tui.lab.runner import missing
from selforg_tui.tui.screens.consent import ConsentPrompt
from selforg_tui.tui.screens.experiment import ExperimentScreen
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.screens.setup import SetupScreen
from tests.tui.in_app import in_app, lab, settled, shown


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Waits for what another thread or process brings about, not forever."""
    async with asyncio.timeout(30):
        while not true():
            await pilot.pause(0.02)


async def begun(pilot: Pilot[None], repeats: int, agents: int = 2) -> ExperimentScreen:
    """Repeats, asked for in Setup."""
    lab(pilot).draft = msgspec.structs.replace(lab(pilot).draft, mission="Keep bees", agents=agents, tasks=())
    await pilot.press("ctrl+o")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SetupScreen)
    screen.query_one("#repeats", Input).value = str(repeats)
    await pilot.press("ctrl+r")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen))
    assert isinstance(pilot.app.screen, ExperimentScreen)
    return pilot.app.screen


async def finished(pilot: Pilot[None], screen: ExperimentScreen) -> None:
    await until(pilot, lambda: screen.outcome is not None)
    await pilot.pause()


async def test_repeats_of_setup_are_run_shown_and_kept() -> None:
    async with in_app() as pilot:
        screen = await begun(pilot, 3)
        await finished(pilot, screen)
        text = shown(pilot)
        assert "3 of 3" in text and "SIMULATED" in text and "Q 0." in text and " ± " in text
        assert "Too few to tell" in text
        assert screen.query_one("#runs", OptionList).option_count == 3
        assert all(f"seed {seed:>4}" in text for seed in (1, 2, 3))
        assert [each.id for each in listed()] == [screen.what.id]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


async def test_escape_stops_and_keeps_and_ctrl_r_goes_on() -> None:
    async with in_app() as pilot:
        screen = await begun(pilot, 40, agents=16)
        await until(pilot, lambda: any(screen._runs.values()))
        await pilot.press("escape")
        await finished(pilot, screen)
        assert screen.outcome is not None and screen.outcome.ending == "stopped"
        done = len(screen.outcome.all)
        left = len(missing(screen.what))  # what ends in the moment of stopping is kept, and is not in the table before the next time
        assert 0 < done < 40 and 40 - done - 2 <= left <= 40 - done
        assert f"{done} of 40 runs are done and kept. Ctrl+R goes on." in shown(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SetupScreen)


async def test_one_that_was_run_before_is_reached_from_sessions() -> None:
    async with in_app() as pilot:
        await finished(pilot, await begun(pilot, 2))
        await pilot.press("escape", "escape")
        await settled(pilot)
        await pilot.press("ctrl+l")
        await settled(pilot)
        await pilot.press("ctrl+e")
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen))
        screen = pilot.app.screen
        assert isinstance(screen, ExperimentScreen)
        await finished(pilot, screen)
        assert "2 of 2" in shown(pilot)


async def test_dear_repeats_are_asked_about() -> None:
    async with in_app() as pilot:
        app = lab(pilot)
        app.keys.paste("anthropic", "sk-not-a-real-key-12345")
        config = msgspec.structs.replace(app.draft, mission="Bees", models=(ModelSpec("anthropic", "claude-opus-4-8"),), judge=None)
        app.repeat(config, 100)
        await until(pilot, lambda: isinstance(app.screen, ConsentPrompt))
        await pilot.pause()
        assert "800 calls" in shown(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert not listed()


async def test_repeats_that_make_no_sense_are_marked() -> None:
    async with in_app() as pilot:
        await pilot.press("ctrl+o")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SetupScreen)
        screen.query_one("#mission").text = "Bees"  # type: ignore[attr-defined]
        screen.query_one("#repeats", Input).value = "0"
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SetupScreen) and "choose from 1 to" in shown(pilot)
