"""Which theme the app wears, what it remembers, and own themes that change on the disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from textual.widgets import OptionList

from selforg_tui.settings import appearance
from selforg_tui.settings.paths import config_file, theme_file, themes_folder
from selforg_tui.tui import themes
from selforg_tui.tui.app import LabApp
from selforg_tui.tui.screens.theme_picker import ThemePicker
from selforg_tui.tui.wardrobe import Wardrobe
from tests.tui.in_app import in_app, lab, settled

SMALL = '[colors]\nprimary = "{}"\nbackground = "#101010"\nforeground = "#eeeeee"\n'
_CLOCK = iter(range(1, 1000))


def own(name: str, text: str) -> Path:
    """Save a theme of one's own, at a time of its own."""
    themes_folder().mkdir(parents=True, exist_ok=True)
    file = themes_folder() / f"{name}.toml"
    file.write_text(text, "utf-8")
    os.utime(file, (next(_CLOCK),) * 2)
    return file


def configured(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, "utf-8")


def said(app: LabApp) -> str:
    return "\n".join(note.message for note in app._notifications)


def wardrobe(app: LabApp) -> Wardrobe:
    return app._wardrobe


def test_environment_then_last_choice_then_config(monkeypatch: pytest.MonkeyPatch) -> None:
    assert appearance.wanted() == ("", "")
    configured('[app]\ntheme = "lab-light"\n')
    assert appearance.wanted()[0] == "lab-light"
    appearance.remember("lab-paper")
    assert appearance.wanted()[0] == "lab-paper"
    configured('[app]\ntheme = "lab-aurora"\n')
    assert appearance.wanted()[0] == "lab-aurora", "who writes another one into config.toml means it"
    monkeypatch.setenv(appearance.VARIABLE, "lab-dark")
    assert appearance.wanted() == ("lab-dark", "the environment variable SELFORG_TUI_THEME")


@pytest.mark.parametrize("text", ["[[[", "app = 3", "[app]\ntheme = 3", "theme = 1"])
def test_broken_settings_say_nothing_of_themes(text: str) -> None:
    configured(text)
    theme_file().parent.mkdir(parents=True, exist_ok=True)
    theme_file().write_text(text, "utf-8")
    assert appearance.wanted() == ("", "")
    assert LabApp().theme == themes.DEFAULT


async def test_what_is_chosen_in_the_app_is_remembered() -> None:
    async with in_app() as pilot:
        assert not theme_file().exists(), "nobody has chosen yet"
        pilot.app.theme = "lab-paper"
        await settled(pilot)
    app = LabApp()
    assert app.theme == "lab-paper"
    assert len([name for name in app.available_themes if name.startswith("lab-")]) == 1, "one file before the first frame"


@pytest.mark.parametrize(
    ("name", "why"), [("nowhere", "There is no theme 'nowhere'"), ("../../x", "There is no theme"), ("torn", "torn.toml")]
)
async def test_what_cannot_be_worn_is_told_and_the_default_worn(name: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own("torn", "[colors")
    monkeypatch.setenv(appearance.VARIABLE, name)
    async with in_app() as pilot:
        assert pilot.app.theme == themes.DEFAULT
        told = said(pilot.app)  # type: ignore[arg-type]
        assert why in told and "SELFORG_TUI_THEME asks for it; lab-dark is worn instead" in told
        assert len(pilot.app._notifications) == 1


async def test_a_theme_is_shown_while_one_looks_and_is_the_choice_only_on_enter() -> None:
    own("mine", SMALL.format("#88ccff") + "\n")
    async with in_app(size=(80, 24)) as pilot:
        app = lab(pilot)
        before = app.screen
        await app.run_action("app.change_theme")
        await pilot.pause()
        assert isinstance(app.screen, ThemePicker) and app.theme == themes.DEFAULT
        box = app.screen.query_one(OptionList)
        rows = [str(box.get_option_at_index(place).prompt) for place in range(box.option_count)]
        assert [row for row in rows if row.startswith("●")] == [row for row in rows if "worn now" in row] == [rows[box.highlighted or 0]]
        assert "lab-dark" in rows[box.highlighted or 0] and "your own" in rows[-1] and any("for bright rooms" in row for row in rows)
        await pilot.press("down")
        await pilot.pause()
        assert app.theme == "lab-light" and before.styles.background.hex.lower() == "#f5f3ed", "what lies below is shown in it"
        await pilot.press("escape")
        await settled(pilot)
        assert app.theme == themes.DEFAULT and not theme_file().exists() and app.screen is before
        app.search_themes()
        await pilot.pause()
        await pilot.press(*"mine", "z")
        await pilot.pause()
        assert app.theme == "mine"
        next(iter(themes.own_files())).unlink()
        wardrobe(app).look()
        await pilot.press(*["backspace"] * 4, "up", "end", "up", "enter")
        await settled(pilot)
        assert app.theme == "lab-sixteen" and appearance.wanted()[0] == "lab-sixteen"


async def test_own_themes_are_offered_and_all_that_is_wrong_stands_in_one_message() -> None:
    own("mine", SMALL.format("#88ccff"))
    own("bad", SMALL.format("blu-ish"))
    own("worse", "[colors]\nprimary = 1\n")
    async with in_app() as pilot:
        assert "mine" in pilot.app.available_themes and "bad" not in pilot.app.available_themes
        (note,) = pilot.app._notifications
        assert all(part in note.message for part in ("bad.toml", "'blu-ish'", "worse.toml", "'primary' in [colors] is 1", "'foreground'"))


async def test_a_saved_theme_is_worn_at_once_and_a_broken_one_changes_nothing() -> None:
    own("mine", SMALL.format("#88ccff"))
    async with in_app() as pilot:
        app = pilot.app
        assert isinstance(app, LabApp)
        app.theme = "mine"
        await settled(pilot)
        own("mine", SMALL.format("#ffaa33"))
        wardrobe(app).look()
        await settled(pilot)
        assert app.theme_variables["role-1"] == "#ffaa33" and "Read again: mine." in said(app)
        own("mine", SMALL.format("#oops"))
        wardrobe(app).look()
        await settled(pilot)
        assert app.theme_variables["role-1"] == "#ffaa33"
        assert "'#oops'" in said(app) and "The last good version stays" in said(app)
        count = len(app._notifications)
        wardrobe(app).look()
        assert len(app._notifications) == count, "told once"
        own("mine", SMALL.format("#33ffaa")).rename(themes_folder() / "other.toml")
        wardrobe(app).look()
        assert "other" in app.available_themes and app.theme == "mine", "what is worn stays on"


@pytest.mark.parametrize("there", [True, False])
async def test_the_folder_is_looked_at_by_itself_also_where_it_is_made_later(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selforg_tui.tui.wardrobe.EVERY", 0.02)
    if there:
        own("mine", SMALL.format("#88ccff"))
    async with in_app() as pilot:
        assert themes_folder().is_dir() == there
        own("late", SMALL.format("#88ccff"))
        limit = time.monotonic() + 5
        while "late" not in pilot.app.available_themes and time.monotonic() < limit:
            await pilot.pause(0.02)
        assert "late" in pilot.app.available_themes and "Read: late." in said(lab(pilot))


async def test_a_look_costs_next_to_nothing() -> None:
    for number in range(5):
        own(f"mine{number}", SMALL.format("#88ccff"))
    async with in_app() as pilot:
        app = pilot.app
        assert isinstance(app, LabApp)
        began = time.process_time()
        for _ in range(200):
            wardrobe(app).look()
        assert (time.process_time() - began) / 200 < 0.002, "of each second; 1 % of a core would be 0.01"


@pytest.mark.parametrize(
    ("more", "worn"), [({}, "lab-sixteen"), ({"NO_COLOR": "1"}, "lab-mono"), ({appearance.VARIABLE: "lab-light"}, "lab-light")]
)
def test_a_terminal_of_16_colours_gets_a_theme_of_its_own(more: dict[str, str], worn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "screen")
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setattr("sys.__stdout__", type("Terminal", (), {"isatty": lambda self: True})())
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    appearance.remember("lab-paper")
    assert LabApp().theme == worn
