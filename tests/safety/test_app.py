"""The app with keys in it: nothing of them on a screen, in a picture of one, in a state or in a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.settings.paths import config_file
from selforg_tui.tui.screens.run import RunScreen
from tests.safety.canaries import PASTED, URL, files, found, leaks
from tests.safety.echoing import Echoing
from tests.terminal.terminal import Terminal
from tests.tui.in_app import in_app, lab, settled, shown

WIDE = (160, 44)
"""So wide that no key is broken off at the end of a line, where it would not be found."""


LOOKS = {
    "reply": "3",
    "who was refused": ["down"],
    "who has the key for a role": ["down", "down"],
    "prompt": "2",
    "facts": "4",
    "cost": "c",
    "judge": "j",
    "solution": "s",
}
"""Keys on the Run screen, and what they show."""


PICTURED = ("home", "run, in mid-stream", "reply", "setup")
"""Screens of which there is a picture, too: what it shows is what the screen shows."""


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
        self.pictures[name] = text = shown(self._pilot)
        if name in PICTURED:
            self.pictures[f"{name}, as a picture"] = self._pilot.app.export_screenshot()
        return text


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not happened():
            await pilot.pause(0.02)


def config(server: Echoing) -> RunConfig:
    pasted = ModelSpec.parse(f"{server.at('openai')}=2")
    by_url = ModelSpec.parse(f"{server.at('anthropic', user=f'somebody:{URL}')}=2")
    return RunConfig("Keep a secret", agents=4, models=(pasted, by_url), judge=by_url)


async def lived(server: Echoing, home: Path, looks: Iterable[str] = LOOKS) -> dict[str, str]:
    """A run in the app, with a look at every screen; what was seen and written."""
    server.open.clear()
    async with in_app(WIDE, config=config(server)) as pilot:
        app, album = lab(pilot), Album(pilot)
        app.keys.paste("openai", PASTED)
        await album.take("home")
        app.start(app.draft)
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        screen = app.screen
        assert isinstance(screen, RunScreen)
        state = screen.source.state
        await until(pilot, lambda: "Whoever has the key" in "".join(call.text for call in state.calls.values()))
        await pilot.pause(0.2)  # a frame or two
        album.pictures["state in mid-stream"] = repr(state)
        assert "Whoever has the key" in await album.take("run, in mid-stream")
        server.open.set()
        await until(pilot, lambda: state.status is not None and screen.resting)
        assert state.status == "done_with_failures"
        for name in looks:
            await album.take(name, *LOOKS[name])
        album.pictures["state"] = repr(state)
        await album.take("home again", "escape", "escape")
        app.complain(f"http://{URL}@host or {PASTED}?")
        await pilot.pause()
        album.pictures["a message"] = "\n".join(told.message for told in app._notifications)
        assert "host or" in album.pictures["a message"]
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


async def test_a_leak_would_be_caught(server: Echoing, own_world: Path, at_once: None, unguarded: None) -> None:
    caught = leaks(await lived(server, own_world, ("reply", "who was refused", "solution")))
    assert {"home", "run, in mid-stream", "state in mid-stream", "reply", "who was refused", "solution"} <= caught.keys()
    assert {"a message", "sessions", "setup"} <= caught.keys()
    assert {f"{name}, as a picture" for name in PICTURED} <= caught.keys()
    assert PASTED in found(server.bodies["/v1/messages"])


@pytest.mark.tmux
def test_a_real_terminal_shows_no_key(server: Echoing, own_world: Path) -> None:
    config_file().parent.mkdir(parents=True)
    model = server.at("anthropic", user=URL)
    config_file().write_text(f'[run]\nagents = 2\nprotocol = "shared"\nmodels = ["{model}"]\njudge = "{model}"\n')
    with Terminal(own_world, *WIDE) as terminal:
        terminal.start()
        pictures = [terminal.until("Enter starts the team")]
        terminal.keys("Enter")
        pictures.append(terminal.until("R replays it"))
        terminal.keys("Escape")
        terminal.until("Esc again")
        terminal.keys("Escape")
        terminal.until("Enter starts the team")
        terminal.keys("C-o")
        pictures.append(terminal.until("Setup"))
        terminal.keys("C-c")
    assert URL in server.heard
    written = files(own_world)
    assert written.pop("config/config.toml")
    assert not leaks({**dict(enumerate(pictures)), **written})  # type: ignore[arg-type]
