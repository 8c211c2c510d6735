"""The field in which a mission is typed, that starts a run on Enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea


class MissionField(TextArea):
    """Several lines of text; Enter submits, Ctrl+J makes a new line. Empty, it stands for its placeholder."""

    HELP = """Say what the team is for, in a sentence or a page. Enter starts the team; Ctrl+J makes a new line.

An empty field stands for the example shown in it: the right arrow takes the example as your own text."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,alt+enter", "new_line", "New line", id="mission.new-line", show=False),
        Binding("enter", "submit", "Run", id="mission.run", tooltip="Start the team on this mission"),
        Binding("right", "take_or_right", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        field: MissionField

    @property
    def mission(self) -> str:
        """What was typed, or the example where nothing was."""
        return self.text.strip() or str(self.placeholder)

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter":  # the text area would take it as a new line before any binding is looked at
            event.stop()
            event.prevent_default()
            self.action_submit()

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def action_new_line(self) -> None:
        if self.text:
            self.insert("\n")
        else:  # Enter pressed before the terminal was ours arrives as Ctrl+J
            self.action_submit()

    def action_take_or_right(self) -> None:
        if self.text:
            self.action_cursor_right()
        else:
            self.text = str(self.placeholder)
            self.move_cursor(self.document.end)
