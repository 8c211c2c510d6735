"""Servers on this machine, over real HTTP: what each kind says of its models, and what nobody should say."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.engine.estimate import estimate
from selforg_tui.models import discovery, loopback
from selforg_tui.models.discovery import Server, discover, look, places
from selforg_tui.models.providers import Provider, providers
from selforg_tui.models.registry import facts
from selforg_tui.settings.keys import Keys
from tests.models.asking import faulty, simulating

CANARY = "sk-canary-0123456789abcdef"


def at(name: str, url: str) -> Provider:
    return providers()[name].at(f"{url}/v1" if name != "anthropic" else url)


def answering(pages: dict[str, Any]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """JSON by method and path; 404 for all else. A page may be a function of what was sent."""

    async def handle(request: web.Request) -> web.StreamResponse:
        page = pages.get(f"{request.method} {request.path}")
        if callable(page):
            page = page(await request.json())
        return web.Response(status=404, text="no") if page is None else web.json_response(page)

    return handle


def listing(*names: str, **more: Any) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model", **more} for name in names]}


async def seen(provider: Provider, keys: Keys | None = None) -> Server:
    return await asyncio.to_thread(look, provider, keys)


def windows(server: Server) -> dict[str, tuple[int | None, str]]:
    return {ModelSpec.parse(each.spec).model: (each.context, each.note) for each in server.models}


async def test_vllm_states_its_window_in_the_list() -> None:
    async with faulty(answering({"GET /v1/models": listing("org/Model-7B", max_model_len=8192)})) as url:
        server = await seen(at("vllm", url))
    assert (server.state, windows(server)) == ("running", {"org/Model-7B": (8192, "")})
    assert server.models[0].spec == f"vllm:org/Model-7B@{url}/v1"
    assert server.models[0].about == "vLLM, window 8,192"


async def test_llamacpp_states_that_of_a_slot_elsewhere() -> None:
    pages: dict[str, Any] = {"GET /v1/models": listing("m.gguf", meta={"n_ctx_train": 131072})}
    async with faulty(answering(pages)) as url:
        trained = windows(await seen(at("llamacpp", url)))
        pages["GET /props"] = {"default_generation_settings": {"n_ctx": 2048}}
        slot = windows(await seen(at("llamacpp", url)))
    assert trained["m.gguf"][0] == 131072
    assert "trained" in trained["m.gguf"][1]
    assert slot == {"m.gguf": (2048, "")}


async def test_lmstudio_says_how_a_model_is_loaded() -> None:
    more = {
        "data": [
            {"id": "loaded", "type": "llm", "max_context_length": 32768, "loaded_context_length": 4096},
            {"id": "idle", "type": "vlm", "max_context_length": 32768},
            {"id": "embed", "type": "embeddings", "max_context_length": 512},
        ]
    }
    async with faulty(answering({"GET /v1/models": listing("loaded", "idle", "embed"), "GET /api/v0/models": more})) as url:
        found = windows(await seen(at("lmstudio", url)))
    assert found["loaded"] == (4096, "as it is loaded now")
    assert found["idle"][0] == 32768
    assert "less" in found["idle"][1]
    assert "embed" not in found


async def test_ollama_says_what_is_in_force_where_it_can() -> None:
    shown = {
        "idle:8b": {"capabilities": ["completion"], "model_info": {"qwen3.context_length": 40960}, "parameters": "temperature 1"},
        "set:latest": {"model_info": {"llama.context_length": 131072}, "parameters": "stop x\nnum_ctx   16384"},
        "embed:latest": {"capabilities": ["embedding"], "model_info": {"bert.context_length": 512}},
    }
    pages = {
        "GET /v1/models": listing("llama3.2:latest", *shown),
        "GET /api/ps": {"models": [{"model": "llama3.2:latest", "context_length": 4096}]},
        "POST /api/show": lambda asked: shown[asked["model"]],
    }
    async with faulty(answering(pages)) as url:
        server = await seen(at("ollama", url))
    assert windows(server) == {
        "llama3.2": (4096, "as it is loaded now"),
        "idle:8b": (40960, "the largest it may have; Ollama may load it with less, and cuts longer prompts silently"),
        "set": (16384, "as its model file sets it"),
    }
    discovery.remember(server)
    for name in ("llama3.2", "llama3.2:latest"):
        assert facts(ModelSpec("ollama", name, f"{url}/v1")).context == 4096


async def test_a_small_window_that_was_found_warns_before_the_run() -> None:
    async with faulty(answering({"GET /v1/models": listing("small", max_model_len=2048)})) as url:
        spec = ModelSpec("vllm", "small", f"{url}/v1")
        config = RunConfig("Plan a harbour", agents=32, models=(spec,), judge=None)
        assert estimate(config).fits is None
        await asyncio.to_thread(discovery.discover_for, config.specs(), Keys({}))  # switched off in tests
        assert estimate(config).fits is None
        await asyncio.to_thread(discover, places(config.specs(), usual=False))
    found = estimate(config)
    assert (found.context, found.fits) == (2048, False)
    assert any("does not fit" in warning for warning in found.warnings)


async def test_a_server_that_wants_a_key_is_given_one_only_then() -> None:
    sent: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        sent.append(request.headers.get("authorization", ""))
        return web.json_response(listing("m")) if sent[-1] == f"Bearer {CANARY}" else web.json_response({}, status=401)

    async with faulty(handle) as url:
        assert (await seen(at("vllm", url))).state == "needs_key"
        assert (await seen(at("vllm", url), Keys({"VLLM_API_KEY": CANARY}))).state == "needs_key"  # that is for the usual place
        pasted = Keys({})
        pasted.paste("vllm", CANARY)
        sent.clear()
        assert (await seen(at("vllm", url), pasted)).state == "running"
    assert sent == ["", f"Bearer {CANARY}"]


async def test_both_wires_of_the_simulated_server_are_found() -> None:
    async with simulating() as (_, url):
        for name in ("openai", "anthropic"):
            assert "sim-strong" in windows(await seen(at(name, url)))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html>Jenkins</html>"),
        (200, "[1, 2]"),
        (200, '{"models": []}'),
        (404, "{}"),
        (500, '{"data": [{"id": "m"}]}'),
        (302, ""),
        (200, "[" * 100_000),
    ],
)
async def test_who_is_no_server_of_models_offers_none(status: int, body: str) -> None:
    async def handle(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, headers={"location": "/v1/other"} if status == 302 else {})

    async with faulty(handle) as url:
        server = await seen(at("llamacpp", url))
    assert (server.state, server.models) == ("other", ())


async def test_what_a_server_says_is_bounded_and_clean() -> None:
    odd = ["ok", "two words", "bell\x07", "\x1b[31mred", "quote'", "m=4", "x@http://elsewhere", "n" * 300, 7, None, "", "wide\u202e"]
    odd += [f"m{number}" for number in range(5000)]
    data = [{"id": name, "max_model_len": value} for name, value in zip(odd, [-1, True, "9", 10**12] * 5000, strict=False)]
    async with faulty(answering({"GET /v1/models": {"data": [3, *data]}})) as url:
        server = await seen(at("vllm", url))
    assert len(server.models) == discovery.MOST_MODELS
    names = list(windows(server))
    assert names[:3] == ["ok", "m=4", "m0"]  # with a URL behind it, =4 is no number of seats
    assert {context for context, _ in windows(server).values()} == {None}


async def test_an_answer_that_is_too_large_or_never_ends_is_left() -> None:
    async def large(_: web.Request) -> web.StreamResponse:
        return web.json_response(listing(*(f"model-{number:0>40}" for number in range(20_000))))

    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.05)
        finally:
            await response.write_eof()

    for handler in (large, dripping):
        async with faulty(handler) as url:
            began = time.monotonic()
            assert (await seen(at("vllm", url))).state == "silent"
            assert time.monotonic() - began < 3


async def test_all_are_asked_at_once_and_nobody_is_waited_for_long() -> None:
    async def hanging(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    told: list[Server] = []
    async with faulty(hanging) as hung, faulty(answering({"GET /v1/models": listing("m")})) as fine:
        asked = [at("vllm", hung)] * 6 + [at("vllm", fine)]
        began = time.monotonic()
        servers = await asyncio.to_thread(discover, asked, None, told.append)
        assert time.monotonic() - began < discovery.TOTAL + 0.5
    assert [server.state for server in servers] == ["silent"] * 6 + ["running"]
    assert told == [servers[-1]]
    assert discovery.remembered() == (servers[-1],)


async def test_a_server_that_went_away_is_forgotten() -> None:
    async with faulty(answering({"GET /v1/models": listing("m", max_model_len=2048)})) as url:
        place = at("vllm", url)
        await asyncio.to_thread(discover, [place])
        assert discovery.context(ModelSpec("vllm", "m", f"{url}/v1")) == 2048
    await asyncio.to_thread(discover, [place])
    assert discovery.remembered() == ()
    assert discovery.context(ModelSpec("vllm", "m", f"{url}/v1")) is None


def test_nobody_but_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[Any] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    asked = places(
        [ModelSpec.parse(text) for text in ("openai:m@http://127.0.0.1:9/v1", "openai:m@https://example.org/v1", "openai:gpt-4o")]
    )
    assert [place.base_url for place in asked if place.name == "openai"] == ["http://127.0.0.1:9/v1"]
    assert {place.name for place in asked} == {"ollama", "vllm", "lmstudio", "llamacpp", "openai"}
    assert loopback.ask("http://192.0.2.1/v1/models") is None
    assert loopback.ask("http://example.org/v1/models") is None
    assert loopback.ask("http://127.0.0.1.example.org/v1/models") is None
    assert loopback.ask("http://127.0.0.1:port/v1") is None
    assert connected == []
    assert loopback.ask("http://localhost:9/v1") is None
    assert connected == [("127.0.0.1", 9), ("::1", 9)]


async def test_a_redirect_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        raise web.HTTPFound("/elsewhere")

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nor is a proxy asked: this port is closed
    async with faulty(handle) as url:
        await seen(at("vllm", url))
    assert asked == ["/v1/models"]


def test_what_is_found_can_be_printed_as_json() -> None:
    assert json.loads(msgspec.json.encode(Server("vllm", "vLLM", "http://localhost", "silent")))["state"] == "silent"
