"""The line below the board in which one types whom to show."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from selforg_tui.tui.run.board.board import Board


class FilterLine(Input):
    """Only agents that match what is typed are shown; Enter keeps it that way, Esc shows all again."""

    HELP = "Whom to show: a number, or words of a status, a role or a model. Enter goes to those that are left, Esc shows all again."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,up", "keep", "Keep the filter", id="filter.keep", key_display="enter"),
        Binding("escape", "give_up", "Show all", id="filter.clear"),
    ]
    DEFAULT_CSS = """
    FilterLine, FilterLine:focus {
        display: none;
        height: 1;
        border: none;
        padding: 0 1;
        background: $panel;
        &.-open { display: block; }
    }
    """

    def __init__(self, board: Board, *, id: str | None = None) -> None:
        super().__init__(placeholder="whom to show: a number, a status, a role, a model", id=id, compact=True, max_length=80)
        self._board = board

    @property
    def height_needed(self) -> int:
        """Lines that it takes now."""
        return 1 if self.has_class("-open") else 0

    def open(self) -> None:
        """Begin to type."""
        self.add_class("-open")
        self.value = self._board.text
        self.focus()

    def action_keep(self) -> None:
        self._board.focus()

    def action_give_up(self) -> None:
        self.value = ""
        self._board.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._board.find(event.value)

    def on_blur(self, event: events.Blur) -> None:
        if self.app.app_focus:  # not when the terminal as a whole loses it
            self.remove_class("-open")
            self._board.rearrange()
