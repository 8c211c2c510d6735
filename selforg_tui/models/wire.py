"""What both wires share: one streamed call with its deadlines, from the request to the reply or the failure."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Any, Protocol

import msgspec

from selforg_tui.core.calls import OnDelta, Reply, Request, Usage
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.clients import Lease, lease
from selforg_tui.models.failures import Place
from selforg_tui.models.providers import Provider
from selforg_tui.models.sse import EventReader
from selforg_tui.models.tokens import estimate_tokens

FIRST_TOKEN = 120.0
TOTAL = 600.0
CONNECT = 10.0
PLACEHOLDER = "no-key-needed"
"""Stands where an SDK insists on a key and a server of one's own needs none."""

MOST_EVENTS = 256
"""Events that are read in one go."""

PREPARE, EVENT = 1000, 3
"""About how many microseconds it takes to prepare a call and to read an event."""


class Ended(msgspec.Struct, frozen=True):
    """How a stream ended, once it has."""

    model: str
    finish: str
    usage: Usage | None
    cost_usd: float | None = None
    simulated: bool = False
    refusal: str = ""


class Reading(Protocol):
    """Makes sense of one stream's events."""

    begun: bool
    """Something of the reply has arrived, if only a thought."""

    def take(self, events: list[bytes]) -> str:
        """The text in these events. Raises ModelFailure for an error among them, ValueError for nonsense."""

    def ended(self) -> Ended | None:
        """None if the stream broke off before the model was done."""


class RawResponse(Protocol):
    """The part of an HTTP response that is read here."""

    headers: Any

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""

    async def aclose(self) -> None:
        """Let go of the connection."""


class WireModel(ABC):
    """A model at a provider. One instance serves all calls; the client behind it may serve other models too."""

    def __init__(self, provider: Provider, place: Place, *, first_token: float = FIRST_TOKEN, total: float = TOTAL) -> None:
        self.provider = provider
        self.place = place
        self.first_token = first_token
        self.total = total
        self.dropped: set[str] = set()
        """What the server was found not to take."""
        self._lease: Lease[Any] | None = None

    async def answer(self, request: Request, on_delta: OnDelta | None) -> Reply:
        """The whole reply; pieces go to `on_delta` as they are read. Raises ModelFailure."""
        if self._lease is None:
            self._lease = lease((self.provider.wire, self.place.url, self.place.secret), self._make_client)
        turns = self._lease.turns
        try:
            client = await self._lease.client()
        except Exception as problem:
            raise failures.of_exception(self.place, problem, begun=False) from None
        await turns.take(PREPARE)
        clock = asyncio.get_running_loop().time
        began = clock()
        reading = self._reading()
        text: list[str] = []
        first: float | None = None
        patience = self.first_token
        response: RawResponse | None = None
        try:
            async with asyncio.timeout_at(began + min(self.first_token, self.total)) as deadline:
                response = await self._send(client, request)
                async for events in _events(response):
                    await turns.take(EVENT * len(events))
                    piece = reading.take(events)
                    if first is None and reading.begun:
                        first = clock() - began
                        patience = self.total
                        deadline.reschedule(began + self.total)
                    if piece:
                        text.append(piece)
                        if on_delta:
                            on_delta(piece)
        except ModelFailure:
            raise
        except TimeoutError:
            raise failures.timeout(self.place, patience) from None
        except ValueError:
            raise failures.unreadable(self.place) from None
        except Exception as problem:
            raise failures.of_exception(self.place, problem, reading.begun) from None
        finally:
            if response is not None:
                await response.aclose()
        return self._reply(request, "".join(text), reading.ended(), response.headers, clock() - began, first)

    async def close(self) -> None:
        """Give the client back; the last model that used it closes it."""
        shared, self._lease = self._lease, None
        if shared:
            await shared.give_back()

    def _reply(self, request: Request, text: str, ended: Ended | None, headers: Any, seconds: float, first: float | None) -> Reply:
        if ended is None:
            raise failures.cut_off(self.place)
        if ended.finish == "refused":
            raise failures.refused(self.place, ended.refusal)
        usage = ended.usage or Usage(
            input=sum(estimate_tokens(block.text) for block in request.blocks), output=estimate_tokens(text), source="estimate"
        )
        return Reply(
            text=text,
            usage=usage,
            model=ended.model or self.place.model,
            finish=ended.finish,
            simulated=ended.simulated or "simulated" in ended.model or headers.get("x-selforg-simulated") == "true",
            seconds=seconds,
            first=first,
            cost_usd=ended.cost_usd,
            left_out=tuple(sorted(self.dropped - {"max"})) if self.dropped else (),
        )

    @abstractmethod
    def _make_client(self) -> Any:
        """The SDK's client; made in a thread."""

    @abstractmethod
    def _reading(self) -> Reading:
        """A reader for one stream."""

    @abstractmethod
    async def _send(self, client: Any, request: Request) -> RawResponse:
        """Send the request; the response as soon as it begins."""


def http_options(local: bool) -> dict[str, Any]:
    """How connections are made: enough of them for the largest team, and never through a proxy to this machine.

    Both SDKs are used with their aiohttp transport: it takes half the time of the other, and a third with many streams at once.
    """
    import httpx2

    return {
        "limits": httpx2.Limits(max_connections=1000, max_keepalive_connections=256, keepalive_expiry=15),
        "timeout": httpx2.Timeout(TOTAL, connect=CONNECT),
        "follow_redirects": True,
        "trust_env": not local,
    }


async def _events(response: RawResponse) -> AsyncIterator[list[bytes]]:
    """The data of the events, a network read at a time, with turns for others in between."""
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
