"""Home: from the start to a running team."""

from __future__ import annotations

from textual.widgets import OptionList

from selforg_tui.core.config import RunConfig
from selforg_tui.missions import bank
from selforg_tui.protocols.registry import names
from selforg_tui.tui.screens.home import FIRST
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.screens.sessions import SessionsScreen
from selforg_tui.tui.screens.setup import SetupScreen
from selforg_tui.tui.sources import LiveSource
from selforg_tui.tui.widgets.mission_field import MissionField
from tests.tui.in_app import in_app, lab, recorded, settled, shown


def test_the_first_mission_is_that_of_the_bank() -> None:
    assert bank()[0].mission == FIRST


async def test_one_key_press_starts_a_team() -> None:
    async with in_app() as pilot:
        await pilot.press("enter")
        screen = pilot.app.screen
        assert isinstance(screen, RunScreen)
        assert isinstance(screen.source, LiveSource)
        while not screen.source.state.calls:
            await pilot.pause()
        config = screen.source.state.started.config
        assert config.mission == FIRST
        assert config.values == bank()[0].values
        assert screen.source.state.simulated.agents


async def test_typing_replaces_the_example_and_enter_runs_what_was_typed() -> None:
    async with in_app() as pilot:
        started = recorded(pilot)
        await pilot.press(*"Mend it", "ctrl+j", *"well?", "enter")
    assert [(config.mission, config.values, config.tasks) for config in started] == [("Mend it\nwell?", (), ())]


async def test_the_right_arrow_takes_the_example_as_text() -> None:
    async with in_app() as pilot:
        await pilot.press("right", "!")
        assert pilot.app.screen.query_one(MissionField).text == FIRST + "!"


async def test_an_example_from_the_list_is_taken_with_its_values() -> None:
    async with in_app() as pilot:
        pilot.app.screen.query_one("#examples", OptionList).focus()
        await pilot.press("down", "down", "enter")
        assert pilot.app.screen.query_one(MissionField).has_focus
        await pilot.press("ctrl+o")
        assert lab(pilot).draft.mission == bank()[1].mission
        assert lab(pilot).draft.values == bank()[1].values


async def test_the_protocol_goes_round_with_its_picture() -> None:
    async with in_app() as pilot:
        seen = []
        for _ in names():
            await pilot.press("ctrl+t")
            seen.append(lab(pilot).draft.protocol)
        assert sorted(seen) == sorted(names())
        assert seen[-1] == "sequential"
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "each sees its own assignment" in shown(pilot)


async def test_what_is_simulated_is_labelled() -> None:
    async with in_app(size=(80, 24)) as pilot:
        assert "SIMULATED" in shown(pilot)


async def test_a_real_team_is_not_called_simulated() -> None:
    from selforg_tui.core.config import ModelSpec

    config = RunConfig(mission="m", models=(ModelSpec("ollama", "x"),), judge=None)
    async with in_app(config=config) as pilot:
        assert "SIMULATED" not in shown(pilot)


async def test_setup_and_sessions_are_one_key_away_and_escape_comes_back() -> None:
    async with in_app() as pilot:
        home = pilot.app.screen
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SetupScreen)
        await pilot.press("escape", "ctrl+l")
        await settled(pilot)
        assert isinstance(pilot.app.screen, SessionsScreen)
        await pilot.press("escape")
        assert pilot.app.screen is home


async def test_markup_in_a_mission_stays_text() -> None:
    async with in_app(config=RunConfig(mission="[red]careful[/red] [/nonsense]")) as pilot:
        assert "[red]careful[/red] [/nonsense]" in shown(pilot)
