"""One provider at a time: is there a key, does it answer, has it the models, and what is known of them.

A provider without a key is not asked at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError, ModelFailure
from selforg_tui.doctor.findings import ModelFinding, PlaceFinding, Reach, State
from selforg_tui.doctor.served import lists, served
from selforg_tui.models import discovery, reach, registry
from selforg_tui.models.key_of import key_source
from selforg_tui.models.providers import Provider, is_loopback, provider_of, providers
from selforg_tui.models.reach import host_of
from selforg_tui.settings.keys import Keys


class Visit(msgspec.Struct, frozen=True):
    """A provider at one place, and the models there that the user named."""

    provider: Provider
    wanted: tuple[ModelSpec, ...] = ()

    @property
    def local(self) -> bool:
        """On this machine."""
        return is_loopback(self.provider.base_url)


def visits(specs: Iterable[ModelSpec]) -> tuple[Visit, ...]:
    """All declared providers, and the places of these models besides. Raises ConfigError for a provider that there is not."""
    found: dict[tuple[str, str], Visit] = {(provider.name, provider.base_url): Visit(provider) for provider in providers().values()}
    for spec in dict.fromkeys(msgspec.structs.replace(spec, seats=None) for spec in specs):
        if spec.provider not in providers():  # built in, or of another package that knows its own places
            registry.facts(spec)
            continue
        provider = provider_of(spec)
        place = (provider.name, provider.base_url)
        before = found.get(place, Visit(provider))
        found[place] = msgspec.structs.replace(before, wanted=(*before.wanted, spec))
    return tuple(found.values())


def visit(to: Visit, keys: Keys) -> PlaceFinding:
    """Look at one place. Blocks for some seconds at most, or as long as the user's key command; never raises but for faults."""
    began = time.monotonic()
    found = _local(to, keys) if to.local else _remote(to, keys)
    if found.reach in ("not asked", "offline"):
        return found
    return msgspec.structs.replace(found, seconds=time.monotonic() - began)


def unanswered(to: Visit, keys: Keys, seconds: float) -> PlaceFinding:
    """What is said of a place that was not done with in time."""
    return _finding(
        to, keys, "silent", "trouble", f"It did not answer within {seconds:.0f} s.", "Check the connection, or try again later."
    )


def _remote(to: Visit, keys: Keys) -> PlaceFinding:
    provider = to.provider
    source = key_source(provider, keys)
    if source is None and provider.needs_key:
        names = " or ".join(provider.keys)
        state: State = "trouble" if to.wanted else "off"
        ways = f"Set {names}, or name" if names else "Name"
        return _finding(
            to,
            keys,
            "not asked",
            state,
            "no key, not asked",
            f"{ways} a command under [keys] in config.toml, or paste one in Setup (Ctrl+G).",
        )
    try:
        usual = provider.base_url == providers()[provider.name].base_url
        nameless = ModelSpec(provider.name, "its models", None if usual else provider.base_url)
        provider, place = registry.place_of(next(iter(to.wanted), nameless), keys)
        urls = (place.url, *((provider.token.url,) if provider.token else ()))
        if not all(reach.by_proxy(host) or reach.resolves(host) for host in map(host_of, urls)):
            text = "offline: there is no connection, or its name does not resolve."
            return _finding(to, keys, "offline", "trouble", text, "Check the connection; simulated models work without.")
        names_of = served(provider, place)
    except ConfigError as problem:
        return _finding(to, keys, "not asked", "trouble", str(problem), "")
    except ModelFailure as problem:
        told: Reach = "silent" if problem.kind in ("no_server", "timeout") else "not asked" if problem.kind == "no_key" else "refused"
        sentence, _, advice = str(problem).partition(". ")
        return _finding(to, keys, told, "trouble", f"{sentence}.".replace("..", "."), advice)
    models = _models(to, names_of)
    if names_of is None:
        return _finding(to, keys, "reached", "note", "It answers, but lists no models.", "'doctor --live' asks one.", models)
    return _judged(to, keys, models, f"answers, with {len(names_of):,} models")


def _local(to: Visit, keys: Keys) -> PlaceFinding:
    server = discovery.look(to.provider, keys)
    discovery.remember(server)
    if server.state == "running":
        names = frozenset(ModelSpec.parse(each.spec).model for each in server.models)
        wanted = to.wanted or tuple(ModelSpec.parse(each.spec) for each in server.models[:8])
        models = _models(msgspec.structs.replace(to, wanted=wanted), names, named=bool(to.wanted))
        count = len(server.models)
        return _judged(
            to, keys, models, f"runs here, with {count:,} model{'' if count == 1 else 's'}" if count else "runs here, without a model"
        )
    if server.state == "needs_key":
        name = f"Set {' or '.join(to.provider.keys)}" if to.provider.keys else "Paste it in Setup (Ctrl+G)"
        return _finding(to, keys, "refused", "trouble" if to.wanted else "note", "It runs here and wants a key.", f"{name}.")
    state: State = "trouble" if to.wanted else "off"
    if server.state == "other":
        text, advice = "Somebody answers there who is no server of models.", "Does the URL have to end in /v1?" if to.wanted else ""
        return _finding(to, keys, "reached", state, text, advice)
    return _finding(to, keys, "silent", state, "not running", "Start it, or choose another model." if to.wanted else "")


def _judged(to: Visit, keys: Keys, models: tuple[ModelFinding, ...], text: str) -> PlaceFinding:
    """A place that answers: well, unless it has not what the user named."""
    missing = [each.spec for each in models if each.wanted and each.served is False]
    unpriced = [each.spec for each in models if each.wanted and each.price is None and not to.local]
    if missing:
        return _finding(
            to, keys, "reached", "trouble", f"{text}, but not {_listed(missing)}.", "Check the name, or choose another model.", models
        )
    gone = [each.spec for each in models if not each.wanted and each.served is False]
    if gone:
        return _finding(
            to, keys, "reached", "note", f"{text}, but {_listed(gone)} not among them.", "Choose another of its models.", models
        )
    if unpriced:
        advice = "State it in prices.toml to see what runs cost."
        return _finding(to, keys, "reached", "note", f"{text}; nobody knows the price of {_listed(unpriced)}.", advice, models)
    return _finding(to, keys, "reached", "fine", f"{text}.", "", models)


def _models(to: Visit, names: frozenset[str] | None, named: bool = True) -> tuple[ModelFinding, ...]:
    """The models that the user named, then those that are suggested."""
    suggested = [] if to.local else [ModelSpec(to.provider.name, known.match) for known in to.provider.models if known.suggest]
    if to.provider is not providers().get(to.provider.name):
        suggested = []
    found = []
    for spec in dict.fromkeys((*to.wanted, *suggested)):
        try:
            facts = registry.facts(spec)
        except ConfigError:  # of the price file, which is told among the files
            continue
        found.append(
            ModelFinding(
                spec=spec.name,
                wanted=named and spec in to.wanted,
                served=None if names is None else lists(names, spec.model),
                price=facts.price,
                context=facts.context,
                structure=facts.structure,
                temperature=facts.temperature != "none",
                note=discovery.window_note(spec),
            )
        )
    return tuple(found)


def _finding(
    to: Visit, keys: Keys, told: Reach, state: State, text: str, advice: str, models: tuple[ModelFinding, ...] | None = None
) -> PlaceFinding:
    provider, url = to.provider, _plain(to.provider.base_url)
    return PlaceFinding(
        provider=provider.name,
        title=provider.title if provider is providers().get(provider.name) else f"{provider.title} at {url.partition('//')[2]}",
        url=url,
        key=key_source(provider, keys),
        needs_key=provider.needs_key and not to.local,
        reach=told,
        state=state,
        text=text,
        advice=advice,
        models=_models(to, None) if models is None and (to.wanted or state != "off") else models or (),
    )


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
