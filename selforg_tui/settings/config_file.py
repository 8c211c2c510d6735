"""Defaults for runs: `config.toml`, and environment variables over it. Flags and screens come on top of both.

    [run]
    protocol = "sequential"
    agents = 8
    models = ["sim:strong"]      # or one as text
    arrangement = "blocks"       # how several are seated: interleaved, strong-first, strong-last, by-level
    warm_up = false              # a short call goes before many with the same long beginning
    judge = "sim:judge"          # or "none"
    temperature = 0.7
    words = 200
    seed = 1

    [limits]
    cost_usd = 1.0
    tokens = 500000
    seconds = 600
    ask_usd = 1.0                # runs that may cost more are asked about first

    [models]
    discover = true              # ask servers on this machine which models they have

    [keys]
    openai = "pass show openai"  # a command that prints the key to that provider

The variable of a key is its name in capitals after SELFORG_TUI_: SELFORG_TUI_AGENTS, SELFORG_TUI_COST_USD; models are
separated by spaces there. SELFORG_TUI_DISCOVER=0 asks no server. Other tables of the file belong to others.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from selforg_tui.core.config import ARRANGEMENTS, Arrangement, Limits, ModelSpec, RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings import paths

PREFIX = "SELFORG_TUI_"
_STANDARD = RunConfig("")
_NUMBERS: dict[str, tuple[type[int] | type[float], ...]] = {
    "agents": (int,),
    "seed": (int,),
    "words": (int,),
    "tokens": (int,),
    "temperature": (int, float),
    "cost_usd": (int, float),
    "seconds": (int, float),
    "ask_usd": (int, float),
}
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
"""As people write them in an environment variable."""
TABLES = {
    "run": ("protocol", "agents", "models", "judge", "temperature", "words", "seed", "arrangement", "warm_up"),
    "limits": ("cost_usd", "tokens", "seconds", "ask_usd"),
}
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Defaults(msgspec.Struct, frozen=True):
    """What a run is like where nobody says otherwise."""

    protocol: str = _STANDARD.protocol
    agents: int = _STANDARD.agents
    models: tuple[ModelSpec, ...] = _STANDARD.models
    judge: str | None = None
    """A model, "none" for unjudged, or None: to be chosen by who the agents are."""
    temperature: float = _STANDARD.temperature
    words: int = _STANDARD.words
    seed: int = _STANDARD.seed
    arrangement: Arrangement = _STANDARD.arrangement
    warm_up: bool = _STANDARD.warm_up
    limits: Limits = Limits()
    ask_usd: float = 1.0
    """US dollars: a run that may cost more is asked about first."""


def defaults(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Defaults:
    """The defaults in force. Raises ConfigError, naming file (or variable) and key."""
    file = paths.config_file() if file is None else file
    environment = os.environ if environment is None else environment
    found: dict[str, dict[str, Any]] = {"run": {}, "limits": {}}
    for table, values in _read(file).items():
        for key, value in values.items():
            found[table][key] = _fitted(key, value, f"'{key}' in [{table}] of {file}")
    for table, keys in TABLES.items():
        for key in keys:
            text = environment.get(PREFIX + key.upper(), "").strip()
            if text:
                found[table][key] = _fitted(key, _from_text(key, text), f"the environment variable {PREFIX}{key.upper()}")
    ask = {"ask_usd": found["limits"].pop("ask_usd")} if "ask_usd" in found["limits"] else {}
    return Defaults(**found["run"], **ask, limits=Limits(**found["limits"]))


def discovers(file: Path | None = None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether servers on this machine may be asked which models they have. Raises ConfigError."""
    environment = os.environ if environment is None else environment
    text = environment.get(PREFIX + "DISCOVER", "").strip().lower()
    if text:
        if text not in _YES + _NO:
            raise ConfigError(f"The environment variable {PREFIX}DISCOVER must be 1 or 0.")
        return text in _YES
    file = paths.config_file() if file is None else file
    found = _known("models", ("discover",), _table(_content(file), "models", file), file).get("discover", True)
    if not isinstance(found, bool):
        raise ConfigError(f"'discover' in [models] of {file} must be true or false.")
    return found


def key_commands(file: Path | None = None) -> dict[str, str]:
    """The commands that print keys, by the name of their provider. Raises ConfigError."""
    file = paths.config_file() if file is None else file
    found = _table(_content(file), "keys", file)
    for name, command in found.items():
        if not isinstance(command, str) or not command.strip():
            raise ConfigError(f"'{name}' in [keys] of {file} must be a command that prints the key, never the key itself.")
    return found


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """The tables that make the defaults of runs; none where there is no file."""
    content = _content(file)
    return {table: _known(table, known, _table(content, table, file), file) for table, known in TABLES.items()}


def _content(file: Path) -> dict[str, Any]:
    """The whole file; nothing where there is none."""
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as problem:
        raise ConfigError(f"The configuration {file} cannot be read: {problem.strerror or problem}. Repair or remove it.") from problem
    except ValueError as problem:
        raise ConfigError(f"The configuration {file} is not TOML: {problem}. Repair or remove it.") from problem


def _table(content: dict[str, Any], table: str, file: Path) -> dict[str, Any]:
    values = content.get(table, {})
    if not isinstance(values, dict):
        raise ConfigError(f"'{table}' in {file} must be a table: write [{table}] on a line of its own.")
    return values


def _known(table: str, known: tuple[str, ...], values: dict[str, Any], file: Path) -> dict[str, Any]:
    for key in values:
        if key not in known:
            close = get_close_matches(key, known, 1)
            hint = f"Did you mean '{close[0]}'?" if close else f"It may have {', '.join(known)}."
            raise ConfigError(f"'{key}' in [{table}] of {file} is not known. {hint}")
    return values


def _from_text(key: str, text: str) -> Any:
    """An environment variable's text as TOML would have given it; text that is no number is left for `_fitted` to refuse."""
    if key == "models":
        return text.split()
    if key == "warm_up":
        return _TRUTHS.get(text.lower(), text)
    for kind in _NUMBERS.get(key, ()):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _fitted(key: str, value: Any, where: str) -> Any:
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, _NUMBERS[key]) or not math.isfinite(value):
            kind = "a whole number" if _NUMBERS[key] == (int,) else "a number"
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be {kind}.")
        return value
    if key == "models":
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(item, str) for item in listed):
            raise ConfigError(f'{where[0].upper()}{where[1:]} must be a list of models, for example ["sim:strong"].')
        return tuple(_model(item, where) for item in listed)
    if key == "warm_up":
        if not isinstance(value, bool):
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be true or false.")
        return value
    if key == "arrangement" and value not in ARRANGEMENTS:
        raise ConfigError(f"{where[0].upper()}{where[1:]} must be one of {', '.join(ARRANGEMENTS)}.")
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where[0].upper()}{where[1:]} must be a text.")
    if key == "judge" and value != "none":
        _model(value, where)
    return value


def _model(text: str, where: str) -> ModelSpec:
    try:
        return ModelSpec.parse(text)
    except ConfigError as problem:
        raise ConfigError(f"In {where}: {problem}") from problem
