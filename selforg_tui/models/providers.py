"""Who offers models: the declared facts of each provider, read from `providers.toml`."""

from __future__ import annotations

import ipaddress
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError

Temperature = Literal["body", "header", "none"]


class KnownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is declared of the models whose names begin with `match`."""

    match: str
    title: str = ""
    context: int | None = None
    temperature: Temperature | None = None
    suggest: bool = False


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One provider; the file itself explains the fields."""

    name: str
    title: str
    base_url: str
    wire: Literal["openai", "anthropic"] = "openai"
    keys: tuple[str, ...] = ()
    needs_key: bool = True
    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: Temperature = "body"
    seed: bool = False
    cache_key: bool = False
    stream_usage: bool = True
    prices: str | None = None
    models: tuple[KnownModel, ...] = ()

    def known(self, model: str) -> KnownModel | None:
        """What is declared of a model, None if nothing is."""
        return next((each for each in self.models if model.startswith(each.match)), None)

    def at(self, base_url: str | None) -> Provider:
        """The same wire at another place: a server of one's own, of which less is taken for granted."""
        if base_url is None or base_url.rstrip("/") == self.base_url:
            return self
        return msgspec.structs.replace(self, base_url=base_url, max_tokens="max_tokens", prices=None)


@lru_cache(maxsize=1)
def providers() -> dict[str, Provider]:
    """All declared providers by name."""
    tables = tomllib.loads(files(__package__).joinpath("providers.toml").read_text("utf-8"))
    return {name: msgspec.convert({"name": name, **table}, Provider) for name, table in tables.items()}


def provider_of(spec: ModelSpec, others: tuple[str, ...] = ()) -> Provider:
    """The provider that a specification names, at its own URL or the one given there.

    `others` are names that are offered elsewhere, for the hint. Raises ConfigError.
    """
    found = providers().get(spec.provider)
    if found is None:
        names = ["sim", *providers(), *others]
        close = get_close_matches(spec.provider, names, 1)
        hint = f"did you mean '{close[0]}:{spec.model}'?" if close else f"choose one of {', '.join(names)}."
        raise ConfigError(f"There is no provider '{spec.provider}': {hint}")
    if spec.base_url is not None:
        try:
            usable = bool(urlsplit(spec.base_url).hostname) and urlsplit(spec.base_url).port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ConfigError(f"'{spec.base_url}' is no usable URL: write it like http://127.0.0.1:8089/v1.")
    return found.at(spec.base_url)


def is_loopback(url: str) -> bool:
    """True where the URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
