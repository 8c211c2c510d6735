"""Home: a mission ready to start."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import SelforgError
from selforg_tui.missions import Example, bank
from selforg_tui.protocols import registry
from selforg_tui.tui.widgets.list_panel import ListPanel
from selforg_tui.tui.widgets.mission_field import MissionField
from selforg_tui.tui.widgets.protocol_picture import ProtocolPicture
from selforg_tui.tui.widgets.session_line import session_line

if TYPE_CHECKING:
    from selforg_tui.sessions.store import SessionInfo
    from selforg_tui.tui.app import LabApp

RECENT = 20
"""Sessions that Home lists; all of them are on their own screen."""
OF_EXAMPLES = "Missions to try. Enter puts one into the mission field, with its values; Setup has their tasks."
OF_RECENT = "What was run on this machine. Enter replays a session on the same screen on which it ran."


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

    def compose(self) -> ComposeResult:
        with Container(id="home"):
            yield Static(
                Content.assemble(("self", "bold"), ("org", "bold $primary"), ("  a laboratory for self-organizing teams", "$muted")),
                id="banner",
            )
            yield Static("", id="simulated", classes="simulated")
            mission = MissionField(
                self.app.draft.mission,
                placeholder=bank()[0].mission,
                tab_behavior="focus",
                id="mission",
                classes="panel",
                highlight_cursor_line=False,
            )
            mission.border_title, mission.border_subtitle = "Mission", "Enter starts the team · type your own · → edits the example"
            yield mission
            yield Static("", id="plan")
            with Container(id="below"):
                yield ProtocolPicture(self.app.draft.protocol, id="picture")
                yield ListPanel("Example missions", "Enter takes one", OF_EXAMPLES, id="examples")
                yield ListPanel("Recent sessions", "Enter replays", OF_RECENT, id="recent")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#examples", OptionList).add_options(Option(_example_line(one)) for one in bank())
        self._recent: list[SessionInfo] = []
        self.query_one("#mission").focus()
        self.call_after_refresh(self.load_recent)

    def on_screen_resume(self) -> None:
        """Setup may have changed what is to be run, and a run may have added a session."""
        mission = self.query_one("#mission", MissionField)
        if self.app.draft.mission and self.app.draft.mission != mission.mission:
            mission.text = self.app.draft.mission
        self._show_plan()
        if hasattr(self, "_recent"):
            self.load_recent()

    @work(thread=True, exclusive=True, group="recent", exit_on_error=False)
    def load_recent(self) -> None:
        """List saved sessions beside the screen's own work; what cannot be listed is said in the list."""
        try:
            found, problem = self.app.sessions()[:RECENT], ""
        except SelforgError as failure:
            found, problem = [], str(failure)
        self.app.call_from_thread(self._show_recent, found, problem)

    def config(self) -> RunConfig:
        """What Enter would run."""
        mission = self.query_one("#mission", MissionField).mission
        draft = self.app.draft
        if draft.mission == mission:
            return draft
        example = next((one for one in bank() if one.mission == mission), None)
        return msgspec.structs.replace(draft, mission=mission, tasks=(), values=example.values if example else ())

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
        names = registry.names()
        current = self.app.draft.protocol
        following = names[(names.index(current) + 1) % len(names)] if current in names else names[0]
        self.app.draft = msgspec.structs.replace(self.app.draft, protocol=following, parameters={})
        self.query_one("#picture", ProtocolPicture).show(following)
        self._show_plan()

    def action_back_to_mission(self) -> None:
        self.query_one("#mission").focus()

    @on(OptionList.OptionSelected, "#examples")
    def _take_example(self, event: OptionList.OptionSelected) -> None:
        mission = self.query_one("#mission", MissionField)
        mission.text = bank()[event.option_index].mission
        mission.move_cursor(mission.document.end)
        mission.focus()

    @on(OptionList.OptionSelected, "#recent")
    def _replay(self, event: OptionList.OptionSelected) -> None:
        if event.option_index < len(self._recent):
            self.app.replay(self._recent[event.option_index].path)

    @on(MissionField.Changed)
    def _show_plan(self) -> None:
        config = self.config()
        who = " + ".join(f"{spec.name}{f' ×{spec.seats}' if spec.seats else ''}" for spec in config.models)
        tasks = f"{len(config.tasks)} tasks" if len(config.tasks) > 1 else "one task"
        judge = f"judged by {config.judge.name}" if config.judge else "not judged"
        simulated = any(spec.simulated for spec in (*config.models, *([config.judge] if config.judge else [])))
        self.query_one("#simulated", Static).update(Content("SIMULATED · no key needed" if simulated else ""))
        title = registry.find(config.protocol).title
        line = Content.assemble(
            (title, "bold"), f" · {config.agents} agents · ", (who, "$secondary"), f" · {tasks} · {judge} · seed {config.seed}"
        )
        self.query_one("#plan", Static).update(line)
        self.query_one("#picture", ProtocolPicture).show(config.protocol)

    def _show_recent(self, found: list[SessionInfo], problem: str) -> None:
        recent = self.query_one("#recent", OptionList)
        self._recent = found
        recent.clear_options()
        if found:
            recent.add_options(Option(session_line(info)) for info in found)
        else:
            recent.add_option(Option(Content(problem or "None yet. What you run is kept here, to replay."), disabled=True))


def _example_line(example: Example) -> Content:
    levels = " ".join(task.level for task in example.tasks)
    return Content.assemble(example.title, (f"  {levels}", "$secondary"), "\n  ", (example.mission, "$muted"))
