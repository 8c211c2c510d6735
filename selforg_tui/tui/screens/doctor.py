"""Doctor: whether this machine and the models are ready, and what to do where they are not."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from selforg_tui.core.errors import SelforgError
from selforg_tui.tui.widgets.findings import Findings
from selforg_tui.tui.widgets.footer import LastingFooter

if TYPE_CHECKING:
    from selforg_tui.core.config import ModelSpec
    from selforg_tui.doctor.findings import PlaceFinding, Report
    from selforg_tui.tui.app import LabApp


class DoctorScreen(Screen[None]):
    """Two lists, which fill as answers come in."""

    CSS_PATH = "doctor.tcss"
    app: LabApp
    HELP = """Each provider that you have a key for is asked for its list of models; the others are not asked at all, and no call is made \
that costs money. Servers on this machine are asked whether they run.

The command 'selforg-tui doctor --live' goes further and asks each provider one tiny question."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "again", "Again", id="doctor.again", tooltip="Look at everything once more"),
        Binding("escape", "app.pop_screen", "Back", id="doctor.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done = asyncio.Event()
        """Set while nothing is being looked at."""
        self.report: Report | None = None
        self._found: dict[int, PlaceFinding] = {}

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="doctor"):
            for name, title in (("machine", "This machine"), ("places", "Models")):
                panel = Findings(id=name)
                panel.border_title = title
                yield panel
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one("#doctor").focus()
        self.done.set()
        self.action_again()

    def action_again(self) -> None:
        if not self.done.is_set():
            return
        self.done.clear()
        self._found.clear()
        self._say("looking …")
        draft = self.app.draft
        threading.Thread(target=self._look, args=(draft.specs(),), daemon=True, name="doctor-screen").start()

    def _look(self, specs: tuple[ModelSpec, ...]) -> None:
        """In a thread that nobody waits for when the app ends."""
        from selforg_tui.doctor.check import check

        with suppress(RuntimeError):  # the app may have ended meanwhile
            try:
                report = check(specs, self.app.keys, lambda *found: self.app.call_from_thread(self._take, *found))
            except SelforgError as problem:
                self.app.call_from_thread(self._fail, problem)
            else:
                self.app.call_from_thread(self._finish, report)

    def _take(self, finding: PlaceFinding, index: int, done: int, of: int) -> None:
        self._found[index] = finding
        if self.is_attached:
            self.query_one("#places", Findings).show(places=[self._found[index] for index in sorted(self._found)])
            self._say(f"{done} of {of} …")

    def _finish(self, report: Report) -> None:
        self.report = report
        self.done.set()
        if self.is_attached:
            self.query_one("#machine", Findings).show(machine=report.machine)
            self.query_one("#places", Findings).show(places=report.places)
            self._say("" if report.models_work else "something fails")

    def _fail(self, problem: SelforgError) -> None:
        self.done.set()
        if self.is_attached:
            self._say("")
            self.app.complain(problem)

    def _say(self, text: str) -> None:
        self.query_one("#places").border_subtitle = Content(text)
