"""Questions to ask and servers to ask them of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from selforg_tui.core.calls import Block, Request
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.ids import CallId
from selforg_tui.models.base import Model
from selforg_tui.models.registry import open_model
from selforg_tui.models.simserver import SimServer
from selforg_tui.settings.keys import Keys

CANARY = "sk-canary-0123456789abcdef"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def question(
    *visible: str,
    fixed: str = "Rules for all.",
    own: str = "You are agent 01.",
    seed: int = 7,
    temperature: float | None = 0.7,
    most: int = 900,
) -> Request:
    blocks = (Block.of("fixed", fixed), *(Block.of("visible", text) for text in visible), Block.of("own", own))
    return Request(CallId(1, "contribute", 1), "contribute", blocks, most, seed=seed, cache_key="session-1", temperature=temperature)


def spec_at(wire: str, url: str, model: str = "sim-strong") -> ModelSpec:
    return ModelSpec(wire, model, f"{url}/v1" if wire == "openai" else url)


@asynccontextmanager
async def opened(spec: ModelSpec, keys: Keys | None = None) -> AsyncIterator[Model]:
    model = open_model(spec, keys or Keys({}))
    try:
        yield model
    finally:
        await model.close()


@asynccontextmanager
async def simulating(**settings: object) -> AsyncIterator[tuple[SimServer, str]]:
    server = SimServer(**settings)  # type: ignore[arg-type]
    url = await server.start()
    try:
        yield server, url
    finally:
        await server.stop()


@asynccontextmanager
async def faulty(handler: Handler) -> AsyncIterator[str]:
    """A server that answers every request on both wires like this."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def saying(status: int, body: str, **headers: str) -> Handler:
    """A handler that always says this."""

    async def handle(_: web.Request) -> web.StreamResponse:
        kind = "application/json" if status != 200 else "text/event-stream"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, headers={"content-type": kind, **named})

    return handle


async def failure_of(spec: ModelSpec, keys: Keys | None = None) -> ModelFailure:
    """The failure that asking ends in."""
    async with opened(spec, keys) as model:
        try:
            reply = await model.answer(question(), None)
        except ModelFailure as failure:
            return failure
    raise AssertionError(f"no failure but {reply}")
