"""A guess of Q, before the judge has spoken."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from selforg_tui.core.errors import ConfigError
from selforg_tui.tui.run.judge.guess import EXAMPLES, read_guess
from selforg_tui.tui.widgets.field import Field, FieldRow


class GuessPrompt(ModalScreen[float | None]):
    """Gives a guess of Q, or None."""

    CSS_PATH = "prompts.tcss"
    HELP = """How good will the judge find the solution? Q = (accuracy + completeness + coherence + actionability) / 16, each from 1 to 4. \
The team goes on meanwhile."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="prompt.back")]

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = Content(f"Your guess ── task {self._number}"), "Enter takes it · Esc goes back"
            note = f"{EXAMPLES}; Q goes from .25 to 1"
            yield FieldRow(Field("guess", "Q will be", Input(placeholder=".70", max_length=20), self.HELP), note=note)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(read_guess(event.value))
        except ConfigError as problem:
            self.query_one(FieldRow).say({"guess": str(problem)})
