"""The app under test, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from selforg_tui.core.config import RunConfig
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import sessions_folder
from selforg_tui.tui.app import LabApp
from selforg_tui.tui.screens.home import HomeScreen


@asynccontextmanager
async def in_app(
    size: tuple[int, int] = (120, 40), *, config: RunConfig | None = None, replay: Path | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app, with all of Home on the screen."""
    app = LabApp(config=config, replay=replay)
    async with app.run_test(size=size) as pilot:
        home = app.screen_stack[0]
        assert isinstance(home, HomeScreen)
        await home.furnished.wait()
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    """Everything that was set off is done; not for a run that is under way."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def lab(pilot: Pilot[None]) -> LabApp:
    """The app behind a pilot."""
    assert isinstance(pilot.app, LabApp)
    return pilot.app


async def kept(config: RunConfig) -> Path:
    """The file of a session with this config that was run to its end."""
    session = await asyncio.to_thread(run_unwatched, config, keys=Keys({}), folder=sessions_folder())
    assert session.path is not None
    return session.path


def recorded(pilot: Pilot[None]) -> list[RunConfig]:
    """What the app is asked to run from here on; nothing is run."""
    started: list[RunConfig] = []

    lab(pilot).start = started.append  # type: ignore[method-assign,assignment]
    return started


def shown(pilot: Pilot[None]) -> str:
    """All text on the screen, without styles."""
    app = pilot.app
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips(app.size))
