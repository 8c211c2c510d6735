"""Prices that people state themselves, in `prices.toml`. They go before every table.

    ["gigachat:GigaChat-2-Max"]          # a model by its name; US dollars per million tokens
    input = 7.10
    output = 7.10

    ["openai:my-model@http://127.0.0.1:8089/v1"]
    input = 0.50
    cached = 0.05                        # read from the provider's cache; else like input
    cache_written = 0.60                 # written to it; else like input
    output = 2.00
    reasoning = 4.00                     # thinking; else like output
    tiers = [{ above = 200000, input = 1.00, output = 4.00 }]     # calls with a longer prompt

    ["ollama:*"]                         # any model there
    input = 0
    output = 0

A `*` stands for any text. A name without a URL says nothing of servers elsewhere: `ollama:*@http*` is for those.
The exact name goes first, then the pattern with the most letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from selforg_tui.core.calls import Price, Tier
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings import paths

SOURCE = "prices.toml"
"""How these prices are named in sessions; without the folder, which is nobody else's business."""

_NEEDED = ("input", "output")
_MAY = ("cached", "cache_written", "reasoning")
_MOST_BYTES = 1_000_000
_SECRET = re.compile("//[^/@]*@")


def own_price(spec: ModelSpec, file: Path | None = None) -> Price | None:
    """What the file says of a model; None where it is silent. Raises ConfigError for a file that cannot be used, naming row and field."""
    rows = _rows(paths.prices_file() if file is None else file)
    if not rows:
        return None
    name = _SECRET.sub("//", spec.name)
    if name in rows:
        return rows[name]
    fitting = [key for key in rows if "*" in key and ("@http" in key) == (spec.base_url is not None) and _fits(key, name)]
    return rows[max(fitting, key=lambda key: len(key.replace("*", "")))] if fitting else None


def _fits(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), name, re.DOTALL) is not None


def _rows(file: Path) -> Mapping[str, Price]:
    """Rows by model, read again when the file has changed; none where there is no file."""
    try:
        found = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as problem:
        _unreadable(file, problem)
    return _read(file, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=8)
def _read(file: Path, changed: int, size: int) -> Mapping[str, Price]:
    import tomllib

    if size > _MOST_BYTES:
        raise ConfigError(f"The prices in {file} are too long ({size:,} bytes) to be a list of prices. Is it the right file?")
    try:
        tables = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as problem:
        _unreadable(file, problem)
    except ValueError as problem:
        raise ConfigError(
            f'The prices in {file} are not TOML: {problem}. Repair it; names of models stand in quotes, for example ["ollama:*"].'
        ) from problem
    rows: dict[str, Price] = {}
    for key, fields in tables.items():
        name = _model(file, key)
        if not isinstance(fields, dict):
            raise ConfigError(f"In {file}, '{key}' stands alone: prices are tables like [\"{key}\"] with input and output.")
        if name in rows:
            raise ConfigError(f'In {file}, ["{key}"] is there twice: leave one of them out.')
        rows[name] = _price(f'["{key}"] of {file}', fields)
    return rows


def _unreadable(file: Path, problem: OSError) -> NoReturn:
    raise ConfigError(f"The prices in {file} cannot be read: {problem.strerror or problem}. Repair or remove the file.") from problem


def _model(file: Path, key: str) -> str:
    """The name that a row is for, as models are named."""
    try:
        spec = ModelSpec.parse(key)
    except ConfigError:
        raise ConfigError(f'In {file}, ["{key}"] names no model: write ["provider:model"], in quotes, for example ["ollama:*"].') from None
    if spec.seats is not None:
        raise ConfigError(f'In {file}, ["{key}"] has a number of seats: a price is for the model alone, ["{spec.name}"].')
    if spec.simulated:
        raise ConfigError(f'In {file}, ["{key}"] is a simulated model: its imaginary price is in its profile. Leave it out here.')
    return _SECRET.sub("//", spec.name)


def _price(where: str, fields: dict[str, Any]) -> Price:
    _known(where, fields, (*_NEEDED, *_MAY, "tiers"))
    tiers = fields.get("tiers", [])
    if not isinstance(tiers, list) or not all(isinstance(tier, dict) for tier in tiers):
        raise ConfigError(f"'tiers' in {where} must be a list of tables, for example [{{ above = 200000, input = 1, output = 4 }}].")
    found = [_tier(f"tier {number} in {where}", tier) for number, tier in enumerate(tiers, 1)]
    if len({tier.above for tier in found}) < len(found):
        raise ConfigError(f"Two tiers in {where} begin at the same length: leave one of them out.")
    tiered = Price(0, 0, source=SOURCE, tiers=tuple(sorted(found, key=lambda tier: tier.above)))
    return msgspec.structs.replace(tiered, **_dollars(where, fields))


def _tier(where: str, fields: dict[str, Any]) -> Tier:
    _known(where, fields, ("above", *_NEEDED, *_MAY))
    above = fields.get("above")
    if not isinstance(above, int) or isinstance(above, bool) or above < 1:
        raise ConfigError(f"'above' of {where} must be a whole number of tokens: calls with a longer prompt cost what the tier says.")
    return Tier(above, **_dollars(where, fields))


def _known(where: str, fields: dict[str, Any], known: tuple[str, ...]) -> None:
    for field in fields:
        if field not in known:
            close = get_close_matches(field, known, 1)
            hint = f"Did you mean '{close[0]}'?" if close else f"It may have {', '.join(known)}."
            raise ConfigError(f"'{field}' in {where} is not known. {hint}")


def _dollars(where: str, fields: dict[str, Any]) -> dict[str, float]:
    """US dollars per million tokens, by field."""
    found: dict[str, float] = {}
    for field in (*_NEEDED, *_MAY):
        value = fields.get(field)
        if value is None and field in _MAY:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value < 0:
            missing = "is missing" if value is None else "cannot be used"
            raise ConfigError(f"'{field}' in {where} {missing}: give US dollars per million tokens, 0 or more.")
        found[field] = float(value)
    return found
