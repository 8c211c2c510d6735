"""Theme files: colours by name, in TOML, one theme a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from textual.theme import Theme

from selforg_tui.core.errors import ConfigError

DEFAULT = "lab-dark"
VARIABLES = {
    "edge": "ansi_bright_black",
    "muted": "ansi_bright_black",
    "simulated": "ansi_magenta",
    "changed": "ansi_blue",
    "hidden": "ansi_bright_black",
    "mark": "ansi_blue",
    "cursor": "ansi_blue",
    "state-text-style": "none",
    "agent-waiting": "ansi_bright_black",
    "agent-deciding": "ansi_yellow",
    "agent-in": "ansi_green",
    "agent-out": "ansi_bright_black",
    "agent-failed": "ansi_red",
    "role-1": "ansi_cyan",
    "role-2": "ansi_blue",
    "role-3": "ansi_yellow",
    "role-4": "ansi_magenta",
    "role-5": "ansi_green",
    "role-6": "ansi_red",
    "role-7": "ansi_bright_cyan",
    "role-8": "ansi_bright_magenta",
}
"""Our own names for colours, with what they are under a theme that does not know them."""
TEXTUALS = {
    "text-muted": "muted",
    "text-disabled": "muted",
    "foreground-muted": "muted",
    "foreground-disabled": "muted",
    "block-cursor-background": "cursor",
    "block-cursor-blurred-background": "cursor",
    "block-cursor-foreground": "foreground",
    "screen-selection-background": "cursor",
    "input-selection-background": "cursor",
}
"""Variables of Textual's own widgets that are ours under another name, unless a theme says otherwise: else they would be too faint to read."""

COLOURS = ("primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface", "panel")


def folder() -> Path:
    """Where the theme files are: in the package where it was built into a wheel, else in the repository."""
    packaged = Path(__file__).parent / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"


def themes() -> list[Theme]:
    """All themes that come with the program, by file name. Raises ConfigError."""
    return [read(path) for path in sorted(folder().glob("*.toml"))]


def named(name: str) -> Theme:
    """One of them. Raises ConfigError."""
    return read(folder() / f"{name}.toml")


def read(path: Path) -> Theme:
    """One theme. Raises ConfigError with the file and the key that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(f"The theme {path} cannot be read: {problem}.") from problem
    colours, variables = data.get("colors", {}), data.get("variables", {})
    for key in ("primary", "background", "foreground"):
        if not isinstance(colours.get(key), str):
            raise ConfigError(f"The theme {path} has no colour '{key}' under [colors]: add one such as \"#63b8a8\".")
    unknown = sorted(set(colours) - set(COLOURS))
    if unknown:
        raise ConfigError(f"The theme {path} has a colour '{unknown[0]}' that no screen knows: choose from {', '.join(COLOURS)}.")
    named = {**colours, **{k: str(v) for k, v in variables.items()}}
    return Theme(
        name=str(data.get("name", path.stem)),
        dark=bool(data.get("dark", True)),
        variables={**{k: named[v] for k, v in TEXTUALS.items() if v in named}, **{k: str(v) for k, v in variables.items()}},
        **colours,
    )
