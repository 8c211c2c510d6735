"""`themes`: those there are, and what is wrong with a file that is to be one."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.output import note, say, say_json, table

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands

FINDINGS = 1
"""The exit code where a file is no theme."""


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("themes", help="how the app can look; check a theme of your own", allow_abbrev=False)
    words = "check FILE: say all that is wrong with it · show NAME: print its file, to be saved under another name and changed"
    parser.add_argument("words", nargs="*", metavar="check FILE | show NAME", help=words)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """All of them, one file as it is, or the check of one."""
    from selforg_tui.core.errors import ConfigError

    match args.words:
        case []:
            return _all(args.json)
        case ["check", file]:
            return _check(Path(file), args.json)
        case ["show", name]:
            return _show(name)
    raise ConfigError("Say nothing more, or one of these: selforg-tui themes check FILE, selforg-tui themes show lab-dark.")


def _all(as_json: bool) -> int:
    """With the place where each comes from; what is wrong with own ones stands below."""
    from selforg_tui.settings import appearance
    from selforg_tui.settings.paths import themes_folder
    from selforg_tui.tui import themes
    from selforg_tui.tui.theme_file import told

    wanted, where = appearance.wanted()
    found: list[dict[str, Any]] = [
        {
            "name": theme.name,
            "ground": "dark" if theme.dark else "light",
            "about": theme.about,
            "source": "shipped",
            "file": str(themes.folder() / f"{theme.name}.toml"),
        }
        for theme in themes.themes()
    ]
    wrong = []
    for one in themes.own():
        if one.theme is None:
            wrong.append((one.path, one.problems))
        else:
            ground = "dark" if one.theme.dark else "light"
            about = one.theme.about
            found.append({"name": one.theme.name, "ground": ground, "about": about, "source": "own", "file": str(one.path)})
    if as_json:
        broken = [{"file": str(path), "problems": problems} for path, problems in wrong]
        say_json(
            {
                "themes": found,
                "broken": broken,
                "asked_for": wanted or themes.DEFAULT,
                "by": where or "default",
                "folder": str(themes_folder()),
            }
        )
        return 0
    rows: list[tuple[str, ...]] = [
        (each["name"], each["ground"], each["file"] if each["source"] == "own" else "shipped", each["about"]) for each in found
    ]
    for line in table(rows):
        say(line)
    say(f"\nThe app wears {wanted or themes.DEFAULT}{', as ' + where + ' says' if where else ', unless something else is asked for'}.")
    say(f"Own themes go into {themes_folder()}.")
    if wrong:
        note(told(wrong))
    return 0


def _check(file: Path, as_json: bool) -> int:
    from selforg_tui.tui import themes
    from selforg_tui.tui.theme_file import faint, told

    one = themes.own_one(file) if file.resolve().parent != themes.folder().resolve() else themes.Own(file, themes.read(file), [])
    advice = faint(one.theme) if one.theme is not None else []
    if as_json:
        say_json({"file": str(file), "theme": one.theme is not None, "problems": one.problems, "faint": advice})
    elif one.theme is None:
        note(told([(file, one.problems)]))
    else:
        say(f"{file} is a theme: nothing is wrong with it.")
        for each in advice:
            say(f"  hard to read: {each}")
    return 0 if one.theme is not None else FINDINGS


def _show(name: str) -> int:
    from selforg_tui.tui import themes

    say(themes.file_of(name).read_text("utf-8").rstrip())
    return 0
