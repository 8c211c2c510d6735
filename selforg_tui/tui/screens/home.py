"""Home: a mission ready to start. What one types into is there first; the rest is brought in after the first frame."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from selforg_tui.core.errors import SelforgError
from selforg_tui.tui.widgets.mission_field import MissionField

if TYPE_CHECKING:
    from selforg_tui.core.config import RunConfig
    from selforg_tui.sessions.store import SessionInfo
    from selforg_tui.tui.app import LabApp
    from selforg_tui.tui.screens.home_rest import HomeRest

FIRST = "Move a regional hospital group to zero trust without stopping care"
"""The first mission of the bank, which is not read before the first frame."""
AFTER = 0.05
"""Seconds from the first frame to the rest: time for a key to be answered."""
RECENT = 20
"""Sessions that Home lists; all of them are on their own screen."""


class HomeScreen(Screen[None]):
    """The mission field has the focus; everything else is one key away."""

    app: LabApp
    HELP = """Give a team a mission, not a script. Each agent decides by itself which role to take, whether it has anything to add, \
and on whom it builds; the protocol decides only who sees what.

Simulated models need no key and no network. They are a model of the mechanism, not evidence."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "run", "Run", id="home.run", show=False, tooltip="Start the team on this mission"),
        Binding(
            "ctrl+o,f2",
            "setup",
            "Setup",
            id="home.setup",
            key_display="^o",
            tooltip="Choose tasks, protocol, agents, models, judge and limits",
        ),
        Binding(
            "ctrl+t,f4", "next_protocol", "Protocol", id="home.protocol", key_display="^t", tooltip="The next protocol, and its picture"
        ),
        Binding("ctrl+l,f3", "sessions", "Sessions", id="home.sessions", key_display="^l", tooltip="All saved sessions, to replay"),
        Binding("escape", "back_to_mission", "To the mission", id="home.mission", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.furnished = asyncio.Event()
        """Set once everything is on the screen."""

    def compose(self) -> ComposeResult:
        with Container(id="home"):
            yield Static(
                Content.assemble(("self", "bold"), ("org", "bold $primary"), ("  a laboratory for self-organizing teams", "$muted")),
                id="banner",
            )
            yield Static("", id="simulated", classes="simulated")
            mission = MissionField(placeholder=FIRST, tab_behavior="focus", id="mission", classes="panel", highlight_cursor_line=False)
            mission.border_title, mission.border_subtitle = "Mission", "Enter starts the team · type your own · → edits the example"
            yield mission

    def on_mount(self) -> None:
        self.query_one("#mission").focus()
        self.call_after_refresh(self.set_timer, AFTER, self._furnish)

    def on_screen_resume(self) -> None:
        """Setup may have changed what is to be run, and a run may have added a session."""
        if self.furnished.is_set():
            self._follow_draft()
            self.load_recent()

    @work(thread=True, exclusive=True, group="recent")
    def load_recent(self) -> None:
        """List saved sessions beside the screen's own work; what cannot be listed is said in the list."""
        try:
            found, problem = self.app.sessions()[:RECENT], ""
        except SelforgError as failure:
            found, problem = [], str(failure)
        self.app.call_from_thread(self._show_recent, found, problem)

    def config(self) -> RunConfig:
        """What Enter would run: the draft if it is for this mission, else the mission as its own task."""
        import msgspec

        from selforg_tui.missions import bank

        mission, draft = self.query_one("#mission", MissionField).mission, self.app.draft
        if draft.mission == mission:
            return draft
        values = next((example.values for example in bank() if example.mission == mission), ())
        return msgspec.structs.replace(draft, mission=mission, tasks=(), values=values)

    @on(MissionField.Submitted)
    def action_run(self) -> None:
        """Start the team."""
        self.app.draft = self.config()
        self.app.start(self.app.draft)

    def action_setup(self) -> None:
        from selforg_tui.tui.screens.setup import SetupScreen

        self.app.draft = self.config()
        self.app.push_screen(SetupScreen())

    def action_sessions(self) -> None:
        from selforg_tui.tui.screens.sessions import SessionsScreen

        self.app.push_screen(SessionsScreen())

    def action_next_protocol(self) -> None:
        import msgspec

        from selforg_tui.protocols.registry import names

        known, current = names(), self.app.draft.protocol
        following = known[(known.index(current) + 1) % len(known)] if current in known else known[0]
        self.app.draft = msgspec.structs.replace(self.app.draft, protocol=following, parameters={})
        self._show_plan()

    def action_back_to_mission(self) -> None:
        self.query_one("#mission").focus()

    @property
    def _rest(self) -> HomeRest:
        from selforg_tui.tui.screens.home_rest import HomeRest

        return self.query_one(HomeRest)

    def _show_recent(self, found: Sequence[SessionInfo], problem: str) -> None:
        if self.query("#recent"):  # else the app is closing
            self._rest.show_recent(found, problem)

    async def _furnish(self) -> None:
        from selforg_tui.tui.screens.home_rest import HomeRest
        from selforg_tui.tui.widgets.footer import LastingFooter

        await self.query_one("#home").mount(HomeRest())
        await self.mount(LastingFooter(show_command_palette=True))
        self.refresh_bindings()
        self.app.furnish()
        self.furnished.set()
        self._follow_draft()
        self.load_recent()

    def _follow_draft(self) -> None:
        mission, wanted = self.query_one("#mission", MissionField), self.app.draft.mission
        if wanted and wanted != mission.mission:
            mission.text = wanted
        self._show_plan()

    @on(MissionField.Changed)
    def _show_plan(self) -> None:
        if not self.furnished.is_set():
            return
        config = self.config()
        simulated = any(spec.simulated for spec in (*config.models, *config.judges))
        self.query_one("#simulated", Static).update("SIMULATED · no key needed" if simulated else "")
        self._rest.show(config)

    @on(OptionList.OptionSelected, "#examples")
    def _take_example(self, event: OptionList.OptionSelected) -> None:
        from selforg_tui.missions import bank

        mission = self.query_one("#mission", MissionField)
        mission.text = bank()[event.option_index].mission
        mission.move_cursor(mission.document.end)
        mission.focus()

    @on(OptionList.OptionSelected, "#recent")
    def _replay(self, event: OptionList.OptionSelected) -> None:
        recent = self._rest.recent
        if event.option_index < len(recent):
            self.app.replay(recent[event.option_index].path)
