"""Which models there are and what is known of them: simulated, at declared providers, and those of other packages."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import msgspec

from selforg_tui.core.calls import Price
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.models import discovery, failures
from selforg_tui.models.base import Facts, Model, Pace, Patience
from selforg_tui.models.failures import Place
from selforg_tui.models.key_of import key_for
from selforg_tui.models.prices import price
from selforg_tui.models.providers import Provider, is_loopback, place_name, provider_of, providers, title_of
from selforg_tui.models.transport import check_bundle
from selforg_tui.settings.keys import Keys

GROUP = "selforg_tui.models"
PATIENCE = Patience()


@runtime_checkable
class Offer(Protocol):
    """What a package offers under an entry point of this group; the entry point's name is the provider in `provider:model`."""

    def facts(self, spec: ModelSpec) -> Facts:
        """See `facts` below."""
        ...

    def open_model(self, spec: ModelSpec, keys: Keys) -> Model:
        """See `open_model` below."""
        ...


class Listed(msgspec.Struct, frozen=True):
    """A model to choose. `key` is None where none is needed, else whether there is one."""

    spec: str
    title: str
    price: Price | None
    key: bool | None
    keys: tuple[str, ...] = ()
    """Environment variables that may hold its key."""
    simulated: bool = False
    paper: bool = False
    """One of the models that the paper used."""


def facts(spec: ModelSpec) -> Facts:
    """What is known of a model without calling it or loading an SDK. Raises ConfigError, with a hint."""
    if spec.provider == "sim":
        from selforg_tui.models.simulated import profiles

        return profiles.facts(profiles.meant(_embedded(spec)))
    if offered := _offer(spec.provider):
        found = offered.facts(spec)
        own = price(spec)
        return found if own is None else msgspec.structs.replace(found, price=own)
    declared = provider_of(spec, tuple(_offers()))
    known = declared.known(spec.model)
    provider = declared.for_model(spec.model)
    return Facts(
        title=f"{(known and known.title) or spec.model} ({title_of(declared)})",
        context=(known and known.context) or discovery.context(spec),
        price=price(spec),
        temperature=provider.temperature,
        local=is_loopback(provider.base_url),
        place=place_name(provider),
        at_once=provider.at_once,
        structure=provider.structure,
        cache=provider.cache,
        cache_least=provider.cache_least,
        encoding=provider.encoding,
        encoding_exact=provider.encoding_exact,
    )


def open_model(spec: ModelSpec, keys: Keys, *, pace: Pace | None = None, patience: Patience = PATIENCE) -> Model:
    """A model that answers; nothing is sent yet. `pace` scales the times of simulated ones, `patience` is for the others.

    Raises ConfigError for a model that cannot exist and ModelFailure where a key is needed and there is none.
    """
    if spec.provider == "sim":
        from selforg_tui.models.simulated.model import SimulatedModel
        from selforg_tui.models.simulated.profiles import meant

        return SimulatedModel(meant(_embedded(spec)), pace=pace)
    if offered := _offer(spec.provider):
        return offered.open_model(spec, keys)
    provider, place = place_of(spec, keys)
    if provider.wire == "anthropic":
        from selforg_tui.models.anthropic_wire import AnthropicModel

        return AnthropicModel(provider, place, patience)
    from selforg_tui.models.openai_wire import OpenAIModel

    return OpenAIModel(provider, place, patience)


def place_of(spec: ModelSpec, keys: Keys) -> tuple[Provider, Place]:
    """A declared provider as it is for this model, and where its calls go with which key. Raises as `open_model` does."""
    provider = provider_of(spec, tuple(_offers())).for_model(spec.model)
    own = provider.base_url != providers()[spec.provider].base_url
    local = is_loopback(provider.base_url)
    key = key_for(provider, keys)
    url, query, secret = _split(provider.base_url)
    ca = keys.setting(provider.ca_bundle_from) or provider.ca_bundle
    names = () if own and local else provider.keys
    place = Place(title_of(provider), url, spec.model, names, local, own, key or secret, ca, provider.ca_bundle_from, query)
    if not place.secret and provider.needs_key and not (own and local):
        raise failures.no_key(place)
    if not (place.secret.isascii() and place.secret.isprintable()):
        raise failures.no_such_key(place)
    if ca:
        check_bundle(provider.title, ca, provider.ca_bundle_from)
    return _with_scope(provider, keys), place


def catalogue(keys: Keys, *, prices: bool = True) -> list[Listed]:
    """Models to choose from, simulated ones first. Without `prices` the price table is not loaded."""
    from selforg_tui.models.simulated import profiles

    found = [
        Listed(f"sim:{name}", profile.title, profile.price, None, simulated=True)
        for name, profile in ((name, profiles.profile(name)) for name in profiles.names())
    ]
    for provider in providers().values():
        key = keys.source(provider.keys, provider.name) is not None if provider.needs_key else None
        for known in provider.models:
            if known.suggest or known.paper:
                cost = price(ModelSpec(provider.name, known.match)) if prices else None
                title = f"{known.title or known.match} ({provider.title})"
                found.append(Listed(f"{provider.name}:{known.match}", title, cost, key, provider.keys, paper=known.paper))
        if not any(known.suggest or known.paper for known in provider.models):
            found.append(Listed(f"{provider.name}:MODEL", f"any model at {provider.title} ({provider.base_url})", None, key, provider.keys))
    found += [Listed(f"{name}:MODEL", f"offered by {point.value.partition('.')[0]}", None, None) for name, point in _offers().items()]
    return found


def declared(spec: ModelSpec) -> str | None:
    """The text of the file that a simulated model is described by; None for all others. Raises ConfigError."""
    if spec.provider != "sim":
        return None
    from selforg_tui.models.simulated.profiles import is_file
    from selforg_tui.settings.text_file import read_text

    return read_text(spec.model) if is_file(spec.model) else None


def _embedded(spec: ModelSpec) -> str:
    if spec.base_url:
        raise ConfigError(
            f"The simulated models are built in and have no URL: write sim:{spec.model}, or openai:sim-{spec.model}@{spec.base_url}."
        )
    return spec.model


def _with_scope(provider: Provider, keys: Keys) -> Provider:
    """With the scope of its tokens that the environment names, where it does."""
    offer = provider.token
    scope = keys.setting((offer.scope_from,)) if offer and offer.scope_from else ""
    return msgspec.structs.replace(provider, token=msgspec.structs.replace(offer, scope=scope)) if offer and scope else provider


def _split(url: str) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """The bare URL; the pairs of its query; and the password (or name) in it as a key."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=host, query="", fragment=""))
    return bare.rstrip("/"), tuple(parse_qsl(parts.query, keep_blank_values=True)), parts.password or parts.username or ""


def _offers() -> dict[str, EntryPoint]:
    """What other packages offer, by name; nothing of them is imported, and ours go first."""
    ours = {"sim", *providers()}
    return {point.name: point for point in _points() if point.name not in ours}


@lru_cache(maxsize=1)
def _points() -> tuple[EntryPoint, ...]:
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def _offer(name: str) -> Offer | None:
    point = _offers().get(name)
    if point is None:
        return None
    try:
        offered = point.load()
    except (Exception, SystemExit) as problem:
        raise ConfigError(
            f"The models '{name}' cannot be loaded from {point.value}: {problem}. Repair or remove that package."
        ) from problem
    if not isinstance(offered, Offer):
        raise ConfigError(f"'{name}' is offered as models but is none: {point.value} needs the functions facts and open_model.")
    return offered
