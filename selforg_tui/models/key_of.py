"""Which key goes to which place: one rule for calls, for the doctor, and for what is shown before either."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from selforg_tui.core.config import ModelSpec
from selforg_tui.models.providers import Provider, is_loopback, providers
from selforg_tui.settings.keys import COMMAND, Keys

IN_URL = "in the URL"


def key_source(provider: Provider, keys: Keys) -> str | None:
    """Where the key for this provider, at this place, would come from; see `Keys.source`. Nothing is run."""
    parts = urlsplit(provider.base_url)
    if parts.password or parts.username:
        return IN_URL
    found = keys.source(_names(provider), provider.name)
    return None if found == COMMAND and _private(provider) else found


def key_for(provider: Provider, keys: Keys) -> str | None:
    """The key for this provider at this place, but for one in the URL. May run the user's key command, and wait for it.

    Raises ModelFailure where that fails.
    """
    if _private(provider):
        return keys.find((), provider.name)
    return keys.fetch(provider.keys, provider.name, _every_name())


def key_at_hand(provider: Provider, keys: Keys) -> str | None:
    """As `key_for`, but without running anything: None where only a command would give it."""
    parts = urlsplit(provider.base_url)
    return keys.find(_names(provider), provider.name) or parts.password or parts.username


def look_up(specs: Iterable[ModelSpec], keys: Keys) -> None:
    """Have the keys ready that these models need, so that nobody has to wait for a command later. Raises ModelFailure."""
    for spec in specs:
        if (provider := providers().get(spec.provider)) is not None:
            key_for(provider.at(spec.base_url), keys)


def waits(specs: Iterable[ModelSpec], keys: Keys) -> bool:
    """Whether `look_up` may have to run a command."""
    found = (providers().get(spec.provider) for spec in specs)
    return any(provider is not None and keys.source(provider.keys, provider.name) == COMMAND for provider in found)


def _private(provider: Provider) -> bool:
    """A server of one's own on this machine: a provider's key is not for it, only one that was pasted."""
    usual = providers().get(provider.name)
    return usual is not None and provider.base_url != usual.base_url and is_loopback(provider.base_url)


def _names(provider: Provider) -> tuple[str, ...]:
    return () if _private(provider) else provider.keys


def _every_name() -> frozenset[str]:
    return frozenset(name for provider in providers().values() for name in provider.keys)
