"""What stands where a terminal has no room for a screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static


class TooSmall(ModalScreen[None]):
    """Covers the screen until the terminal has grown; what runs goes on underneath."""

    CSS_PATH = "small.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "app.quit", "Leave", show=False)]

    def compose(self) -> ComposeResult:
        yield Static(
            "This window is a little small for a team at work. Please make it at least 60 columns wide and 16 rows high; nothing is lost."
        )
