"""Reads `providers.toml`, ours and the user's, and says what is wrong with the user's."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from selforg_tui.core.errors import ConfigError
from selforg_tui.models.provider import Provider, is_loopback, is_url
from selforg_tui.settings.text_file import read_text

_AT = re.compile(r" - at `\$\.?(?P<field>[^`]*)`")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_RESERVED = ("model", "messages", "system", "stream")


@lru_cache(maxsize=32)
def declared(file: Path) -> dict[str, Provider]:
    """Our providers with what a user's file changes of them, then those it adds. Raises ConfigError."""
    ours = _tables()
    theirs = _user_tables(file)
    found = {name: _provider(name, {**table, **_changed(table, theirs.get(name, {}))}, file) for name, table in ours.items()}
    return found | {name: _provider(name, table, file) for name, table in theirs.items() if name not in ours}


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("providers.toml").read_text("utf-8"))


def _user_tables(file: Path) -> dict[str, dict[str, Any]]:
    if not file.is_file():
        return {}
    try:
        tables = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{file} is not valid TOML: {problem}. The head of the program's own providers.toml shows an example.") from None
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{file} has '{name}' outside of a provider: put it below a line such as [my-provider].")
        if name == "sim" or not _NAME.fullmatch(name):
            raise ConfigError(f"{file} has a provider '{name}', which cannot be one: take small letters, digits and '-', and not 'sim'.")
    return tables


def _changed(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """A user's models are looked at first, and ours stay behind them."""
    if isinstance(theirs.get("models"), list):
        return {**theirs, "models": [*theirs["models"], *ours.get("models", [])]}
    return theirs


def _provider(name: str, table: dict[str, Any], file: Path) -> Provider:
    def wrong(field: str, what: str) -> ConfigError:
        where = f", field '{field}'" if field else ""
        return ConfigError(f"{file}, provider '{name}'{where}: {what}.")

    if "name" in table:
        raise wrong("name", "a provider's name is the one in brackets above it")
    try:
        found = msgspec.convert({"name": name, "title": name, **table}, Provider)
    except msgspec.ValidationError as problem:
        raise wrong(*_complaint(str(problem))) from None
    for field, url in (("base_url", found.base_url), ("token.url", found.token.url if found.token else None)):
        if url is not None and not is_url(url):
            raise wrong(field, f"'{url}' is no URL; write it like https://api.example.com/v1")
    for field, extra in (("extra", found.extra), *((f"models.{known.match}.extra", known.extra) for known in found.models)):
        for taken in _RESERVED:
            if taken in extra:
                raise wrong(field, f"'{taken}' belongs to the program and cannot be set")
    if not found.structure or found.structure[-1] != "text":
        found = msgspec.structs.replace(found, structure=(*found.structure, "text"))
    if is_loopback(found.base_url) and not found.keys:
        found = msgspec.structs.replace(found, needs_key=False)
    return msgspec.structs.replace(found, base_url=found.base_url.rstrip("/"), prices=found.prices or None)


def _complaint(text: str) -> tuple[str, str]:
    """The field that a message of the decoder is about, and what it says in words for people."""
    at = _AT.search(text)
    within = at["field"] if at else ""
    if unknown := _UNKNOWN.search(text):
        return _inner(within, unknown["field"]), "there is no such field"
    if missing := _MISSING.search(text):
        return _inner(within, missing["field"]), "it must be given"
    what = _AT.sub("", text).replace("`", "'")
    return within, f"{what[:1].lower()}{what[1:]}"


def _inner(within: str, field: str) -> str:
    return f"{within}.{field}" if within else field
