"""Folders and files of the program on this machine.

`SELFORG_TUI_HOME` puts all of them under one folder: for tests, workshops and USB sticks.
"""

from __future__ import annotations

import os
from pathlib import Path

HOME = "SELFORG_TUI_HOME"
_NAME = "selforg-tui"


def config_folder() -> Path:
    """Preferences: `config.toml`, `prices.toml`, own prompts, themes."""
    return _folder("config", "user_config_path")


def data_folder() -> Path:
    """What must not be lost: sessions."""
    return _folder("data", "user_data_path")


def cache_folder() -> Path:
    """What can be made again: indexes, the log file."""
    return _folder("cache", "user_cache_path")


def sessions_folder() -> Path:
    """One file per session."""
    return data_folder() / "sessions"


def experiments_folder() -> Path:
    """One folder per experiment, which holds its sessions."""
    return data_folder() / "experiments"


def pictures_folder() -> Path:
    """Pictures of screens."""
    return data_folder() / "pictures"


def config_file() -> Path:
    """Defaults for runs and screens."""
    return config_folder() / "config.toml"


def providers_file() -> Path:
    """Providers of one's own, and changes to ours."""
    return config_folder() / "providers.toml"


def prices_file() -> Path:
    """What models cost, where the user knows better than the table of prices."""
    return config_folder() / "prices.toml"


def prompts_folder() -> Path:
    """Own prompt texts, by the names of ours."""
    return config_folder() / "prompts"


def themes_folder() -> Path:
    """Themes of one's own."""
    return config_folder() / "themes"


def theme_file() -> Path:
    """Which theme was chosen in the app last."""
    return data_folder() / "theme.toml"


def log_file() -> Path:
    """Diagnostics, with the tracebacks that people are spared."""
    return cache_folder() / "selforg-tui.log"


def everywhere() -> dict[str, Path]:
    """All of the above by name, for people."""
    return {
        "config": config_file(),
        "providers": providers_file(),
        "prices": prices_file(),
        "prompts": prompts_folder(),
        "themes": themes_folder(),
        "theme": theme_file(),
        "sessions": sessions_folder(),
        "experiments": experiments_folder(),
        "pictures": pictures_folder(),
        "cache": cache_folder(),
        "log": log_file(),
    }


def _folder(name: str, finder: str) -> Path:
    home = os.environ.get(HOME)
    if home:
        return Path(home).expanduser() / name
    import platformdirs

    found: Path = getattr(platformdirs, finder)(_NAME, appauthor=False)
    return found
