"""Example missions with values and tasks, ready to run."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import msgspec

from selforg_tui.core.config import Task
from selforg_tui.core.errors import ConfigError


class Example(msgspec.Struct, frozen=True):
    """A mission of the bank. `title` is short enough for a list."""

    name: str
    title: str
    mission: str
    values: tuple[str, ...]
    tasks: tuple[Task, ...]


class _Bank(msgspec.Struct, forbid_unknown_fields=True):
    mission: tuple[Example, ...]


@cache
def bank() -> tuple[Example, ...]:
    """All examples; the first is the one to start with."""
    text = files(__name__).joinpath("bank.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Bank).mission


def example(name: str) -> Example:
    """One example by name. Raises ConfigError."""
    found = next((one for one in bank() if one.name == name), None)
    if found is None:
        names = [one.name for one in bank()]
        close = get_close_matches(name, names, 1)
        raise ConfigError(
            f"There is no example mission '{name}': " + (f"did you mean '{close[0]}'?" if close else f"choose one of {', '.join(names)}.")
        )
    return found
