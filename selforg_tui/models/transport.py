"""Connections over HTTP and what arrives on them, whichever SDK asked."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from selforg_tui.core.errors import ConfigError
from selforg_tui.models.failures import Place
from selforg_tui.models.sse import EventReader

SILENCE, CONNECT = 3600.0, 10.0
"""Seconds; how long a whole call may take is the caller's to say."""
MOST_EVENTS = 256
"""Events that are read in one go."""

LOGGERS = ("openai", "anthropic", "httpx2", "httpcore2", "aiohttp.client")
"""Of the SDKs, and of what they connect with."""


class RawResponse(Protocol):
    """The part of an HTTP response that is read here."""

    headers: Any

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""

    async def aclose(self) -> None:
        """Let go of the connection."""


def http_options(place: Place) -> dict[str, Any]:
    """How connections are made: enough of them for the largest team, and never through a proxy to this machine.

    Both SDKs are used with their aiohttp transport: it takes half the time of the other, and a third with many streams at once.
    """
    import httpx2

    hush()
    options: dict[str, Any] = {
        "limits": httpx2.Limits(max_connections=1000, max_keepalive_connections=256, keepalive_expiry=15),
        "timeout": httpx2.Timeout(SILENCE, connect=CONNECT),
        "follow_redirects": True,
        "trust_env": not place.local,
    }
    if place.ca:
        options["verify"] = trusting(place.ca)
    elif place.local and place.url.startswith("http://"):  # certificates take longer to load than some calls; without any none is trusted
        options["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return options


def hush() -> None:
    """Nothing is logged behind our back, also where OPENAI_LOG or ANTHROPIC_LOG asks for it.

    Those logs go to the terminal that the screen is on, with the URLs, and with headers as servers send them.
    """
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if logger.propagate:
            logger.propagate = False
            logger.addHandler(logging.NullHandler())


def trusting(ca_bundle: str) -> ssl.SSLContext:
    """Trusts what this machine trusts, and the certificates in this file besides. Raises OSError (as ssl.SSLError is one)."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=str(Path(ca_bundle).expanduser()))
    return context


def check_bundle(title: str, ca_bundle: str, variables: tuple[str, ...]) -> None:
    """Raises ConfigError for a file of certificates that cannot be used."""
    try:
        trusting(ca_bundle)
    except OSError as problem:
        why = "it holds no certificates" if isinstance(problem, ssl.SSLError) else problem.strerror or "it cannot be read"
        named = " or ".join(("ca_bundle in providers.toml", *variables))
        raise ConfigError(f"The certificates for {title} in {ca_bundle} cannot be used: {why}. Correct {named}.") from None


async def events_of(response: RawResponse) -> AsyncIterator[list[bytes]]:
    """The data of the events, a network read at a time, with turns for others in between. Raises ValueError for a page."""
    reader = EventReader()
    kind = response.headers.get("content-type", "")
    if "html" in kind:
        raise ValueError("a page, not a reply")
    streamed = "json" not in kind
    whole: list[bytes] = []
    async for data in response.aiter_bytes():
        if not streamed:  # a server that cannot stream sends the reply in one object
            whole.append(data)
            continue
        events = reader.feed(data)
        while len(events) > MOST_EVENTS:
            yield events[:MOST_EVENTS]
            events = events[MOST_EVENTS:]
        if events:
            yield events
    yield reader.rest() if streamed else [b"".join(whole)]
