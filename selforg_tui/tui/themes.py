"""Which themes there are: those that come with the program, and the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line
from selforg_tui.settings.paths import themes_folder
from selforg_tui.tui.theme_file import NAME, VARIABLES, LabTheme, examined, read

__all__ = (
    "DEFAULT",
    "MONO",
    "SIXTEEN",
    "VARIABLES",
    "LabTheme",
    "Own",
    "file_of",
    "folder",
    "named",
    "own",
    "own_files",
    "own_one",
    "read",
    "shipped",
    "themes",
)

DEFAULT = "lab-dark"
SIXTEEN = "lab-sixteen"
"""For a terminal of 16 colours."""
MONO = "lab-mono"
"""For one of 16 colours under NO_COLOR, which leaves four greys of them."""
MOST = 100
"""Files of one's own that are read."""


@dataclass(frozen=True)
class Own:
    """A file of the user's own, with its theme or with all that is wrong."""

    path: Path
    theme: LabTheme | None
    problems: list[str]


def folder() -> Path:
    """Where the theme files are: in the package where it was built into a wheel, else in the repository."""
    packaged = Path(__file__).parent / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"


def shipped() -> list[str]:
    """The names of the themes that come with the program."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def themes() -> list[LabTheme]:
    """All themes that come with the program, by name. Raises ConfigError."""
    return [read(folder() / f"{name}.toml") for name in shipped()]


def named(name: str) -> LabTheme:
    """One of them, or one of the user's own. Raises ConfigError with all that is wrong with it."""
    return read(file_of(name))


def file_of(name: str) -> Path:
    """Where the theme of this name stands. Raises ConfigError where there is none."""
    for place in (folder(), themes_folder()):
        path = place / f"{name}.toml"
        if NAME.fullmatch(name) and path.is_file():
            return path
    raise ConfigError(f"There is no theme '{one_line(name, 40)}'. 'selforg-tui themes' lists those there are.")


def own_files() -> list[Path]:
    """The user's theme files, by name; none where there is no folder."""
    try:
        return sorted(path for path in themes_folder().iterdir() if path.suffix == ".toml" and not path.name.startswith("."))[:MOST]
    except OSError:
        return []


def own() -> list[Own]:
    """The user's own themes, or what is wrong with them."""
    return [own_one(path) for path in own_files()]


def own_one(path: Path) -> Own:
    """One of them."""
    theme, problems = examined(path)
    if path.stem in shipped():
        theme, problems = None, [f"A shipped theme has the name '{path.stem}'. Give the file another name.", *problems]
    return Own(path, theme, problems)
