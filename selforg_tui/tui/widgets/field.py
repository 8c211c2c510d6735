"""A labelled control with room below it for what is wrong with its content."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


class Field(Vertical):
    """The label stands in the control's border; the line below it shows a problem, or a note, or nothing."""

    def __init__(self, name: str, label: str, control: Widget, help: str, hint: str = "") -> None:
        super().__init__(id=f"field-{name}", classes="field")
        self.control = control
        self.help_text = f"{label}. {help}"
        self.hint = ""
        """What stands below the control where nothing else has to be said."""
        control.id = name
        control.add_class("panel")
        control.border_title, control.border_subtitle = Content(label), Content(hint)
        self._said = Static("", classes="said")

    def compose(self) -> ComposeResult:
        yield self.control
        yield self._said

    def say(self, problem: str = "", note: str = "") -> None:
        """Show a problem, else a note, else nothing."""
        self._said.update(Content(problem or note))
        self._said.set_class(bool(problem), "problem")
        self._said.display = bool(problem or note)
        self.control.set_class(bool(problem), "wrong")
