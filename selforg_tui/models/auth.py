"""Tokens that live for a while, got from a provider in exchange for a key."""

from __future__ import annotations

import asyncio
from time import time
from typing import Any
from uuid import uuid4

import msgspec

from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.transport import http_options
from selforg_tui.settings.keys import keep_secret

EARLY = 60.0
"""Seconds before its end that a token is renewed, so that no call sets out with one that dies on the way."""

PATIENCE = 30.0
"""Seconds that an answer may take."""

MOST_BYTES = 64 * 1024
_MILLISECONDS = 100_000_000_000
"""Times above this are in milliseconds: as seconds they would be in the year 5138."""


class _Given(msgspec.Struct):
    access_token: str
    expires_at: float = 0


class Tokens:
    """The token for one key. Whoever needs it while it is being renewed waits for the same renewal."""

    def __init__(self, place: Place, url: str, scope: str) -> None:
        self._place = msgspec.structs.replace(place, url=url)
        self._scope = scope
        self._token = ""
        self._until = 0.0
        self._renewal: asyncio.Task[None] | None = None

    async def token(self, unless: str = "") -> str:
        """A token that is good for a while. `unless`: one that was refused, so that it must be another. Raises ModelFailure."""
        if unless and unless == self._token:
            self._until = 0.0
        if time() >= self._until - EARLY:
            if self._renewal is None:
                self._renewal = asyncio.create_task(self._renew())
                self._renewal.add_done_callback(self._renewed)
            await asyncio.shield(self._renewal)  # whoever is cancelled leaves it to the others
        return self._token

    async def close(self) -> None:
        """Nobody needs it any more."""
        if self._renewal is not None:
            self._renewal.cancel()
        self._token, self._until = "", 0.0

    def _renewed(self, renewal: asyncio.Task[None]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # whoever waits has it; where nobody does any more it is no news

    async def _renew(self) -> None:
        import httpx2

        place = self._place
        headers = {"Authorization": f"Basic {place.secret}", "RqUID": str(uuid4()), "Accept": "application/json"}
        try:
            async with asyncio.timeout(PATIENCE), httpx2.AsyncClient(**http_options(place)) as client:
                response = await client.post(place.url, data={"scope": self._scope}, headers=headers)
        except Exception as problem:
            raise failures.of_exception(place, problem, begun=False) from None
        if response.status_code != 200:
            raise _refusal(place, response.status_code, response.content[:MOST_BYTES], response.headers)
        try:
            given = msgspec.json.decode(response.content[:MOST_BYTES], type=_Given)
        except ValueError:
            raise failures.unreadable(place) from None
        if not given.access_token or not (given.access_token.isascii() and given.access_token.isprintable()):
            raise failures.unreadable(place)
        keep_secret(given.access_token)
        until = given.expires_at / 1000 if given.expires_at > _MILLISECONDS else given.expires_at
        self._token, self._until = given.access_token, until or time() + 10 * EARLY


def _refusal(place: Place, status: int, body: bytes, headers: Any) -> ModelFailure:
    try:
        told = failures.said(msgspec.json.decode(body))
    except ValueError:
        told = "no explanation"
    if status in (400, 401, 403):  # also a key that is not base64, or a scope that it is not for
        return failures.no_token(place, told)
    return failures.of_status(place, status, told, headers)
