"""What a theme file may say, and everything that is wrong with one. `docs/themes.md` explains the format to people."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line

COLOURS = ("primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface", "panel")
"""What may stand in [colors]."""
NEEDED = ("primary", "background", "foreground")
"""What must; the others follow from these."""
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
"""Our own names for colours, with what they are under a theme that is not ours."""
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
"""Variables of Textual's own widgets that are ours under another name, unless a theme says otherwise: else they would be too faint."""
GROUNDS = ("background", "surface", "panel", "changed", "cursor")
"""What any text may stand on."""
INKS = (
    "foreground", "primary", "secondary", "accent", "success", "warning", "error", "muted", "simulated",
    *(name for name in VARIABLES if name.startswith(("agent-", "role-"))),
)  # fmt: skip
"""What texts are written in."""
LEAST = 4.5
"""The contrast that a text needs (WCAG 2.1, level AA)."""
MOST_BYTES = 64 * 1024
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_STYLES = frozenset(("none", "not", "bold", "dim", "italic", "underline", "reverse", "strike", "overline", "blink"))
_SHARES = {"secondary": "primary", "accent": "primary", "success": "primary", "warning": "accent", "error": "accent"}
_MIXED = {"surface": ("foreground", 0.03), "panel": ("foreground", 0.1), "edge": ("foreground", 0.3), "muted": ("foreground", 0.72),
          "changed": ("accent", 0.12), "mark": ("accent", 0.25), "cursor": ("primary", 0.2)}  # fmt: skip
"""What is left out is so much of another colour over the background."""
_SAME = {
    "simulated": "secondary", "hidden": "muted", "agent-waiting": "muted", "agent-deciding": "accent", "agent-in": "success",
    "agent-out": "muted", "agent-failed": "error", "role-1": "primary", "role-2": "secondary", "role-3": "accent", "role-4": "success",
    "role-5": "warning", "role-6": "error", "role-7": "foreground", "role-8": "muted",
}  # fmt: skip


@dataclass
class LabTheme(Theme):
    """A theme out of a file."""

    about: str = ""
    """What it is for, in a few words for people; its title where the file does not say."""


def read(path: Path) -> LabTheme:
    """One theme. Raises ConfigError with all that is wrong."""
    theme, problems = examined(path)
    if theme is None:
        raise ConfigError(told([(path, problems)]))
    return theme


def told(wrong: list[tuple[Path, list[str]]]) -> str:
    """All that is wrong with some files, in one message."""
    return "\n".join("\n  ".join([f"The theme {path} cannot be used:", *problems]) for path, problems in wrong)


def examined(path: Path) -> tuple[LabTheme | None, list[str]]:
    """The theme in a file, or everything that is wrong with it, each in a sentence or two that name the key."""
    try:
        data = tomllib.loads(_content(path))
    except (OSError, ValueError, RecursionError) as problem:
        why = getattr(problem, "strerror", None) or str(problem) or "too deeply nested"
        return None, [f"It cannot be read: {one_line(why, 200).rstrip('.')}. Repair it, or take a shipped theme as a start."]
    problems = _about(path, data)
    colours, variables = _table(data, "colors", problems), _table(data, "variables", problems)
    for key, value in colours.items():
        if key not in COLOURS:
            problems.append(
                f"It has a colour {_shown(key)} in [colors] that no screen knows{_close(key, COLOURS)}. Choose from {', '.join(COLOURS)}."
            )
        else:
            problems += _no_colour(key, value, "colors")
    for key in NEEDED:
        if key not in colours:
            problems.append(f"It has no colour '{key}' in [colors]. Add one such as {key} = \"#63b8a8\".")
    for key, value in variables.items():
        problems += _wrong_variable(key, value)
    return (None, problems) if problems else (_theme(path.stem, data, colours, variables), [])


def faint(theme: Theme) -> list[str]:
    """Which texts of a theme have too little contrast with what they may stand on; advice, no fault."""
    known = {**{name: str(getattr(theme, name)) for name in COLOURS}, **theme.variables}
    pairs = [(ink, ground, _contrast(known[ink], known[ground])) for ink in INKS for ground in GROUNDS]
    return [f"'{ink}' on '{ground}' has a contrast of {ratio:.1f}; text needs {LEAST}." for ink, ground, ratio in pairs if ratio < LEAST]


def _content(path: Path) -> str:
    if not path.is_file():
        raise ValueError("there is no such file" if not path.exists() else "it is no file")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 1024} KiB, which no theme needs to be")
    return data.decode("utf-8-sig")


def _about(path: Path, data: dict[str, Any]) -> list[str]:
    """What is wrong above the tables, and with the file's name."""
    found = []
    if not NAME.fullmatch(path.stem):
        found.append("Its file name is no name for a theme. Use small letters, digits, - and _, at most 40.")
    for key, value in data.items():
        if key == "name" and value != path.stem:
            right = f'Write name = "{one_line(path.stem, 40)}" or leave it out.'
            found.append(f"'name' is {_shown(value)}, but a theme has the name of its file. {right}")
        elif key in ("title", "about") and (not isinstance(value, str) or not 0 < len(value) <= 60):
            found.append(f"'{key}' must be a text of at most 60 characters.")
        elif key == "dark" and not isinstance(value, bool):
            found.append("'dark' must be true or false, without quotes.")
        elif key not in ("name", "title", "about", "dark", "colors", "variables"):
            known = "name, title, about, dark, [colors] and [variables]"
            where = " It belongs below [colors]." if key in COLOURS else " It belongs below [variables]." if key in VARIABLES else ""
            close = _close(key, ("title", "about", "colors", "variables"))
            found.append(f"It has a key {_shown(key)} that is not known{close}. There are {known}.{where}")
    return found


def _table(data: dict[str, Any], name: str, problems: list[str]) -> dict[str, Any]:
    value = data.get(name, {})
    if isinstance(value, dict):
        return value
    problems.append(f"'{name}' must be a table. Write [{name}] on a line of its own.")
    return {}


def _no_colour(key: str, value: object, table: str) -> list[str]:
    if not isinstance(value, str):
        return [f"'{key}' in [{table}] is {_shown(value)}, which is no text. Write a colour in quotes, such as \"#63b8a8\"."]
    try:
        colour = Color.parse(value)
    except (ColorParseError, ValueError):
        return [f"'{key}' in [{table}] is {_shown(value)}, which is no colour. Write one such as \"#63b8a8\"."]
    if colour.a != 1 or colour.ansi is not None or colour.auto:
        return [f"'{key}' in [{table}] is {_shown(value)}, which is not one colour whatever is below. Write one such as \"#63b8a8\"."]
    return []


def _wrong_variable(key: str, value: object) -> list[str]:
    if key not in VARIABLES and key not in (known := _textuals()):
        return [
            f"It has a variable {_shown(key)} in [variables] that no screen knows{_close(key, (*VARIABLES, *known))}. Remove or rename it."
        ]
    if key.endswith("-style"):
        words = value.split() if isinstance(value, str) else []
        good = bool(words) and _STYLES.issuperset(words)
        return (
            []
            if good
            else [f'\'{key}\' in [variables] is {_shown(value)}, which is no style. Write "bold", "none" or another of {_listed()}.']
        )
    if key not in VARIABLES and isinstance(value, str):
        plain = re.fullmatch(r"(.+?) +(100|[0-9]{1,2})%", value)
        if value == "transparent" or (plain and plain[1] == "auto"):
            return []
        value = plain[1] if plain else value
    return _no_colour(key, value, "variables")


def _textuals() -> set[str]:
    """The variables of Textual's own widgets."""
    return set(Theme("any", primary="#000000").to_color_system().generate())


def _theme(name: str, data: dict[str, Any], colours: dict[str, str], variables: dict[str, str]) -> LabTheme:
    """With what was left out."""
    known = {**colours, **variables}
    for key, other in _SHARES.items():
        known.setdefault(key, known[other])
    for key, (other, share) in _MIXED.items():
        known.setdefault(key, Color.parse(known["background"]).blend(Color.parse(known[other]), share, 1.0).hex)
    for key, other in _SAME.items():
        known.setdefault(key, known[other])
    known.setdefault("state-text-style", "none")
    for key, other in TEXTUALS.items():
        known.setdefault(key, known[other])
    basic: dict[str, Any] = {key: known[key] for key in COLOURS}
    about = one_line(data.get("about") or data.get("title") or "", 60)
    more = {key: value for key, value in known.items() if key not in COLOURS}
    return LabTheme(name, dark=data.get("dark", True), variables=more, about=about, **basic)


def _contrast(one: str, other: str) -> float:
    """1 to 21; WCAG 2.1."""
    dark, light = sorted(_luminance(Color.parse(text)) for text in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _shown(value: object) -> str:
    """A value out of the file, for people."""
    return f"'{one_line(value, 40)}'" if isinstance(value, str) else one_line(repr(value), 40)


def _listed() -> str:
    return ", ".join(sorted(_STYLES))


def _close(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key[:60], known, 1)
    return f" (did you mean '{close[0]}'?)" if close else ""
