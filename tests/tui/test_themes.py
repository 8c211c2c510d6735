"""Theme files."""

from __future__ import annotations

from pathlib import Path

import pytest

from selforg_tui.core.errors import ConfigError
from selforg_tui.tui import themes


def test_there_is_a_dark_and_a_light_one_and_each_names_every_colour_of_ours() -> None:
    found = {theme.name: theme for theme in themes.themes()}
    assert found["lab-dark"].dark
    assert not found["lab-light"].dark
    for theme in found.values():
        assert set(themes.VARIABLES) <= set(theme.variables), theme.name


def test_the_package_goes_before_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "__file__", str(tmp_path / "selforg_tui" / "tui" / "themes.py"))
    assert themes.folder() == tmp_path / "themes"
    packaged = tmp_path / "selforg_tui" / "tui" / "themes"
    packaged.mkdir(parents=True)
    assert themes.folder() == packaged


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("not toml", "cannot be read"),
        ('[colors]\nprimary = "#fff"\nbackground = "#000"', "no colour 'foreground'"),
        ('[colors]\nprimary = "#fff"\nbackground = "#000"\nforeground = "#fff"\nmagic = "#123"', "'magic'"),
    ],
)
def test_a_faulty_theme_is_told_with_its_file(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml") as told:
        themes.read(file)
    assert wrong in str(told.value)
