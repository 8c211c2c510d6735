"""The question before a run that may be expensive."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from selforg_tui.core.config import RunConfig


def question_about(config: RunConfig, times: int = 1) -> str | None:
    """What to ask before this run, or so many of it, None where nothing; loads prices, so call it in a thread. Raises ConfigError."""
    from selforg_tui.engine import consent
    from selforg_tui.engine.estimate import estimate
    from selforg_tui.settings.config_file import defaults

    return consent.question(config, estimate(config), defaults().ask_usd, times)


class ConsentPrompt(ModalScreen[bool]):
    """Gives whether to go on."""

    CSS_PATH = "prompts.tcss"
    HELP = (
        "A run on models that cost money is asked about where it may cost more than ask_usd in [limits] of the config (1 dollar at first)."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Run it", id="consent.yes"),
        Binding("n,escape", "dismiss(False)", "Do not run", id="consent.no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = "Before it starts", "y runs it · n or Esc does not"
            yield Static(Content(self._question))
            yield Static(Content.styled("A limit in Setup ends the run before it takes more than you want.", "$muted"))
