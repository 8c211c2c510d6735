"""Which theme the app is to wear: the environment, else what was chosen in the app last, else `config.toml`, else nothing said.

What was chosen in the app stands in a small file of the app's own; the user's `config.toml` is never written. The choice holds
until `config.toml` names another theme than it did then. This is read before the first frame, so it imports next to nothing, and what
is wrong with `config.toml` is told elsewhere (`config_file`).
"""

from __future__ import annotations

import contextlib
import json
import os
import tomllib
from pathlib import Path
from typing import Any

from selforg_tui.settings import paths

VARIABLE = "SELFORG_TUI_THEME"
_MOST = 1_000_000
"""Bytes of a settings file that are read."""


def wanted() -> tuple[str, str]:
    """A theme's name and where it is named, for people; two empty texts where nobody says anything."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return named, f"the environment variable {VARIABLE}"
    config, chosen = _configured(), _toml(paths.theme_file())
    if _text(chosen.get("theme")) and _text(chosen.get("over")) == config:
        return _text(chosen["theme"]), "what was chosen in the app"
    return (config, f"'theme' in [app] of {paths.config_file()}") if config else ("", "")


def remember(theme: str) -> None:
    """Wear this one from now on. Raises OSError."""
    file = paths.theme_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    said = "# The theme chosen in the app last, and which one config.toml named then.\n"
    text = f"{said}theme = {json.dumps(theme)}\nover = {json.dumps(_configured())}\n"
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(file)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _configured() -> str:
    app = _toml(paths.config_file()).get("app")
    return _text(app.get("theme")) if isinstance(app, dict) else ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _toml(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.loads(stream.read(_MOST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
