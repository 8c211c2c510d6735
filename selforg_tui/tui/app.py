"""The app: which screen is on, and what a run needs that screens share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.app import SystemCommand
from textual.screen import Screen

from selforg_tui.core.errors import SelforgError
from selforg_tui.tui import themes
from selforg_tui.tui.common import CommonApp
from selforg_tui.tui.palette import Extra, commands
from selforg_tui.tui.screens.home import HomeScreen
from selforg_tui.tui.wardrobe import Wardrobe

if TYPE_CHECKING:
    from selforg_tui.core.config import RunConfig
    from selforg_tui.sessions.guesses import Guesses
    from selforg_tui.sessions.player import Player
    from selforg_tui.sessions.store import SessionInfo
    from selforg_tui.settings.keys import Keys


class LabApp(CommonApp):
    """The terminal laboratory."""

    TITLE = "selforg"
    CSS_PATH = ["app.tcss", "screens/home.tcss"]  # noqa: RUF012
    """The first screen's styles are read with the app's own; other screens bring theirs when they are opened."""
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        replay: Path | None = None,
        config: RunConfig | None = None,
        *,
        speed: float | None = None,
        at: float = 0.0,
        fps: float | None = None,
    ) -> None:
        """`replay` is played at once, at this speed, from this second; `config` is what Home and Setup start from. `fps`: how often
        a run may be painted anew, per second."""
        super().__init__()
        self._fps = fps
        self._keys: Keys | None = None
        self._replay, self._speed, self._at = replay, speed, at
        self._draft = config
        self._wardrobe = Wardrobe(self)
        self._wardrobe.dress()

    @property
    def draft(self) -> RunConfig:
        """What Home and Setup are about to run; at first the user's defaults."""
        if self._draft is None:
            from selforg_tui.tui.standard import standard

            self._draft, problem = standard(self.keys)
            if problem:
                self.complain(problem)
        return self._draft

    @draft.setter
    def draft(self, config: RunConfig) -> None:
        self._draft = config

    @property
    def keys(self) -> Keys:
        """Keys to models, with those pasted for as long as the app runs."""
        if self._keys is None:
            from selforg_tui.settings.keys import Keys

            self._keys = Keys()
        return self._keys

    def get_default_screen(self) -> Screen[None]:
        return HomeScreen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.VARIABLES

    def furnish(self) -> None:
        """What can wait until after the first frame: the other themes."""
        self._wardrobe.open()

    def search_themes(self) -> None:
        """The palette's *Theme*: a list whose themes are shown while one goes through it."""
        self._wardrobe.choose()

    def watch_theme(self, theme: str) -> None:
        """Remember what was chosen."""
        self._wardrobe.chosen(theme)

    def on_mount(self) -> None:
        self.take_keys()
        if self._replay is not None:
            self.replay(self._replay, self._speed, self._at)

    def start(self, config: RunConfig) -> None:
        """Run this on the Run screen, after asking where it may be expensive; a message where it makes no sense as it stands."""
        if all(spec.simulated for spec in config.specs()):
            self._start(config)
        else:
            self._ask_first(config)

    @work(exclusive=True, group="start")
    async def _ask_first(self, config: RunConfig) -> None:
        """Prices are looked up in a thread; the table takes a moment to load."""
        from selforg_tui.tui.screens.consent import ConsentPrompt, question_about

        try:
            question = await asyncio.to_thread(question_about, config)
        except SelforgError as problem:
            self.complain(problem)
            return
        if question is None or await self.push_screen_wait(ConsentPrompt(question)):
            self._start(config)

    @work(exclusive=True, group="start")
    async def repeat(self, config: RunConfig, repeats: int) -> None:
        """Run this so many times on a screen of its own, after asking where it may be expensive."""
        from selforg_tui.lab.experiment import Group, experiment
        from selforg_tui.tui.screens.consent import ConsentPrompt, question_about
        from selforg_tui.tui.screens.experiment import ExperimentScreen

        try:
            what = experiment((Group(config.protocol, config),), repeats, keys=self.keys.values())
            question = await asyncio.to_thread(question_about, config, repeats)
        except SelforgError as problem:
            self.complain(problem)
            return
        if question is None or await self.push_screen_wait(ConsentPrompt(question)):
            self.push_screen(ExperimentScreen(what, go=True))

    def _start(self, config: RunConfig) -> None:
        from selforg_tui.sessions.live import LiveSession
        from selforg_tui.settings.paths import sessions_folder
        from selforg_tui.tui.screens.run import RunScreen
        from selforg_tui.tui.sources import LiveSource

        try:
            session = LiveSession(config, keys=self.keys, folder=sessions_folder())
        except SelforgError as problem:
            self.complain(problem)
        else:
            self.push_screen(RunScreen(LiveSource(session), fps=self._fps))

    @work(thread=True, exclusive=True, group="replay")
    def replay(self, path: Path, speed: float | None = None, at: float = 0.0) -> None:
        """Open a session file on the Run screen; reading it does not stop the screen."""
        from selforg_tui.sessions.guesses import Guesses
        from selforg_tui.sessions.player import Player
        from selforg_tui.sessions.reader import read

        try:
            player = Player(read(path), at=at, speed=speed or 1.0)
        except SelforgError as problem:
            self.call_from_thread(self.complain, problem)
            return
        guesses = None
        try:
            guesses = Guesses.beside(path, player.recording.header.id)
        except SelforgError as problem:  # the session itself can be shown all the same
            self.call_from_thread(self.complain, problem)
        self.call_from_thread(self._show_replay, player, guesses)

    def sessions(self) -> list[SessionInfo]:
        """Saved sessions, newest first; reads the disk, so call it in a thread. Raises StorageError."""
        from selforg_tui.sessions.store import Store
        from selforg_tui.settings.paths import sessions_folder

        return Store(sessions_folder()).list()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen, then Textual's own."""
        extras = (
            Extra("Doctor", "Whether this machine and the models are ready, and what to do where not", self.action_doctor),
            Extra("Threshold", "Test a model before you free it: chosen against fixed roles", self.action_threshold),
            Extra("Presets of the paper", "Set up a run as in one of the paper's tables", self.action_paper),
        )
        seen = {"Keys", "Maximize", "Minimize", "Screenshot"}  # the last is ours, without fonts from elsewhere
        for command in (*commands(self, screen, self.keymap, extras), *super().get_system_commands(screen)):
            if command.title not in seen:
                seen.add(command.title)
                yield command

    def action_doctor(self) -> None:
        """Look at this machine and at the models, on a screen of its own."""
        from selforg_tui.tui.screens.doctor import DoctorScreen

        if not isinstance(self.screen, DoctorScreen):
            self.push_screen(DoctorScreen())

    def action_threshold(self) -> None:
        """Whether a model does better with roles of its own choice, on a screen of its own."""
        from selforg_tui.tui.screens.threshold import ThresholdScreen

        if not isinstance(self.screen, ThresholdScreen):
            self.push_screen(ThresholdScreen())

    def action_paper(self) -> None:
        """Choose a run of the paper's tables and set it up."""
        from selforg_tui.tui.paper_picker import choose

        choose(self)

    def _show_replay(self, player: Player, guesses: Guesses | None) -> None:
        from selforg_tui.tui.screens.run import RunScreen
        from selforg_tui.tui.sources import ReplaySource

        self.push_screen(RunScreen(ReplaySource(player, guesses), fps=self._fps))


def run_app(
    replay: Path | None = None, config: RunConfig | None = None, *, speed: float | None = None, at: float = 0.0, fps: float | None = None
) -> int:
    """Show the app until the user leaves; see `LabApp`. Gives the exit code; raises what the app failed on."""
    app = LabApp(replay, config, speed=speed, at=at, fps=fps)
    app.run()
    if app.fault is not None:
        raise app.fault
    return app.return_code or 0
