"""A small app that holds nothing but the Run screen, and time that stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App

import selforg_tui.tui.app
from selforg_tui.core import events as ev
from selforg_tui.tui import themes
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.sources import LiveSource, ReplaySource, Source
from tests.tui.run.made_session import MadeSession, made, player

FACES = Path(selforg_tui.tui.app.__file__).parent


class Stage(App[None]):
    """The Run screen on a source; `replayed` notes what the app was asked to replay."""

    CSS_PATH = FACES / "app.tcss"

    def __init__(self, source: Source, theme: str = themes.DEFAULT) -> None:
        super().__init__()
        self.source = source
        self.replayed: list[Path] = []
        self.now = 0.0
        self._look = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.VARIABLES

    def on_mount(self) -> None:
        for theme in themes.themes():
            self.register_theme(theme)
        self.theme = self._look
        self.push_screen(RunScreen(self.source, clock=lambda: self.now))

    def replay(self, path: Path) -> None:
        self.replayed.append(path)

    @property
    def run_screen(self) -> RunScreen:
        found = self.screen
        assert isinstance(found, RunScreen)
        return found


class LiveStage(Stage):
    """A live session of which `part` has happened already: a made one, or these `events`."""

    def __init__(
        self,
        agents: int = 8,
        tasks: int = 1,
        part: float = 1.0,
        theme: str = themes.DEFAULT,
        events: list[ev.AnyEvent] | None = None,
        **about: object,
    ) -> None:
        events = made(agents, tasks, **about) if events is None else events  # type: ignore[arg-type]
        self.session = MadeSession(events)
        super().__init__(LiveSource(self.session, clock=lambda: self.session.state.t), theme)  # type: ignore[arg-type]
        self.session.let(int(len(events) * part))


@pytest.fixture
def live() -> Callable[..., LiveStage]:
    return LiveStage


@pytest.fixture
def replay() -> Callable[..., Stage]:
    def make(agents: int = 8, tasks: int = 1) -> Stage:
        return Stage(ReplaySource(player(made(agents, tasks))))

    return make
