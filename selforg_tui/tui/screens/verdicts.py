"""All verdicts on a session: its own court's, later ones, and what people made of it; and more of them on request."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from selforg_tui.core.config import MOST_JUDGES
from selforg_tui.core.court import read_judges, written
from selforg_tui.core.errors import ConfigError, SelforgError
from selforg_tui.metrics.agreement import in_words
from selforg_tui.sessions.judged import Judged, Row
from selforg_tui.tui.run.surface.cells import fit, flat
from selforg_tui.tui.widgets.field import Field, FieldRow
from selforg_tui.tui.widgets.footer import LastingFooter
from selforg_tui.tui.widgets.models_input import ModelsInput

if TYPE_CHECKING:
    from selforg_tui.settings.keys import Keys
    from selforg_tui.tui.app import LabApp

SHORT = {"accuracy": "acc", "completeness": "com", "coherence": "coh", "actionability": "act", "mission": "mis"}


class VerdictsScreen(Screen[None]):
    """Reads a session's file and the one beside it. `asking`: the question who is to judge is put at once."""

    CSS_PATH = "verdicts.tcss"
    app: LabApp
    HELP = """Every verdict on this session. The first are those that its own court gave; later ones are kept in a file beside it and \
change nothing about its Q. Asking one judge several times shows how much of a gap between two sessions is its noise.

A person's verdict stands apart and is never mixed with those of models."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "again", "Judge again", id="verdicts.again", tooltip="Ask other judges, or the same several times"),
        Binding("p", "person", "Judge it yourself", id="verdicts.person", tooltip="Five keys, one for each dimension"),
        Binding("escape", "app.pop_screen", "Back", id="verdicts.back"),
    ]

    def __init__(self, path: Path, *, asking: bool = False) -> None:
        super().__init__()
        self._path, self._asking = path, asking
        self.judged: Judged | None = None
        self.done = asyncio.Event()
        """Set while nothing is read or asked."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="verdicts", classes="panel") as box:
            box.border_title = "Verdicts"
            yield Static("Reading …", id="told", markup=False)
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one("#verdicts").focus()
        self._read()

    @work(exclusive=True, group="verdicts")
    async def _read(self) -> None:
        try:
            self.judged = await asyncio.to_thread(Judged, self._path)
        except SelforgError as problem:
            self.query_one("#told", Static).update(Content(str(problem)))
        else:
            self._show()
            if self._asking:
                self._asking = False
                self.action_again()
        self.done.set()

    def action_again(self) -> None:
        """Ask who is to judge, and how often."""
        if self.judged is None or self._busy:
            return
        usual = ""
        with suppress(ConfigError):
            usual = written(self.judged.usual_judges(self.app.keys))
        self.app.push_screen(JudgesPrompt(self.app.keys, usual), self._asked)

    def action_person(self) -> None:
        """To the screen with the five keys."""
        if self.judged is None:
            return
        if not self.judged.solved:
            self.app.complain("There is no solution in this session, so there is nothing to judge.")
            return
        from selforg_tui.tui.screens.judge_yourself import JudgeYourself

        self.app.push_screen(JudgeYourself(self.judged), lambda kept: self._show())

    @property
    def _busy(self) -> bool:
        return bool(self.query_one("#verdicts").border_subtitle)

    def _asked(self, text: str | None) -> None:
        if text is not None and self.judged is not None:
            self.done.clear()
            self._judge(text, self.judged)

    @work(exclusive=True, group="verdicts")
    async def _judge(self, text: str, judged: Judged) -> None:
        from selforg_tui.sessions.rejudging import Rejudging
        from selforg_tui.settings.config_file import defaults
        from selforg_tui.tui.screens.consent import ConsentPrompt

        box = self.query_one("#verdicts")
        try:
            rejudging = await asyncio.to_thread(Rejudging, judged, read_judges(text), self.app.keys)
            question = await asyncio.to_thread(rejudging.question, defaults().ask_usd)
            if question is not None and not await self.app.push_screen_wait(ConsentPrompt(question)):
                return
            box.border_subtitle = Content(f"◐ {len(rejudging.judges)} asked about {len(judged.solved)} …")
            if all(spec.simulated for spec in rejudging.judges):  # nobody watches them write: in virtual time
                await asyncio.to_thread(rejudging.run_unwatched)
            else:
                await rejudging.run()
        except SelforgError as problem:
            self.app.complain(problem)
        finally:
            if self.is_attached:
                box.border_subtitle = ""
                self._show()
            self.done.set()

    def _show(self) -> None:
        if self.judged is not None and self.is_attached:
            self.query_one("#told", Static).update(told(self.judged, max(40, self.app.size.width - 6)))


class JudgesPrompt(ModalScreen[str | None]):
    """Gives who is to judge, as `read_judges` reads it, or None."""

    CSS_PATH = "prompts.tcss"
    HELP = "Models separated by spaces; =5 behind one asks it five times. What costs money is asked about first."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="prompt.back")]

    def __init__(self, keys: Keys, usual: str) -> None:
        super().__init__()
        self._keys, self._usual = keys, usual

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = "Judge again", "Enter asks them · Esc goes back"
            yield Static(self.HELP, classes="muted", markup=False)
            field = Field("judges", "Judges", ModelsInput(self._keys, self._usual, placeholder="sim:judge=5"), f"At most {MOST_JUDGES}.")
            yield FieldRow(field)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        try:
            if not read_judges(event.value):
                raise ConfigError("Nobody is named to judge: name a model, for example sim:judge.")
        except ConfigError as problem:
            self.query_one(FieldRow).say({"judges": str(problem)})
        else:
            self.dismiss(event.value)


def told(judged: Judged, width: int) -> Content:
    """All of it as text, at most `width` cells wide where it is a table."""
    parts: list[tuple[str, str] | str] = []
    room = max(14, min(44, width - 46))
    for task in judged.state.tasks:
        parts += [(f"Task {task.number} ({task.level})  ", "bold $primary"), f"{flat(task.text)}\n"]
        heads = "".join(f"{short:>5}" for short in SHORT.values())
        parts.append((f"{'':<9}{fit('judge', room)}{'Q':>6} {heads}\n", "$muted"))
        for row in judged.rows(task):
            parts += _line(row, room)
        guess = judged.guess(task)
        if guess is not None:
            q = f"{guess.q:.2f}".removeprefix("0")
            when = "guessed in a replay" if guess.replayed else "guessed before the verdict"
            parts.append(f"{'guess':<9}{fit(when, room)}{q:>6}\n")
        parts.append("\n")
    found = judged.agreement()
    if found.exact is not None and found.within_one is not None:
        parts.append(f"Judges give the same score in {found.exact:.0%} of pairs, at most one apart in {found.within_one:.0%}.")
        parts.append(f" Krippendorff's alpha (ordinal) {found.alpha:.2f} over {found.items} items.\n" if found.alpha is not None else "\n")
    for noise in judged.noise():
        parts.append(f"{in_words(noise, flat(noise.model))}\n")
    if not judged.noise():
        parts.append(("No judge was asked twice yet: how much of a gap is its noise cannot be told. j asks again.\n", "$muted"))
    for one in judged.later.comparisons:
        said = ", ".join(f"{name} {better}" for name, better in one.better.items())
        parts.append(f"Compared blind by a person: task {one.task} with task {one.other_task} of {flat(one.other_session)}: {said}\n")
    return Content.assemble(*parts)


def _line(row: Row, room: int) -> list[tuple[str, str] | str]:
    who = flat(row.who) or "nobody"
    q = "–" if row.q is None else f"{row.q:.2f}".removeprefix("0")
    scores = "".join(f"{row.scores.get(name, '–') if row.scores else '–':>5}" for name in SHORT)
    style = {"original": "bold", "later": "", "person": "$secondary"}[row.kind]
    line: list[tuple[str, str] | str] = [(f"{row.kind:<9}", "$muted"), (f"{fit(who, room)}{q:>6} {scores}", style)]
    line.append((" SIM" if row.simulated else "", "$simulated"))
    return [*line, (f"\n          {flat(row.why)}", "$warning") if row.scores is None else "", "\n"]
