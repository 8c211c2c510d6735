"""Make the README's pictures from the real app: `python scripts/pictures.py [FOLDER]`.

Simulated models, a fixed seed, virtual time, and names and dates that stand still: the same pictures on every machine.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

SIZE = (120, 40)
SMALL = (80, 24)
WHERE = Path(__file__).parents[1] / "docs" / "pictures"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else WHERE
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.gettempdir(), "selforg-pic")
    home.mkdir(mode=0o700)
    try:
        stand_still(str(home))
        asyncio.run(Pictures(folder, record()).all())
    finally:
        shutil.rmtree(home)


def stand_still(home: str) -> None:
    """An empty home folder, no keys, and session names and dates that do not depend on the moment."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_AUTH_TOKEN", "_BASE_URL")) or name.startswith(("XDG_", "SELFORG_TUI_")) or name == "NO_COLOR":
            del os.environ[name]
    os.environ.update(HOME=home, TEXTUAL_ANIMATIONS="none", TZ="UTC", COLORTERM="truecolor")
    from selforg_tui.engine import header

    minutes = itertools.count()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            there = START + timedelta(minutes=17 * next(minutes))
            return cls.combine(there.date(), there.timetz())

    fixed = {
        "datetime": Clock,
        "new_session_id": lambda now: f"{now:%Y%m%d-%H%M%S}-{now.minute:02d}f{now.hour}",
        "new_nonce": lambda: "kqzvmwbd",
    }
    for name, value in fixed.items():
        setattr(header, name, value)


def record() -> Path:
    """A few sessions in the folder of the app. Gives the one that is shown: it is the last."""
    from selforg_tui.core.config import ModelSpec, RunConfig
    from selforg_tui.engine.clock import run_virtual
    from selforg_tui.missions import bank
    from selforg_tui.sessions.live import LiveSession
    from selforg_tui.settings.keys import Keys
    from selforg_tui.settings.paths import sessions_folder

    first, second = bank()[0], bank()[1]
    weak = (ModelSpec("sim", "weak"),)
    path: Path | None = None
    for config in (
        RunConfig(mission=second.mission, values=second.values, tasks=second.tasks[:2], protocol="shared", agents=6, models=weak),
        RunConfig(mission=second.mission, values=second.values, tasks=second.tasks[:1], protocol="coordinator", agents=12),
        RunConfig(mission=first.mission, values=first.values, protocol="broadcast", agents=8),
        RunConfig(mission=first.mission, values=first.values, tasks=first.tasks[:3], protocol="sequential", agents=8),
    ):
        session = LiveSession(config, keys=Keys(), folder=sessions_folder())
        run_virtual(session.run())
        path = session.path
    assert path is not None
    return path


class Held:
    """A live session that stands still: at its end, or while `speaking` (a call) is being answered."""

    def __init__(self, path: Path, speaking: str = "") -> None:
        from selforg_tui.core.events import CallDelta
        from selforg_tui.core.fold import fold
        from selforg_tui.models.base import Pace
        from selforg_tui.sessions.reader import read

        events = read(path).events
        self.path, self.ended, self.pace = path, not speaking, Pace()
        texts = [place for place, event in enumerate(events, 1) if isinstance(event, CallDelta) and event.call == speaking]
        self.state = fold(events if self.ended else events[: texts[len(texts) // 2]])
        self.id = self.state.started.id

    async def run(self) -> str:
        if not self.ended:
            await asyncio.Event().wait()
        return "done"

    def stop(self) -> None: ...


class Pictures:
    """Takes pictures of the app, screen by screen."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder, self.path = folder, path

    async def all(self) -> None:
        await self.take("home")
        await self.take("setup", lambda pilot: pilot.press("ctrl+o"))
        await self.take("sessions", lambda pilot: pilot.press("ctrl+l"))
        await self.take("run", self.run("2/contribute/6/1"))
        await self.take("run-done", self.run())
        await self.take("run-small", self.run("2/contribute/6/1"), SMALL)
        await self.take("x-ray", self.run("2/contribute/6/1", "x"))
        await self.take("solution", self.run("", "s", "down", "down"), theme="lab-paper")
        await self.take("roles", self.run("", "r"), theme="lab-colour-blind")
        await self.take("presented", self.run("", "f5", "down", "down", "down"), theme="lab-projector")
        await self.take("large-team", self.large, (160, 45), theme="lab-aurora")

    async def take(
        self, name: str, reach: Callable[..., Awaitable[None]] | None = None, size: tuple[int, int] = SIZE, theme: str = "lab-dark"
    ) -> None:
        """One picture, of what `reach` leads to."""
        from selforg_tui.core.config import RunConfig
        from selforg_tui.missions import bank
        from selforg_tui.tui.app import LabApp
        from selforg_tui.tui.screens.home import HomeScreen

        app = LabApp(config=RunConfig(mission=bank()[0].mission, values=bank()[0].values, tasks=bank()[0].tasks[:3]))
        async with app.run_test(size=size) as pilot:
            home = app.screen_stack[0]
            assert isinstance(home, HomeScreen)
            await home.furnished.wait()
            app.furnish()
            app.theme = theme
            await pilot.pause()
            if reach is not None:
                await reach(pilot)
            for _ in range(3):
                await pilot.pause()
            text = app.export_screenshot(title="selforg-tui")
            (self.folder / f"{name}.svg").write_text(_of_nobody(text), encoding="utf-8")
            app.workers.cancel_all()

    def run(self, speaking: str = "", *keys: str) -> Callable[..., Awaitable[None]]:
        """The Run screen while a call is answered, or at the end, with agent 04 in full, or what these keys lead to."""

        async def reach(pilot: Any) -> None:
            from selforg_tui.tui.screens.run import RunScreen
            from selforg_tui.tui.sources import LiveSource

            held = Held(self.path, speaking)
            source = LiveSource(held, clock=lambda: held.state.t)  # type: ignore[arg-type]
            pilot.app.push_screen(RunScreen(source, clock=lambda: 0.0))
            await pilot.pause()
            await pilot.press(*(keys or (["down"] * 3 if held.ended else ["up"] * 2)))
            pilot.app.clear_notifications()
            while looking := [worker for worker in pilot.app.workers if worker.group == "sights" and not worker.is_finished]:
                await pilot.app.workers.wait_for_complete(looking)

        return reach

    async def large(self, pilot: Any) -> None:
        """Two hundred agents, at the end of their session."""
        from selforg_tui.core.config import RunConfig
        from selforg_tui.engine.clock import run_virtual
        from selforg_tui.missions import bank
        from selforg_tui.sessions.live import LiveSession
        from selforg_tui.settings.keys import Keys
        from selforg_tui.settings.paths import sessions_folder

        first = bank()[0]
        config = RunConfig(mission=first.mission, values=first.values, tasks=first.tasks[2:3], agents=200)
        session = LiveSession(config, keys=Keys(), folder=sessions_folder())
        await asyncio.to_thread(run_virtual, session.run())
        assert session.path is not None
        await Pictures(self.folder, session.path).run()(pilot)


def _of_nobody(text: str) -> str:
    """The picture without the number by which one export is told from another, with a home folder of equal length, and for any viewer."""
    from selforg_tui.tui.picture import self_contained

    home = os.environ["HOME"]
    text = text.replace(home, ("/home/" + "researcher" * len(home))[: len(home)])
    text = self_contained(text)
    number = re.search(r"terminal-(\d+)-", text)
    return text.replace(f"terminal-{number[1]}-", "terminal-") if number else text


if __name__ == "__main__":
    main()
