"""Asks a provider for the models that it lists, with the user's key and nothing of theirs besides."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msgspec

from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.provider import Provider, TokenOffer

MOST_BODY = 8_000_000
"""Bytes; OpenRouter lists some hundred models with their descriptions."""
CONNECT, SILENCE = 3.0, 4.0
"""Seconds."""
ANTHROPIC_VERSION = "2026-10-21"
"""The one that the SDK speaks, under which a key goes out as everybody's."""


def served(provider: Provider, place: Place) -> frozenset[str] | None:
    """The names of its models; None where it answers without a list. Blocks for some seconds at most. Raises ModelFailure."""
    import httpx2

    from selforg_tui.models.transport import http_options

    anthropic = provider.wire == "anthropic"
    bearer = asyncio.run(_token(provider.token, place)) if provider.token else place.secret
    url = place.url.removesuffix("/v1") + "/v1/models" if anthropic else place.url + "/models"
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
    if anthropic:
        headers["anthropic-version"] = ANTHROPIC_VERSION
        if place.own:
            headers["x-api-key"] = place.secret
    options = {**http_options(place), "timeout": httpx2.Timeout(SILENCE, connect=CONNECT), "follow_redirects": False}
    try:
        with (
            httpx2.Client(**options) as client,
            client.stream(
                "GET", url, params={**({"limit": "1000"} if anthropic else {}), **dict(place.query)} or None, headers=headers
            ) as response,
        ):
            data = b""
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MOST_BODY:
                    return None
    except ModelFailure:
        raise
    except Exception as problem:
        raise _failure(place, problem) from None
    value = _value(data)
    if response.status_code in (404, 405):  # it has no list, but it is there
        return None
    if response.status_code != 200:
        raise failures.of_status(place, response.status_code, failures.said(value), response.headers)
    listed = value.get("data") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        return None
    names = (each.get("id") for each in listed if isinstance(each, dict))
    return frozenset(name.removeprefix("models/") for name in names if isinstance(name, str))


async def _token(offer: TokenOffer, place: Place) -> str:
    """What the key is exchanged for. Raises ModelFailure."""
    from selforg_tui.models.auth import Tokens

    return await Tokens(place, offer.url, offer.scope).token()


def lists(names: frozenset[str], model: str) -> bool:
    """Whether a model is among these: by its name, or its name with a date or a tag behind it."""
    dated = re.compile(re.escape(model) + r"(?:[-:@](?:latest|\d[\d-]*))?")
    return model in names or any(dated.fullmatch(name) for name in names)


def _value(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return None


def _failure(place: Place, problem: Exception) -> ModelFailure:
    import ssl

    chain: list[BaseException] = [problem]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and len(chain) < 20:
        chain.append(cause)
    if any(isinstance(each, ssl.SSLError) for each in chain):
        return ModelFailure(
            "no_server", f"The certificate of {place.url} cannot be trusted. Check the URL and this machine's certificates."
        )
    return failures.of_exception(place, problem, begun=False)
