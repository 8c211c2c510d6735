"""Values of the config file and of environment variables: which kind each must be, and what is said where it is not."""

from __future__ import annotations

import math
from typing import Any

from selforg_tui.core.config import ARRANGEMENTS, ORDERS, ModelSpec
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError

_NUMBERS: dict[str, tuple[type[int] | type[float], ...]] = {
    "agents": (int,),
    "seed": (int,),
    "words": (int,),
    "tokens": (int,),
    "temperature": (int, float),
    "cost_usd": (int, float),
    "seconds": (int, float),
    "ask_usd": (int, float),
    "first_token_seconds": (int, float),
    "call_seconds": (int, float),
    "fps": (int, float),
}
_ABOVE_NOTHING = ("first_token_seconds", "call_seconds", "fps")
_TRUTHS = ("abstention", "warm_up", "write_up", "discover", "limit_local")
_CHOICES: dict[str, tuple[str, ...]] = {"arrangement": ARRANGEMENTS, "order": ORDERS}
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
"""As people write them in an environment variable."""


def from_text(key: str, text: str) -> Any:
    """An environment variable's text as TOML would have given it; text that is no number is left for `fitted` to refuse."""
    if key == "models":
        return text.split()
    if key in _TRUTHS:
        return _TRUTH.get(text.lower(), text)
    for kind in _NUMBERS.get(key, ()):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def fitted(key: str, value: Any, where: str) -> Any:
    """The value as it is used. Raises ConfigError where it is of the wrong kind; `where` is told to people."""
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, _NUMBERS[key]) or not math.isfinite(value):
            kind = "a whole number" if _NUMBERS[key] == (int,) else "a number"
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be {kind}.")
        if key in _ABOVE_NOTHING and value <= 0:
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be above 0.")
        return value
    if key == "models":
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(item, str) for item in listed):
            raise ConfigError(f'{where[0].upper()}{where[1:]} must be a list of models, for example ["sim:strong"].')
        return tuple(_model(item, where) for item in listed)
    if key in _TRUTHS:
        if not isinstance(value, bool):
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be true or false.")
        return value
    for name, known in _CHOICES.items():
        if key == name and value not in known:
            raise ConfigError(f"{where[0].upper()}{where[1:]} must be one of {', '.join(known)}.")
    if key == "judge" and isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where[0].upper()}{where[1:]} must be a text.")
    if key == "judge":
        _judges(value, where)
    return value


def _judges(text: str, where: str) -> None:
    try:
        read_judges(text)
    except ConfigError as problem:
        raise ConfigError(f"In {where}: {problem}") from problem


def _model(text: str, where: str) -> ModelSpec:
    try:
        return ModelSpec.parse(text)
    except ConfigError as problem:
        raise ConfigError(f"In {where}: {problem}") from problem
