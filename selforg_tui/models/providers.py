"""Who offers models: the declared facts of each provider, ours and the user's, by name."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import urlsplit

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.models.provider import Cache, KnownModel, Provider, Temperature, is_loopback, is_url
from selforg_tui.models.provider_files import declared
from selforg_tui.settings import paths
from selforg_tui.settings.keys import keep_secret
from selforg_tui.settings.redact import secrets_in

__all__ = ["Cache", "KnownModel", "Provider", "Temperature", "is_loopback", "is_url", "place_name", "provider_of", "providers", "title_of"]


def providers() -> dict[str, Provider]:
    """All declared providers by name. Raises ConfigError for a mistake in the user's file, which is read once."""
    return declared(paths.providers_file())


def provider_of(spec: ModelSpec, others: tuple[str, ...] = ()) -> Provider:
    """The provider that a specification names, at its own URL or the one given there.

    `others` are names that are offered elsewhere, for the hint. Raises ConfigError.
    """
    found = providers().get(spec.provider)
    for secret in secrets_in(spec.base_url or (found.base_url if found else "")):
        keep_secret(secret)
    if found is None:
        names = ["sim", *providers(), *others]
        close = get_close_matches(spec.provider, names, 1)
        hint = f"did you mean '{close[0]}:{spec.model}'?" if close else f"choose one of {', '.join(names)}."
        raise ConfigError(f"There is no provider '{spec.provider}': {hint}")
    if spec.base_url is not None and not is_url(spec.base_url):
        raise ConfigError(f"'{spec.base_url}' is no usable URL: write it like http://127.0.0.1:8089/v1.")
    return found.at(spec.base_url)


def title_of(provider: Provider) -> str:
    """What a person calls the place: the provider, or the host and port of a server of one's own, which is no business of the provider."""
    usual = providers().get(provider.name)
    if usual is None or provider.base_url == usual.base_url:
        return provider.title
    return urlsplit(provider.base_url).netloc.rpartition("@")[2]


def place_name(provider: Provider) -> str:
    """Whose limits its calls share: the provider, and the host that they go to; without a user's name."""
    return f"{provider.name}@{urlsplit(provider.base_url).netloc.rpartition('@')[2]}"
