"""A person judges: five keys, one for each dimension, with the anchors in words beside the solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from selforg_tui import prompts
from selforg_tui.core.errors import SelforgError
from selforg_tui.core.ids import digest
from selforg_tui.judging.anchors import anchors
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.sessions.judged import Judged
from selforg_tui.sessions.verdicts import Person, now
from selforg_tui.tui.run.surface.cells import flat, safe
from selforg_tui.tui.widgets.footer import LastingFooter

if TYPE_CHECKING:
    from selforg_tui.tui.app import LabApp


class JudgeYourself(Screen[bool]):
    """Task by task. Shows what a judge is shown: mission, task, solution; no scores, no names. Gives whether anything was kept."""

    CSS_PATH = "verdicts.tcss"
    app: LabApp
    HELP = """You see what a judge sees: mission, task and solution. For each of the five dimensions press 1, 2, 3 or 4; Backspace goes \
back by one, Esc leaves without keeping this task's verdict. The arrow keys scroll. Yours is kept beside the models' verdicts and never \
mixed with them."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{score}", f"give({score})", "Score", id=f"yourself.{score}", key_display="1–4", show=score == 1)
            for score in range(1, 5)
        ),
        Binding("backspace", "undo", "One back", id="yourself.undo", key_display="⌫"),
        Binding("escape", "leave", "Leave", id="yourself.leave"),
    ]

    def __init__(self, judged: Judged) -> None:
        super().__init__()
        self._judged = judged
        self._open = judged.solved
        self._given: list[int] = []
        self._kept = False
        self._anchors = anchors(judged.state.started.prompts.get("judge.txt") or prompts.load()["judge.txt"])

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="text", classes="panel"):
            yield Static("", id="solution", markup=False)
        yield Static("", id="asked", classes="panel", markup=False)
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one("#text").focus()
        self._next()

    def action_give(self, score: int) -> None:
        """The score of the dimension that is asked for; after the fifth the verdict is kept and the next task comes."""
        self._given.append(score)
        if len(self._given) < len(DIMENSIONS):
            self._ask()
            return
        one = self._open.pop(0)
        entry = Person(at=now(), task=one.number, scores=dict(zip(DIMENSIONS, self._given, strict=True)), solution=digest(one.solution))
        try:
            self._judged.add([entry], self.app.keys)
        except SelforgError as problem:
            self.app.complain(problem)
            self.dismiss(self._kept)
            return
        self._kept = True
        self._given.clear()
        if self._open:
            self._next()
        else:
            self.dismiss(True)

    def action_undo(self) -> None:
        """Take the last score back."""
        if self._given:
            self._given.pop()
            self._ask()

    def action_leave(self) -> None:
        """What was given for whole tasks is kept."""
        self.dismiss(self._kept)

    def _next(self) -> None:
        one, config = self._open[0], self._judged.state.started.config
        box = self.query_one("#text")
        box.border_title = Content(f"Judge it yourself ── task {one.number} ({one.task.level})")
        values = "".join(f"\n- {flat(value)}" for value in config.values)
        about = (
            ("Mission  ", "$muted"),
            flat(config.mission),
            (values, "$muted"),
            "\n",
            ("Task     ", "$muted"),
            flat(one.task.text),
            "\n\n",
        )
        self.query_one("#solution", Static).update(Content.assemble(*about, safe(one.solution)))
        box.scroll_home(animate=False)
        self._ask()

    def _ask(self) -> None:
        name = DIMENSIONS[len(self._given)]
        question, words = self._anchors[name]
        panel = self.query_one("#asked", Static)
        panel.border_title = Content(f"{len(self._given) + 1} of {len(DIMENSIONS)}: {name}")
        panel.border_subtitle = Content(" · ".join(f"{each} {score}" for each, score in zip(DIMENSIONS, self._given, strict=False)))
        lines: list[tuple[str, str] | str] = [(question, "bold")]
        for score, text in words.items():
            lines += ["\n", (f" {score} ", "bold $primary"), text]
        panel.update(Content.assemble(*lines))
