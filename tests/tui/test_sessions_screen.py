"""The list of sessions."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.errors import StorageError
from selforg_tui.settings.paths import sessions_folder
from selforg_tui.tui.app import LabApp
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.screens.sessions import SessionsScreen
from tests.tui.in_app import in_app, kept, settled, shown


async def make(mission: str, model: str = "strong") -> None:
    await kept(RunConfig(mission=mission, agents=2, models=(ModelSpec("sim", model),)))


async def open_sessions(pilot: Pilot[None]) -> SessionsScreen:
    await pilot.press("ctrl+l")
    await settled(pilot)
    assert isinstance(pilot.app.screen, SessionsScreen)
    return pilot.app.screen


async def test_nothing_yet_is_said_in_a_sentence() -> None:
    async with in_app() as pilot:
        await open_sessions(pilot)
        assert "No session has been run on this machine yet" in shown(pilot)
        await pilot.press("enter")


async def test_sessions_are_listed_with_how_they_ended_and_what_is_simulated() -> None:
    await make("Keep bees")
    async with in_app() as pilot:
        screen = await open_sessions(pilot)
        told = shown(pilot)
        assert "● done" in told
        assert "Keep bees" in told
        assert "SIMULATED" in told
        assert screen.chosen is not None
        assert str(sessions_folder()) in "".join(told.split("\n")[-4:])


async def test_typing_finds_and_enter_replays() -> None:
    await make("Keep bees")
    await make("Bake bread", model="weak")
    async with in_app() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press(*"bees")
        assert screen.query_one(DataTable).row_count == 1
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, RunScreen)
        assert pilot.app.screen.source.title == "Keep bees"
        await pilot.press("escape", "escape")
        assert pilot.app.screen_stack[-1] is screen


@pytest.mark.parametrize("words", ["sim:weak", "bread sim", "DONE bread", "simulated weak"])
async def test_models_status_and_labels_are_found_too(words: str) -> None:
    await make("Keep bees")
    await make("Bake bread", model="weak")
    async with in_app() as pilot:
        screen = await open_sessions(pilot)
        await pilot.press(*words)
        assert [info.mission for info in screen._found] == ["Bake bread"]


async def test_arrows_choose_while_one_can_go_on_typing() -> None:
    await make("Keep bees")
    await make("Bake bread")
    async with in_app() as pilot:
        screen = await open_sessions(pilot)
        first = screen.chosen
        await pilot.press("down")
        assert screen.chosen is not None
        assert screen.chosen != first
        await pilot.press("up")
        assert screen.chosen == first


async def test_a_file_that_cannot_be_read_is_listed_with_its_problem() -> None:
    sessions_folder().mkdir(parents=True)
    (sessions_folder() / "broken.jsonl").write_text("{}\n", "utf-8")
    async with in_app() as pilot:
        await open_sessions(pilot)
        assert "! unreadable" in shown(pilot)
        assert "cannot be read as a session" in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SessionsScreen)


async def test_a_folder_that_cannot_be_listed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: LabApp) -> None:
        raise StorageError("The sessions cannot be listed: no entry.")

    monkeypatch.setattr(LabApp, "sessions", fail)
    async with in_app() as pilot:
        assert "cannot be listed" in shown(pilot)
        await open_sessions(pilot)
        assert "cannot be listed" in shown(pilot)


async def test_markup_and_escapes_of_a_mission_stay_text() -> None:
    await make("[bold]Bees[/bold] \x1b[31m[/nothing]")
    async with in_app() as pilot:
        await open_sessions(pilot)
        assert "[bold]Bees[/bold]" in shown(pilot)
        assert "[31m" not in shown(pilot)
