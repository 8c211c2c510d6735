"""Defaults for runs: `config.toml`, and environment variables over it. Flags and screens come on top of both.

    [run]
    protocol = "sequential"
    agents = 8
    models = ["sim:strong"]      # or one as text
    arrangement = "blocks"       # how several are seated: interleaved, strong-first, strong-last, by-level
    order = "fixed"              # who speaks when: shuffled, strong-first, strong-last
    abstention = true            # whether agents may stay out
    warm_up = false              # a short call goes before many with the same long beginning
    write_up = false             # a call more turns each solution into one readable text
    judge = "sim:judge"          # or "none", or a court: ["sim:judge", "openai:gpt-5"]
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
    first_token_seconds = 120    # how long a reply may take to begin
    call_seconds = 600           # and to end
    limit_local = false          # spare servers on this machine like those elsewhere

    [app]
    theme = "lab-dark"           # how the app looks; see docs/themes.md
    fps = 12                     # how often the Run screen may be painted anew, per second: less over a slow line

    [keys]
    openai = "pass show openai"  # a command that prints the key to that provider

    [keymap]
    "run.hierarchy" = "t"        # another key for an action of the app; 'selforg-tui keys' lists them

The variable of a key is its name in capitals after SELFORG_TUI_: SELFORG_TUI_AGENTS, SELFORG_TUI_COST_USD; models are
separated by spaces there. SELFORG_TUI_DISCOVER=0 asks no server. Other tables of the file belong to others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from selforg_tui.core.config import Arrangement, Limits, ModelSpec, Order, RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings import paths
from selforg_tui.settings.config_values import fitted, from_text

PREFIX = "SELFORG_TUI_"
_STANDARD = RunConfig("")
TABLES = {
    "run": (
        "protocol",
        "agents",
        "models",
        "judge",
        "temperature",
        "words",
        "seed",
        "arrangement",
        "order",
        "abstention",
        "warm_up",
        "write_up",
    ),
    "limits": ("cost_usd", "tokens", "seconds", "ask_usd"),
    "models": ("discover", "first_token_seconds", "call_seconds", "limit_local"),
    "app": ("theme", "fps"),
}  # fmt: skip


class Calling(msgspec.Struct, frozen=True):
    """How models are called, whatever the run."""

    discover: bool = True
    """Servers on this machine may be asked which models they have."""
    first_token_seconds: float = 120.0
    """A call whose reply has not begun by then is given up, and tried again."""
    call_seconds: float = 600.0
    """So is a call that has not ended by then."""
    limit_local: bool = False
    """Servers on this machine are spared like those elsewhere: few calls at once in the beginning, more as long as all goes well."""


class Defaults(msgspec.Struct, frozen=True):
    """What a run is like where nobody says otherwise."""

    protocol: str = _STANDARD.protocol
    agents: int = _STANDARD.agents
    models: tuple[ModelSpec, ...] = _STANDARD.models
    judge: str | None = None
    """Models separated by spaces, "none" for unjudged, or None: to be chosen by who the agents are."""
    temperature: float = _STANDARD.temperature
    words: int = _STANDARD.words
    seed: int = _STANDARD.seed
    arrangement: Arrangement = _STANDARD.arrangement
    order: Order = _STANDARD.order
    abstention: bool = _STANDARD.abstention
    warm_up: bool = _STANDARD.warm_up
    write_up: bool = _STANDARD.write_up
    limits: Limits = Limits()
    ask_usd: float = 1.0
    """US dollars: a run that may cost more is asked about first."""
    calling: Calling = Calling()


def defaults(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Defaults:
    """The defaults in force. Raises ConfigError, naming file (or variable) and key."""
    found = {table: _in_force(table, file, environment) for table in TABLES}
    ask = {"ask_usd": found["limits"].pop("ask_usd")} if "ask_usd" in found["limits"] else {}
    return Defaults(**found["run"], **ask, limits=Limits(**found["limits"]), calling=Calling(**found["models"]))


def calling(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Calling:
    """How models are called. Raises ConfigError."""
    return Calling(**_in_force("models", file, environment))


def discovers(file: Path | None = None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether servers on this machine may be asked which models they have. Raises ConfigError."""
    return calling(file, environment).discover


def key_commands(file: Path | None = None) -> dict[str, str]:
    """The commands that print keys, by the name of their provider. Raises ConfigError."""
    file = paths.config_file() if file is None else file
    found = _table(_content(file), "keys", file)
    for name, command in found.items():
        if not isinstance(command, str) or not command.strip():
            raise ConfigError(f"'{name}' in [keys] of {file} must be a command that prints the key, never the key itself.")
    return found


def fps(file: Path | None = None, environment: Mapping[str, str] | None = None) -> float | None:
    """How often the Run screen may be painted anew, per second; None where nobody says. Raises ConfigError."""
    found: float | None = _in_force("app", file, environment).get("fps")
    return found


def keymap(file: Path | None = None) -> dict[str, object]:
    """Keys of one's own by the id of their action, as they stand there. Raises ConfigError."""
    file = paths.config_file() if file is None else file
    found: dict[str, object] = {}
    for name, keys in _table(_content(file), "keymap", file).items():
        if isinstance(keys, dict):  # run.hierarchy = "t", without quotes around the id
            found |= {f"{name}.{rest}": key for rest, key in keys.items()}
        else:
            found[name] = keys
    return found


def _in_force(table: str, file: Path | None, environment: Mapping[str, str] | None) -> dict[str, Any]:
    """What the file says in this table, and the environment over it."""
    file = paths.config_file() if file is None else file
    environment = os.environ if environment is None else environment
    values = _known(table, TABLES[table], _table(_content(file), table, file), file)
    found = {key: fitted(key, value, f"'{key}' in [{table}] of {file}") for key, value in values.items()}
    for key in TABLES[table]:
        text = environment.get(PREFIX + key.upper(), "").strip()
        if text:
            found[key] = fitted(key, from_text(key, text), f"the environment variable {PREFIX}{key.upper()}")
    return found


def _content(file: Path) -> dict[str, Any]:
    """The whole file; nothing where there is none."""
    import tomllib

    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as problem:
        raise ConfigError(f"The configuration {file} cannot be read: {problem.strerror or problem}. Repair or remove it.") from problem
    except ValueError as problem:
        raise ConfigError(f"The configuration {file} is not TOML: {problem}. Repair or remove it.") from problem
    _misplaced(content, file)
    return content


def _misplaced(content: dict[str, Any], file: Path) -> None:
    """A limit that stands under a misspelt name, or under none, would be no limit, and nobody would know."""
    tables = (*TABLES, "keys", "keymap")
    for name, value in content.items():
        if name in tables:
            continue
        if isinstance(value, dict) and (close := get_close_matches(name, tables, 1)):
            raise ConfigError(f"[{name}] in {file} is not known. Did you mean [{close[0]}]?")
        if home := next((table for table, keys in TABLES.items() if not isinstance(value, dict) and name in keys), None):
            raise ConfigError(f"'{name}' in {file} stands in no table: write [{home}] on a line above it.")


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
