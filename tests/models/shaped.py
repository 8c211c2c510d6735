"""Servers on this machine that answer as a provider would, and remember what they were asked."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from time import time
from typing import Any

import msgspec
from aiohttp import web

from selforg_tui.models.provider_files import declared
from selforg_tui.settings import paths

PIECE = 61
"""Bytes that arrive together: chunks of a stream are torn anywhere."""


class Answered(msgspec.Struct, frozen=True):
    """One answer of the server: an error, or a stream of events."""

    body: str
    status: int = 200


class Asked(msgspec.Struct, frozen=True):
    """One question to the server. Names of headers are in small letters."""

    path: str
    headers: dict[str, str]
    body: Any


class Shaped:
    """Gives its answers in turn, the last one again and again. Tokens are handed out at /oauth: token-1, token-2 …"""

    def __init__(self, answers: Iterable[Answered], *, lives: float = 1800, unknown: Iterable[str] = ()) -> None:
        self.answers = list(answers)
        self.lives = lives
        self.unknown = set(unknown)
        self.asked: list[Asked] = []
        self.tokens: list[Asked] = []
        self.token_answer: Answered | None = None
        self.bought = asyncio.Event()
        """A token was asked for."""
        self.held: asyncio.Event | None = None
        """Tokens are held back until it is set."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The next answer; 401 for a token that is no longer known."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.path == "/oauth":
            return await self._give_token(request, headers)
        self.asked.append(Asked(request.path, headers, await request.json()))
        if headers.get("authorization", "").removeprefix("Bearer ") in self.unknown:
            return web.json_response({"status": 401, "message": "Token has expired"}, status=401)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.status != 200:
            return web.Response(status=answer.status, text=answer.body, content_type="application/json")
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        data = answer.body.encode()
        for start in range(0, len(data), PIECE):
            await response.write(data[start : start + PIECE])
            await asyncio.sleep(0)
        await response.write_eof()
        return response

    async def _give_token(self, request: web.Request, headers: dict[str, str]) -> web.Response:
        self.tokens.append(Asked(request.path, headers, dict(await request.post())))
        self.bought.set()
        number = len(self.tokens)
        if self.held:
            await self.held.wait()
        if self.token_answer:
            return web.Response(status=self.token_answer.status, text=self.token_answer.body, content_type="application/json")
        return web.json_response({"access_token": f"token-{number}", "expires_at": int((time() + self.lives) * 1000)})


@asynccontextmanager
async def serving(shaped: Shaped, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The URL at which the server listens."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", shaped.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def moved(name: str, url: str, **more: str) -> None:
    """Have the user's file put a provider, and where it gives tokens, at this URL; all else stays as declared."""
    fields = {"base_url": url, **more}
    lines = [f"[{name}]", *(f"{field} = {json.dumps(value)}" for field, value in fields.items())]
    if offer := declared(Path("no such file"))[name].token:
        lines.append(f'token = {{ url = "{url}/oauth", scope = "{offer.scope}", scope_from = "{offer.scope_from}" }}')
    declare("\n".join(lines))


def declare(text: str) -> Path:
    """Write the user's providers.toml."""
    file = paths.providers_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file
