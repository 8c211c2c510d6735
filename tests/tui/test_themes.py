"""Theme files."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import Theme

from selforg_tui.core.errors import ConfigError
from selforg_tui.tui import theme_file, themes


def test_there_is_a_dark_and_a_light_one_and_each_names_every_colour_of_ours() -> None:
    found = {theme.name: theme for theme in themes.themes()}
    assert found["lab-dark"].dark
    assert not found["lab-light"].dark
    for theme in found.values():
        assert set(themes.VARIABLES) <= set(theme.variables), theme.name
        assert theme.about, f"{theme.name} does not say what it is for"


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


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "yours"\ntitle = 3\nabout = ""\ndark = "yes"\nprimary = "#fff"\n'
        '[colors]\nprimary = 3\nbackground = "nope"\naccnt = "#fff"\n'
        '[variables]\nrole-9 = "#123456"\ncursor = "#12345678"\nedge = "ansi_red"\n'
        'block-cursor-text-style = "loud"\nborder = "#fff 300%"\n',
        "utf-8",
    )
    theme, problems = theme_file.examined(file)
    assert theme is None
    for key in (
        "'name'", "'title'", "'about'", "'dark'",
        "'primary' that is not known", "'primary' in [colors] is 3", "'nope'", "did you mean 'accent'",
        "'foreground'", "did you mean 'role-8'", "'#12345678'", "'ansi_red'", "'loud'", "'#fff 300%'",
    ):  # fmt: skip
        assert sum(key in problem for problem in problems) >= 1, key
    assert len(problems) == 14
    assert all(problem.endswith(".") and "\n" not in problem for problem in problems)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"\xff\xfe", "cannot be read"),
        (b"#" * (theme_file.MOST_BYTES + 1), "larger than 64 KiB"),
        (b"colors = 1\n", "'colors' must be a table"),
        (b"x = " + b"[" * 5000, "cannot be read"),
        (b'"\\u001b]0;bad\\u0007" = 1\n', "not known"),
    ],
)
def test_files_of_strangers_do_no_harm(tmp_path: Path, content: bytes, wrong: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    theme, problems = theme_file.examined(file)
    assert theme is None and wrong in " ".join(problems)
    assert "\x1b" not in " ".join(problems) and len(" ".join(problems)) < 2000


def test_three_colours_are_enough(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text('[colors]\nprimary = "#88ccff"\nbackground = "#101010"\nforeground = "#eeeeee"\n', "utf-8")
    theme = themes.read(file)
    assert theme.name == "small" and set(themes.VARIABLES) <= set(theme.variables)
    assert theme_file.faint(theme) == []
    assert theme.to_color_system().generate()


def test_what_is_hard_to_read_is_advised_against(tmp_path: Path) -> None:
    file = tmp_path / "grey.toml"
    file.write_text(
        '[colors]\nprimary = "#88ccff"\nbackground = "#101010"\nforeground = "#eeeeee"\n[variables]\nmuted = "#555555"\n', "utf-8"
    )
    assert any(each.startswith("'muted' on 'background' has a contrast of 2.") for each in theme_file.faint(themes.read(file)))


@pytest.mark.parametrize("theme", themes.themes(), ids=lambda theme: theme.name)
def test_every_ink_of_ours_can_be_read_on_every_ground(theme: Theme) -> None:
    assert theme_file.faint(theme) == []


def test_a_shipped_name_is_taken(own_world: Path) -> None:
    folder = own_world / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "lab-dark.toml").write_text((themes.folder() / "lab-paper.toml").read_text("utf-8"), "utf-8")
    (one,) = themes.own()
    assert one.theme is None and "A shipped theme has the name 'lab-dark'" in one.problems[0]
    assert themes.named("lab-dark").background == "#10141a"


def test_the_example_in_the_documentation_is_a_theme(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "themes.md").read_text("utf-8")
    file = tmp_path / "harbour.toml"
    file.write_text(page.partition("```toml\n# harbour.toml")[2].partition("```")[0], "utf-8")
    theme, problems = theme_file.examined(file)
    assert theme is not None, problems
    assert theme_file.faint(theme) == []
    assert all(f"`{name}`" in page for name in (*theme_file.COLOURS, *themes.VARIABLES))
