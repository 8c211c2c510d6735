"""The app with keys in it: nothing of them on a screen, in a picture of one, in a state or in a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.tui.screens.run import RunScreen
from tests.safety.canaries import PASTED, URL, files, found, leaks
from tests.safety.echoing import Echoing
from tests.tui.in_app import in_app, lab, settled, shown

WIDE = (200, 60)
"""So wide that no key is broken off at the end of a line, where it would not be found."""


class Album:
    """Everything that was on the screen, as text and as a picture."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pictures: dict[str, str] = {}
        self._pilot = pilot

    async def take(self, name: str, *keys: str) -> str:
        """Press keys and take a picture."""
        if keys:
            await self._pilot.press(*keys)
        await self._pilot.pause()
        text = shown(self._pilot)
        self.pictures[name] = f"{text}\n{self._pilot.app.export_screenshot()}"
        return text


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not happened():
            await pilot.pause(0.02)


def config(server: Echoing) -> RunConfig:
    pasted = ModelSpec.parse(f"{server.at('openai')}=2")
    by_url = ModelSpec.parse(f"{server.at('anthropic', user=f'somebody:{URL}')}=2")
    return RunConfig("Keep a secret", agents=4, models=(pasted, by_url), judge=by_url)


async def lived(server: Echoing, home: Path, size: tuple[int, int] = WIDE) -> dict[str, str]:
    """A run in the app, with a look at every screen; what was seen and written."""
    server.open.clear()
    async with in_app(size, config=config(server)) as pilot:
        app, album = lab(pilot), Album(pilot)
        app.keys.paste("openai", PASTED)
        await album.take("home")
        app.start(app.draft)
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        screen = app.screen
        assert isinstance(screen, RunScreen)
        state = screen.source.state
        await until(pilot, lambda: any(call.text for call in state.calls.values()))
        await asyncio.sleep(0.1)
        album.pictures["state in mid-stream"] = repr(state)
        assert "Whoever has the key" in await album.take("run, in mid-stream") + repr(state)
        server.open.set()
        await until(pilot, lambda: state.status is not None and screen.resting)
        assert state.status == "done_with_failures"
        for seat in range(1, 5):
            for tab in "1234":
                await album.take(f"seat {seat}, tab {tab}", tab)
            await pilot.press("down")
        for key in ("h", "c", "j", "s", "d"):
            await album.take(f"panel {key}", key)
        album.pictures["state"] = repr(state)
        await album.take("home again", "escape", "escape")
        app.complain(f"Nobody answers at http://somebody:{URL}@127.0.0.1 for {PASTED}.")
        await album.take("a message")
        await album.take("sessions", "ctrl+l")
        await album.take("setup", "escape", "ctrl+o")
        await settled(pilot)
    return {**album.pictures, **files(home)}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What streams in is shown as it comes, so that a key is seen in the middle."""
    monkeypatch.setattr("selforg_tui.engine.call.DELTA_SECONDS", 0.0)


async def test_no_screen_shows_a_key(server: Echoing, own_world: Path, at_once: None) -> None:
    channels = await lived(server, own_world)
    assert {PASTED, URL} <= server.heard
    assert not leaks(channels)
    assert not found(server.bodies["/v1/messages"]), "what one provider tells of its key is not passed on to another"
