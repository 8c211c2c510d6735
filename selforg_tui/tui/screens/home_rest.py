"""Home below the mission: what would be run, who would see what, other missions, recent sessions."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from selforg_tui.core.config import RunConfig
from selforg_tui.core.court import judges_in_words
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.seating import team_in_words
from selforg_tui.missions import Example, bank
from selforg_tui.protocols.registry import find
from selforg_tui.sessions.store import SessionInfo
from selforg_tui.tui.widgets.list_panel import ListPanel
from selforg_tui.tui.widgets.protocol_picture import ProtocolPicture
from selforg_tui.tui.widgets.session_line import session_line

OF_EXAMPLES = "Missions to try. Enter puts one into the mission field, with its values; Setup has their tasks."
OF_RECENT = "What was run on this machine. Enter replays a session on the same screen on which it ran."


class HomeRest(Container):
    """Shows; the screen decides."""

    def __init__(self) -> None:
        super().__init__(id="rest")
        self.recent: Sequence[SessionInfo] = ()

    def compose(self) -> ComposeResult:
        yield Static("", id="plan")
        with Container(id="below"):
            yield ProtocolPicture("sequential", id="picture")
            examples = ListPanel("Example missions", "Enter takes one", OF_EXAMPLES, id="examples")
            examples.add_options(Option(_line(example)) for example in bank())
            yield examples
            yield ListPanel("Recent sessions", "Enter replays", OF_RECENT, id="recent")

    def show(self, config: RunConfig) -> None:
        """What Enter would run."""
        who = team_in_words(config)
        tasks = f"{len(config.tasks)} tasks" if len(config.tasks) > 1 else "one task"
        judge = f"judged by {judges_in_words(config)}" if config.judge else "not judged"
        line = Content.assemble(
            (_title(config.protocol), "bold"),
            f" · {config.agents} agents · ",
            (who, "$secondary"),
            f" · {tasks} · {judge} · seed {config.seed}",
        )
        self.query_one("#plan", Static).update(line)
        self.query_one("#picture", ProtocolPicture).show(config.protocol)

    def show_recent(self, found: Sequence[SessionInfo], problem: str) -> None:
        """These sessions, or why there are none."""
        self.recent = found
        listed = self.query_one("#recent", OptionList)
        listed.clear_options()
        if found:
            listed.add_options(Option(session_line(info)) for info in found)
        else:
            listed.add_option(Option(Content(problem or "None yet. What you run is kept here, to replay."), disabled=True))


def _line(example: Example) -> Content:
    levels = " ".join(task.level for task in example.tasks)
    return Content.assemble(example.title, (f"  {levels}", "$secondary"), "\n  ", (example.mission, "$muted"))


def _title(protocol: str) -> str:
    try:
        return find(protocol).title
    except ConfigError:  # of another package, which does not load; its picture says why
        return protocol
