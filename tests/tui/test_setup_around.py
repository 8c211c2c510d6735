"""What Setup learns of the world around it: servers on this machine, and who cannot be reached. It never waits for that."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.models import discovery, loopback
from selforg_tui.models.providers import Provider
from selforg_tui.tui.screens import setup
from selforg_tui.tui.screens.picker import Picker
from selforg_tui.tui.screens.setup import SetupScreen
from tests.models.asking import faulty
from tests.tui.in_app import in_app, settled, shown

SECRET = "sk-live-0123456789abcdef"


class Here:
    """A server on this machine, which answers when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.let.set()
        self.key = ""
        self.asked = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        await self.let.wait()
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return web.json_response({}, status=401)
        return web.json_response({"data": [{"id": "small", "max_model_len": 2048}, {"id": "large", "max_model_len": 999_424}]})


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discovery is on, but the usual ports of this machine are left alone."""

    def places(specs: Iterable[ModelSpec]) -> tuple[Provider, ...]:
        return discovery.places(specs, usual=False)

    monkeypatch.setenv("SELFORG_TUI_DISCOVER", "1")
    monkeypatch.setattr(setup, "places", places)
    monkeypatch.setattr(discovery, "TOTAL", 30.0)  # on a busy machine a second may pass before a server here has its turn
    monkeypatch.setattr(loopback, "CONNECT", 10.0)
    monkeypatch.setattr(loopback, "WHOLE", 20.0)


@asynccontextmanager
async def at_setup(*models: str, size: tuple[int, int] = (98, 80)) -> AsyncIterator[tuple[Pilot[None], SetupScreen]]:
    specs = tuple(ModelSpec.parse(text) for text in models)
    async with in_app(size, config=RunConfig("Plan a harbour", agents=32, models=specs, judge=None)) as pilot:
        await pilot.press("ctrl+o")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SetupScreen)
        yield pilot, screen


async def until(pilot: Pilot[None], text: str) -> None:
    async with asyncio.timeout(10):
        while text not in " ".join(shown(pilot).split()):
            await pilot.pause(0.01)


async def test_what_runs_here_is_offered_and_its_window_warns() -> None:
    async with faulty(Here().answer) as url, at_setup(f"vllm:small@{url}/v1") as (pilot, screen):
        await until(pilot, "small: window 2,048")
        await until(pilot, "of 2,048, does not fit")
        screen.query_one("#models").focus()
        await pilot.press("down")
        await until(pilot, f"vllm:large@{url}/v1 running here")
        assert "vLLM, window 999,424" in shown(pilot)
        picker = pilot.app.screen
        assert isinstance(picker, Picker)
        lines = picker.query_one(OptionList)
        lines.highlighted = next(i for i in range(lines.option_count) if "vllm:large" in str(lines.get_option_at_index(i).prompt))
        await pilot.press("enter")
        assert screen.form().models == f"vllm:large@{url}/v1"


async def test_a_name_is_completed_from_what_runs_here() -> None:
    async with faulty(Here().answer) as url, at_setup(f"vllm:small@{url}/v1") as (pilot, screen):
        await until(pilot, "window 2,048")
        models = screen.query_one("#models", Input)
        models.value = ""
        models.focus()
        await pilot.press(*"vllm:l")
        await settled(pilot)
        await pilot.press("right")
        assert screen.form().models == f"vllm:large@{url}/v1"


async def test_the_list_opens_at_what_was_typed() -> None:
    async with at_setup("sim:strong") as (pilot, screen):
        models = screen.query_one("#models", Input)
        models.value = "sim:strong=4 deeps"
        models.focus()
        await pilot.press("down", "enter")
        assert screen.form().models.startswith("sim:strong=4 deepseek:")
        models.value = "deeps"
        await pilot.press("down", "enter")
        assert screen.form().models.startswith("deepseek:")


async def test_an_answer_that_comes_late_repaints_the_open_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((loopback, "CONNECT"), (loopback, "WHOLE"), (discovery, "TOTAL")):
        monkeypatch.setattr(module, name, 20.0)
    here = Here()
    here.let.clear()
    async with (
        faulty(here.answer) as url,
        in_app((98, 80), config=RunConfig("x", models=(ModelSpec("vllm", "m", f"{url}/v1"),), judge=None)) as pilot,
    ):
        await pilot.press("ctrl+o")
        await pilot.pause()
        pilot.app.screen.query_one("#models").focus()
        await pilot.press("down", "down")  # keys are answered while the server is not
        lines = pilot.app.screen.query_one(OptionList)
        assert "running here" not in shown(pilot)
        chosen = str(lines.get_option_at_index(lines.highlighted or 0).prompt)
        while not here.asked:
            await pilot.pause(0.01)
        here.let.set()
        await until(pilot, "running here")
        assert str(lines.get_option_at_index(lines.highlighted or 0).prompt) == chosen


async def test_a_server_that_is_typed_later_is_asked_too_and_once() -> None:
    here = Here()
    async with faulty(here.answer) as url, at_setup("sim:strong") as (pilot, screen):
        assert here.asked == 0
        screen.query_one("#models", Input).value = f"vllm:small@{url}/v1"
        await until(pilot, "window 2,048")
        screen.look()
        await settled(pilot)
        assert here.asked == 1


async def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFORG_TUI_DISCOVER", "0")
    here = Here()
    async with faulty(here.answer) as url, at_setup(f"vllm:small@{url}/v1") as (pilot, _):
        await settled(pilot)
        assert here.asked == 0
        assert "window unknown" in " ".join(shown(pilot).split())


async def test_a_server_here_that_wants_a_key_can_be_given_one() -> None:
    here = Here()
    here.key = SECRET
    async with faulty(here.answer) as url, at_setup(f"vllm:small@{url}/v1") as (pilot, _):
        async with asyncio.timeout(30):
            while not discovery.remembered():
                await pilot.pause(0.01)
        await settled(pilot)
        await pilot.press("ctrl+g")
        await settled(pilot)
        pilot.app.screen.query_one(Select).value = "vllm"
        await pilot.press(*SECRET, "enter")
        await until(pilot, "window 2,048")
        assert SECRET not in shown(pilot)


async def test_who_cannot_be_reached_is_said_and_simulated_models_are_not() -> None:
    async with at_setup("sim:strong") as (pilot, screen):
        await settled(pilot)
        assert "cannot be reached" not in shown(pilot)
        screen.query_one("#models", Input).value = "anthropic:claude-sonnet-4-6"
        await until(
            pilot, "Anthropic cannot be reached from here: no connection, or its name does not resolve. Simulated models work without."
        )
        assert "needs a key" in shown(pilot)  # the one does not hide the other


async def test_a_name_that_takes_for_ever_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = threading.Event(), threading.Event()

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.set()
        answer.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "timed out")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with at_setup("anthropic:claude-sonnet-4-6") as (pilot, screen):
        while not asked.is_set():
            await pilot.pause(0.01)
        screen.query_one("#mission").focus()
        await pilot.press(*"Quay. ")
        await settled(pilot)
        assert screen.form().mission.startswith("Quay. ")
        assert "cannot be reached" not in shown(pilot)
        answer.set()
        await until(pilot, "Anthropic cannot be reached")


async def test_the_app_starts_without_looking_anything_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: asked.append(host))
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    async with in_app(config=RunConfig("x", models=(ModelSpec("anthropic", "claude-sonnet-4-6"), ModelSpec("ollama", "x")))) as pilot:
        await settled(pilot)
    assert asked == []
