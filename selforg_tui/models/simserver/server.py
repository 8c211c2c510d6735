"""The server itself: routes, pacing, and the order in which barrier, cache and journal see a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.ids import digest
from selforg_tui.models.simserver import anthropic_api, openai_api
from selforg_tui.models.simserver.answer import Answer, answer
from selforg_tui.models.simserver.asked import Asked, BadRequest
from selforg_tui.models.simserver.barrier import Barrier, Barriers
from selforg_tui.models.simserver.canned import Canned
from selforg_tui.models.simserver.journal import Entry, Journal, Wire
from selforg_tui.models.simserver.prefix_cache import PrefixCache
from selforg_tui.models.simulated.profiles import names

if TYPE_CHECKING:
    from aiohttp import web

MOST_BODY = 64 * 1024 * 1024
HEADERS = {"x-selforg-simulated": "true"}
_OUT_OF_STEP = 0.618
"""Multiples of this fall anywhere between two whole numbers, evenly."""


class SimServer:
    """Simulated models over real HTTP.

    `latency` is seconds before the first token, `tokens_per_second` the pace after it (None: at once). `barrier` holds
    requests together, several one after another. `canned` answers every stream with the same reply made beforehand.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        latency: float = 0,
        tokens_per_second: float | None = None,
        cache: bool = True,
        barrier: Barrier | Sequence[Barrier] | None = None,
        journal: Path | None = None,
        canned: Canned | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.latency = latency
        self.tokens_per_second = tokens_per_second
        self.cache = PrefixCache() if cache else None
        self.barriers = Barriers(barrier)
        self.canned = canned
        self._streams = 0
        self._journal_file = journal
        self.journal = Journal()
        self._began = 0.0
        self._runner: web.AppRunner | None = None
        self._canned: dict[Wire, list[bytes]] = {}

    async def start(self) -> str:
        """Listen, and say where: the URL without a path. Raises ConfigError for a taken port, StorageError for the journal."""
        from aiohttp import web

        self._began = asyncio.get_running_loop().time()
        try:
            self.journal = Journal(self._journal_file)
        except OSError as problem:
            raise StorageError(
                f"The journal {self._journal_file} cannot be written ({problem.strerror}). Choose another --journal."
            ) from None
        if self.canned:
            self._canned = {wire: self._canned_frames(wire, self.canned) for wire in ("openai", "anthropic")}
        app = web.Application(client_max_size=MOST_BODY)
        app.add_routes(
            [
                web.get("/", self._hello),
                web.get("/v1/models", self._models),
                web.post("/v1/chat/completions", self._openai),
                web.post("/v1/messages", self._anthropic),
                web.get("/journal", self._show_journal),
                web.delete("/journal", self._clear_journal),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port, backlog=1024).start()
        except OSError as problem:
            await self.stop()
            raise ConfigError(f"The server cannot listen on {self.host}:{self.port} ({problem.strerror}). Choose another --port.") from None
        self.port = self._runner.addresses[0][1]
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    async def stop(self) -> None:
        """Stop listening and let go of everything."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        self.journal.close()

    async def _hello(self, _: web.Request) -> web.Response:
        about = {"name": "selforg-tui sim-server", "simulated": True, "models": [f"sim-{profile}" for profile in names()]}
        return _json(200, msgspec.json.encode(about))

    async def _models(self, _: web.Request) -> web.Response:
        return _json(200, openai_api.models())

    async def _show_journal(self, _: web.Request) -> web.Response:
        return _json(200, self.journal.encoded())

    async def _clear_journal(self, _: web.Request) -> web.Response:
        self.journal.clear()
        return _json(200, b"{}")

    async def _openai(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("openai", request)

    async def _anthropic(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("anthropic", request)

    async def _serve(self, wire: Wire, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        api = openai_api if wire == "openai" else anthropic_api
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            problem = BadRequest(413, "too_large", f"The body is larger than {MOST_BODY // 1024 // 1024} MB.")
            return _json(413, api.error(problem))
        if self.canned:
            return await self._serve_canned(wire, request)
        entry = self.journal.begin(wire, raw, self._now())
        status = 499  # where the client goes away first
        try:
            asked = api.read(raw)
            entry.model, entry.digest = asked.model, digest(*asked.texts)
            if not await self.barriers.arrive():
                raise BadRequest(500, "barrier", "The barrier broke: not all promised requests arrived in time.")
            made = answer(asked, self.cache, wire == "anthropic", self.tokens_per_second)
            if self.latency:
                await asyncio.sleep(self.latency)
            _note(entry, made)
            if self.cache and made.hit:
                self.cache.remember(made.hit)
            response = await self._reply(wire, request, asked, made, entry.number)
            status = 200
            return response
        except BadRequest as problem:
            status, entry.error = problem.status, str(problem)
            return _json(status, api.error(problem))
        finally:
            self.journal.end(entry, status, self._now())

    async def _reply(self, wire: Wire, request: web.Request, asked: Asked, made: Answer, number: int) -> web.StreamResponse:
        from aiohttp import web

        if not asked.stream:
            await asyncio.sleep(made.output / self.tokens_per_second if self.tokens_per_second else 0)
            return _json(200, openai_api.whole(made, number) if wire == "openai" else anthropic_api.whole(made, number))
        frames = openai_api.frames(made, number, asked.usage_in_stream) if wire == "openai" else anthropic_api.frames(made, number)
        if self.tokens_per_second is None:
            return web.Response(body=b"".join(frames), content_type="text/event-stream", headers=HEADERS)
        response = web.StreamResponse(headers={**HEADERS, "content-type": "text/event-stream"})
        await response.prepare(request)
        pause = made.output / self.tokens_per_second / len(frames)
        for index, frame in enumerate(frames):
            await asyncio.sleep(pause if index else 0)
            await response.write(frame)
        await response.write_eof()
        return response

    async def _serve_canned(self, wire: Wire, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        if self.latency:
            await asyncio.sleep(self.latency)
        writes = self._canned[wire]
        if len(writes) == 1:
            return web.Response(body=writes[0], content_type="text/event-stream", headers=HEADERS)
        response = web.StreamResponse(headers={**HEADERS, "content-type": "text/event-stream"})
        await response.prepare(request)
        pause = self.canned.pause if self.canned else 0.0
        self._streams += 1
        await asyncio.sleep(pause * (self._streams * _OUT_OF_STEP % 1))
        began = self._now()
        for number, data in enumerate(writes, 1):
            await response.write(data)
            await asyncio.sleep(max(0.0, began + number * pause - self._now()))
        await response.write_eof()
        return response

    def _canned_frames(self, wire: Wire, canned: Canned) -> list[bytes]:
        pieces = tuple(canned.pieces())
        made = Answer("sim-canned (simulated)", pieces, canned.input_tokens, canned.deltas, 0, 0, cut=False, hit=None)
        frames = openai_api.frames(made, 1, usage=True) if wire == "openai" else anthropic_api.frames(made, 1)
        each = canned.per_write or len(frames)
        return [b"".join(frames[start : start + each]) for start in range(0, len(frames), each)]

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._began


def serve(
    host: str = "127.0.0.1",
    port: int = 8089,
    *,
    latency: float = 0,
    tokens_per_second: float | None = None,
    journal: Path | None = None,
    canned: Canned | None = None,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted; `announce` is told the URL once the server listens. Raises ConfigError."""

    async def forever() -> None:
        server = SimServer(host, port, latency=latency, tokens_per_second=tokens_per_second, journal=journal, canned=canned)
        url = await server.start()
        try:
            if announce:
                announce(url)
            await asyncio.Event().wait()
        finally:
            await server.stop()

    asyncio.run(forever())


def _json(status: int, body: bytes) -> web.Response:
    from aiohttp import web

    return web.Response(status=status, body=body, content_type="application/json", headers=HEADERS)


def _note(entry: Entry, made: Answer) -> None:
    entry.input, entry.output = made.input, made.output
    entry.cached, entry.cache_written = made.cached, made.cache_written
    entry.reply = made.text
