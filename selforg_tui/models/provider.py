"""What can be declared of a provider and of its models. `providers.toml` explains the fields."""

from __future__ import annotations

import ipaddress
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from selforg_tui.core.calls import Structure
from selforg_tui.models.reported import Reported, usually

Temperature = Literal["body", "header", "none"]
Cache = Literal["none", "prefix", "marks"]
Finish = Literal["stop", "length", "refused", "broken"]
"""How a reply can end: by itself, at its greatest length, with a refusal, or by a fault at the provider."""

MostTokens = Literal["max_tokens", "max_completion_tokens"]
LADDER: tuple[Structure, ...] = ("schema", "json", "text")


class TokenOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a key is exchanged for a token that lives for a while."""

    url: str
    scope: str = ""
    scope_from: str = ""
    """An environment variable that may name another scope."""


class KnownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is declared of the models whose names begin with `match`; None: as for the provider's other models."""

    match: str
    title: str = ""
    context: int | None = None
    suggest: bool = False
    paper: bool = False
    temperature: Temperature | None = None
    structure: tuple[Structure, ...] | None = None
    cache: Cache | None = None
    cache_least: int | None = None
    encoding: str | None = None
    extra: dict[str, Any] = {}


_OVERRIDES = ("temperature", "structure", "cache", "cache_least", "encoding")


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One provider, or one as it is for one of its models (`for_model`) or at another place (`at`)."""

    name: str
    title: str
    base_url: str
    wire: Literal["openai", "anthropic"] = "openai"
    keys: tuple[str, ...] = ()
    needs_key: bool = True
    token: TokenOffer | None = None
    ca_bundle: str = ""
    ca_bundle_from: tuple[str, ...] = ()
    max_tokens: MostTokens = "max_tokens"
    temperature: Temperature = "body"
    coldest: float = 0.0
    seed: bool = False
    cache_key: bool = False
    cache_header: str = ""
    stream_usage: bool = True
    structure: tuple[Structure, ...] = ("text",)
    extra: dict[str, Any] = {}
    usage: Reported | None = None
    thoughts: tuple[str, ...] = ("reasoning_content", "reasoning")
    finish: dict[str, Finish] = {}
    at_once: int | None = None
    cache: Cache = "none"
    cache_least: int = 1024
    encoding: str = "o200k_base"
    encoding_exact: bool = False
    truncates: str = ""
    prices: str | None = None
    models: tuple[KnownModel, ...] = ()

    @property
    def reported(self) -> Reported:
        """Where it says what a call took."""
        return usually(self.wire, self.usage)

    def known(self, model: str) -> KnownModel | None:
        """What is declared of a model, None if nothing is."""
        return next((each for each in self.models if model.startswith(each.match)), None)

    def for_model(self, model: str) -> Provider:
        """The provider as it is for this model: what is declared of the model goes before what is declared of them all."""
        known = self.known(model)
        if known is None:
            return self
        given = {name: value for name in _OVERRIDES if (value := getattr(known, name)) is not None}
        return msgspec.structs.replace(self, extra=merged(self.extra, known.extra), **given)

    def at(self, base_url: str | None) -> Provider:
        """The same wire at another place: a server of one's own, of which less is taken for granted.

        It is asked for as much structure as there is and found out what it takes. On this machine it wants the key itself.
        """
        if base_url is None or base_url.rstrip("/") == self.base_url:
            return self
        return msgspec.structs.replace(
            self,
            base_url=base_url,
            max_tokens="max_tokens",
            structure=LADDER,
            models=tuple([msgspec.structs.replace(known, structure=None) for known in self.models]),
            encoding_exact=False,
            token=None if is_loopback(base_url) else self.token,
            prices=None,
        )


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both tables; where both have a table of one name it holds what either has. The second goes before the first."""
    found = {**first, **second}
    for name, value in second.items():
        if isinstance(value, dict) and isinstance(first.get(name), dict):
            found[name] = merged(first[name], value)
    return found


def is_loopback(url: str) -> bool:
    """True where the URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_url(text: str) -> bool:
    """True for what can be asked over HTTP."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
