"""What both wires share: one streamed call with its deadlines, from the request to the reply or the failure."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from typing import Any, Protocol

import msgspec

from selforg_tui.core.calls import OnDelta, Reply, Request, Structure, Usage
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.auth import Tokens
from selforg_tui.models.base import Patience
from selforg_tui.models.clients import Lease, lease
from selforg_tui.models.failures import Place
from selforg_tui.models.provider import Finish, Provider
from selforg_tui.models.structure import STEPS, about_form, refused_by
from selforg_tui.models.thoughts import Thoughts, closed_only
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.models.transport import RawResponse, events_of

PLACEHOLDER = "no-key-needed"
"""Stands where an SDK insists on a key and a server of one's own needs none."""

PREPARE, EVENT = 1000, 3
"""About how many microseconds it takes to prepare a call and to read an event."""

PATIENCE = Patience()

LONG, SHORT_OF = 2000, 0.7
"""A server that counts less than this share of a prompt of at least so many tokens has not read all of it."""

OURS = frozenset({"max", "warm"})
"""Refusals for which there is another way to ask for the same: nothing is left out."""


class Ended(msgspec.Struct, frozen=True):
    """How a stream ended, once it has."""

    model: str
    finish: Finish
    cost_usd: float | None = None
    simulated: bool = False
    refusal: str = ""


class Body(msgspec.Struct, frozen=True):
    """A request as it is sent."""

    fields: dict[str, Any]
    structure: Structure = "text"
    optional: frozenset[str] = frozenset()
    """Fields that it can do without."""
    headers: dict[str, str] = {}


class Reading(Protocol):
    """Makes sense of one stream's events."""

    begun: bool
    """Something of the reply has arrived, if only a thought."""
    thoughts: Thoughts

    def take(self, events: list[bytes]) -> str:
        """The text in these events. Raises ModelFailure for an error among them, ValueError for nonsense."""

    def rest(self) -> str:
        """Text that was held back, once all events were taken."""

    def ended(self) -> Ended | None:
        """None if the stream broke off before the model was done."""

    def usage(self) -> Usage | None:
        """What the provider has reported so far, None if nothing."""


class WireModel(ABC):
    """A model at a provider. One instance serves all calls; the client behind it may serve other models too.

    `provider` is taken as it is for this model.
    """

    def __init__(self, provider: Provider, place: Place, patience: Patience = PATIENCE) -> None:
        self.provider = provider
        self.place = place
        self.patience = patience
        self.refused = refused_by(place.url, place.model)
        """What the server was found not to take."""
        self._reported = provider.reported
        self._lease: Lease[Any] | None = None
        self._tokens: Lease[Tokens] | None = None

    async def answer(self, request: Request, on_delta: OnDelta | None) -> Reply:
        """The whole reply; pieces go to `on_delta` as they are read. Raises ModelFailure."""
        place = self.place
        if self._lease is None:
            self._lease = lease((self.provider.wire, place.url, place.secret, place.ca, repr(place.query)), self._make_client)
        turns = self._lease.turns
        try:
            client = await self._lease.client()
        except Exception as problem:
            raise failures.of_exception(place, problem, begun=False) from None
        await turns.take(PREPARE)
        clock = asyncio.get_running_loop().time
        began = clock()
        reading = self._reading()
        text: list[str] = []
        first: float | None = None
        patience = self.patience.first_token
        response: RawResponse | None = None
        try:
            async with asyncio.timeout_at(began + min(self.patience.first_token, self.patience.call)) as deadline:
                response, structure = await self._send(client, request)
                async for events in events_of(response):
                    await turns.take(EVENT * len(events))
                    piece = reading.take(events)
                    if first is None and reading.begun:
                        first = clock() - began
                        patience = self.patience.call
                        deadline.reschedule(began + patience)
                    if piece:
                        text.append(piece)
                        if on_delta:
                            on_delta(piece)
            if piece := reading.rest():
                text.append(piece)
                if on_delta:
                    on_delta(piece)
            return self._reply(request, reading, "".join(text), structure, response.headers, (clock() - began, first))
        except Exception as problem:
            failure = self._failure(problem, patience, reading.begun)
            failure.usage = failure.usage or self._spent(request, reading, "".join(text))
            raise failure from None
        finally:
            if response is not None:
                await response.aclose()

    async def close(self) -> None:
        """Give the client back; the last model that used it closes it."""
        for name in ("_lease", "_tokens"):
            shared: Lease[Any] | None = getattr(self, name)
            setattr(self, name, None)
            if shared:
                await shared.give_back()

    async def _send(self, client: Any, request: Request) -> tuple[RawResponse, Structure]:
        """Ask, and ask again at once without what the server does not take, or with a new token where the old one has died."""
        token, renewed = await self._token(), False
        while True:
            body = self._body(request)
            headers = {"Content-Type": "application/json", **body.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
            try:
                return await self._post(client, msgspec.json.encode(body.fields), headers), body.structure
            except Exception as problem:
                status = getattr(problem, "status_code", None)
                if status == 401 and token and not renewed:
                    token, renewed = await self._token(unless=token), True
                elif status not in (400, 422) or not self._leave_out(
                    body, failures.said(getattr(problem, "body", None)), getattr(problem, "param", None)
                ):
                    raise

    async def _token(self, unless: str = "") -> str:
        """The token to ask with where the provider gives one for the key, else nothing."""
        offer = self.provider.token
        if offer is None:
            return ""
        if self._tokens is None:
            place = self.place
            self._tokens = lease(("token", offer.url, offer.scope, place.secret, place.ca), lambda: Tokens(place, offer.url, offer.scope))
        return await (await self._tokens.client()).token(unless)

    def _leave_out(self, body: Body, said: str, parameter: str | None) -> bool:
        """Note what of this body the server says it does not take; False if it says so of nothing that it can do without."""
        if failures.too_long(said):
            return False
        found = {name for name in body.optional if parameter == name or re.search(rf"\b{re.escape(name)}\b", said)}
        if body.structure != "text" and (about_form(said) or about_form(parameter or "")):
            found.add(STEPS[body.structure])
        self.refused |= found
        return bool(found)

    def _failure(self, problem: Exception, patience: float, begun: bool) -> ModelFailure:
        if isinstance(problem, ModelFailure):
            return problem
        if isinstance(problem, TimeoutError):
            return failures.timeout(self.place, patience)
        if isinstance(problem, ValueError):
            return failures.unreadable(self.place, garbled=isinstance(problem, msgspec.DecodeError))
        return failures.of_exception(self.place, problem, begun)

    def _reply(
        self, request: Request, reading: Reading, text: str, structure: Structure, headers: Any, times: tuple[float, float | None]
    ) -> Reply:
        thought, text = closed_only(text)
        reading.thoughts.add(thought)
        ended = reading.ended()
        if ended is None or ended.finish == "broken":
            raise failures.cut_off(self.place)
        if ended.finish == "refused":
            raise failures.refused(self.place, ended.refusal)
        usage = reading.usage() or self._estimate(request, reading, text)
        seconds, first = times
        return Reply(
            text=text,
            usage=usage,
            model=ended.model or self.place.model,
            finish=ended.finish if request.max_tokens else "stop",
            simulated=ended.simulated or "simulated" in ended.model or headers.get("x-selforg-simulated") == "true",
            seconds=seconds,
            first=first,
            cost_usd=ended.cost_usd,
            left_out=tuple(sorted(self.refused - OURS)) if self.refused else (),
            reasoning=reading.thoughts.whole(),
            structure=structure,
            notes=self._notes(request, usage) if self.provider.truncates else (),
        )

    def _notes(self, request: Request, usage: Usage) -> tuple[str, ...]:
        sent = _tokens_of(request)
        if usage.source != "reported" or sent < LONG or usage.input >= SHORT_OF * sent:
            return ()
        place = self.place
        return (f"{place.title} cuts long prompts for {place.model}, so that it did not read all of them. {self.provider.truncates}",)

    def _estimate(self, request: Request, reading: Reading, text: str) -> Usage:
        return reading.thoughts.counted(Usage(_tokens_of(request), estimate_tokens(text), source="estimate"))

    def _spent(self, request: Request, reading: Reading, text: str) -> Usage | None:
        """What a call took that failed: as reported, or an estimate where something of the reply had arrived."""
        reported = reading.usage()
        if reported is None:
            return self._estimate(request, reading, text) if reading.begun else None
        made = self._estimate(request, reading, text)
        if made.output <= reported.output:
            return reported
        return msgspec.structs.replace(reported, output=made.output, reasoning=made.reasoning, source="estimate")

    @abstractmethod
    def _make_client(self) -> Any:
        """The SDK's client; made in a thread."""

    @abstractmethod
    def _reading(self) -> Reading:
        """A reader for one stream."""

    @abstractmethod
    def _body(self, request: Request) -> Body:
        """What is sent, without what the server was found not to take."""

    @abstractmethod
    async def _post(self, client: Any, content: bytes, headers: dict[str, str]) -> RawResponse:
        """Send it; the response as soon as it begins."""


def _tokens_of(request: Request) -> int:
    return sum(estimate_tokens(block.text) for block in request.blocks)
