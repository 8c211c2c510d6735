"""What all screens have in common."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Footer, OptionList

from selforg_tui.core.config import RunConfig
from selforg_tui.settings.paths import config_file, pictures_folder
from selforg_tui.tui import themes
from selforg_tui.tui.app import LabApp, run_app
from selforg_tui.tui.help import HelpScreen, beside
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.screens.small import TooSmall
from selforg_tui.tui.sources import LiveSource
from selforg_tui.tui.widgets.mission_field import MissionField
from tests.tui.in_app import in_app, kept, lab, recorded, settled, shown

SIZES = [(80, 24), (120, 40), (160, 45)]
KEYS = {"home": (), "setup": ("ctrl+o",), "sessions": ("ctrl+l",)}
HEAVY = ("openai", "anthropic", "genai_prices", "aiohttp", "msgspec", "importlib.metadata", "selforg_tui.engine", "selforg_tui.sessions")


def test_nothing_heavy_is_imported_before_the_first_frame() -> None:
    code = f"import sys, selforg_tui.tui.app; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def displayed(widget: Widget) -> list[Widget]:
    return [child for child in widget.children if child.display and child.region.area]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_nothing_overlaps_and_no_label_is_cut_off(size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with in_app(size) as pilot:
        await pilot.press(*keys)
        await settled(pilot)
        for widget in (pilot.app.screen, *pilot.app.screen.query("*").results(Widget)):
            for one, other in combinations(displayed(widget), 2):
                assert not one.region.overlaps(other.region), f"{one} lies over {other}"
            if widget.border_title and widget.region.area:
                assert len(str(widget.border_title)) + 4 <= widget.region.width
            if widget.region.area:
                assert widget.region.right <= size[0]


async def palette(pilot: Pilot[None]) -> set[str]:
    return {command.title for command in lab(pilot).get_system_commands(pilot.app.screen)}


async def test_the_palette_has_every_action_of_the_screen() -> None:
    async with in_app() as pilot:
        assert {"Run", "Setup", "Protocol", "Sessions", "Help", "Theme", "Quit"} <= await palette(pilot)
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert {"Run", "Examples", "File", "Key", "Back"} <= await palette(pilot)


async def test_the_palette_reaches_parts_that_have_not_the_focus_or_are_hidden() -> None:
    path = await kept(RunConfig("Keep bees", agents=2))
    async with in_app(replay=path) as pilot:
        await settled(pilot)
        assert {"Cost by model", "Explain", "Hierarchy", "Present", "Picture", "Copy prompt", "Order", "Filter"} <= await palette(pilot)
        command = next(one for one in lab(pilot).get_system_commands(pilot.app.screen) if one.title == "Explain")
        await command.callback()
        await pilot.pause()
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "measures"


async def test_a_picture_of_the_screen_is_kept_and_fetches_nothing() -> None:
    async with in_app() as pilot:
        await pilot.press("f9")
        while not pilot.app._notifications:  # a thread writes it
            await pilot.pause(0.01)
    (picture,) = pictures_folder().iterdir()
    text = picture.read_text("utf-8")
    assert "laboratory" in text.replace("&#160;", " ")
    assert "url(" not in text.replace("url(#", "")


async def test_an_action_of_the_palette_does_what_its_key_does() -> None:
    async with in_app() as pilot:
        started = recorded(pilot)
        command = next(one for one in lab(pilot).get_system_commands(pilot.app.screen) if one.title == "Run")
        await command.callback()
        await pilot.pause()
        assert len(started) == 1


async def test_help_is_about_what_has_the_focus() -> None:
    async with in_app() as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert "Ctrl+J makes a new" in shown(pilot)
        await pilot.press("escape")
        pilot.app.screen.query_one("#examples", OptionList).focus()
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Missions to try." in shown(pilot)


async def test_a_question_mark_can_be_typed_into_the_mission() -> None:
    async with in_app() as pilot:
        await pilot.press("question_mark")
        assert pilot.app.screen.query_one(MissionField).text == "?"


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
async def test_a_window_too_small_is_told_kindly_and_recovers(size: tuple[int, int]) -> None:
    async with in_app() as pilot:
        await pilot.press("x")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert isinstance(pilot.app.screen, TooSmall)
        assert "60 columns" in " ".join(shown(pilot).split())
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert pilot.app.screen.query_one(MissionField).text == "x"


async def test_the_smallest_window_has_a_screen() -> None:
    async with in_app((60, 16)) as pilot:
        assert not isinstance(pilot.app.screen, TooSmall)


async def test_ctrl_c_copies_what_is_selected_and_leaves_where_nothing_is() -> None:
    async with in_app() as pilot:
        await pilot.press(*"bees", "shift+home", "ctrl+c")
        assert pilot.app.clipboard == "bees"
        assert pilot.app.return_code is None
        await pilot.press("end", "ctrl+c")
        assert pilot.app.return_code == 0


async def test_ctrl_c_stops_a_run_first() -> None:
    async with in_app() as pilot:
        await pilot.press("enter")
        screen = pilot.app.screen
        assert isinstance(screen, RunScreen)
        assert isinstance(screen.source, LiveSource)
        while not screen.source.state.calls:
            await pilot.pause()
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert screen.source.state.status == "interrupted"
        assert pilot.app.return_code is None


async def test_a_file_is_replayed_from_the_start() -> None:
    async with in_app(replay=await kept(RunConfig(mission="Keep bees", agents=2))) as pilot:
        assert isinstance(pilot.app.screen, RunScreen)
        assert pilot.app.screen.source.title == "Keep bees"


async def test_a_file_that_is_no_session_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("hello\n", "utf-8")
    async with in_app(replay=file) as pilot:
        await settled(pilot)
        assert "is not a session" in " ".join(note.message for note in pilot.app._notifications)


async def test_the_users_defaults_are_where_one_starts() -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text('[run]\nagents = 5\nprotocol = "shared"\nmodels = ["sim:weak"]\n', "utf-8")
    async with in_app() as pilot:
        draft = lab(pilot).draft
        assert (draft.agents, draft.protocol, draft.models[0].model) == (5, "shared", "weak")


async def test_wrong_defaults_are_told_and_ours_hold() -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("[run]\nagents = 'many'\n", "utf-8")
    async with in_app() as pilot:
        assert lab(pilot).draft.agents == 8
        assert "'agents' in [run]" in " ".join(note.message for note in pilot.app._notifications)


async def test_only_themes_that_know_our_colours_are_offered() -> None:
    async with in_app() as pilot:
        assert set(pilot.app.available_themes) == {theme.name for theme in themes.themes()}


async def test_every_theme_can_be_worn() -> None:
    async with in_app() as pilot:
        for theme in themes.themes():
            pilot.app.theme = theme.name
            await pilot.pause()
        assert pilot.app.screen.query_one(Footer).styles.background.a == 1


def test_what_the_app_fails_on_reaches_its_caller_without_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: LabApp, **_: object) -> None:
        self.fault = RuntimeError("boom")

    monkeypatch.setattr(LabApp, "run", fail)
    with pytest.raises(RuntimeError, match="boom"):
        run_app()
    assert capsys.readouterr().err == ""


async def test_a_screen_looks_the_same_after_others_were_open() -> None:
    """Styles of a screen stay its own."""
    config = RunConfig(mission="Open a library", agents=2)
    async with in_app(replay=await kept(config), config=config) as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
        await pilot.press("escape", "escape", "ctrl+o")
        await settled(pilot)
        after = {widget.id: widget.region for widget in pilot.app.screen.query("*").results(Widget) if widget.id}
    async with in_app(config=config) as pilot:
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert after == {widget.id: widget.region for widget in pilot.app.screen.query("*").results(Widget) if widget.id}


def test_keys_stand_beside_each_other_the_first_at_the_top() -> None:
    keys = [("a", "Agents"), ("shift+x", "X-ray"), ("f1", "Help"), ("^p", "語語語")]
    assert [line.plain for line in beside(keys, 20)] == ["      a  Agents", "shift+x  X-ray", "     f1  Help", "     ^p  語語語"]
    assert [line.plain for line in beside(keys, 36)] == ["      a  Agents   shift+x  X-ray", "     f1  Help          ^p  語語語"]
    assert all(line.cell_length <= 60 for line in beside(keys, 60))
