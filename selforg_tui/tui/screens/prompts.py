"""Small questions over a screen: the name of a file, a key."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Select, Static

from selforg_tui.core.errors import ConfigError
from selforg_tui.models.discovery import remembered
from selforg_tui.models.providers import providers
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.text_file import read_text
from selforg_tui.tui.widgets.field import Field, FieldRow


class FilePrompt(ModalScreen[str | None]):
    """Gives the text of a file, or None."""

    CSS_PATH = "prompts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="prompt.back")]

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = Content(f"{self._what} from a file"), "Enter reads it · Esc goes back"
            help_text = "A text file in UTF-8. Its text takes the place of what is in the field."
            yield FieldRow(Field("path", "File", Input(placeholder="~/mission.txt"), help_text))

    @on(Input.Submitted)
    def _read(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(read_text(event.value.strip()))
        except ConfigError as problem:
            self.query_one(FieldRow).say({"path": str(problem)})


class KeyPrompt(ModalScreen[str | None]):
    """Takes a key for as long as the app runs, and gives the provider it is for, or None. The key goes nowhere else."""

    CSS_PATH = "prompts.tcss"
    HELP = (
        "A key pasted here is kept in memory until you leave the app. It is never shown, and never written to a file, a log or a session."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="prompt.back")]

    def __init__(self, keys: Keys, provider: str) -> None:
        super().__init__()
        self._keys, self._provider = keys, provider

    def compose(self) -> ComposeResult:
        asking = {server.provider for server in remembered() if server.state == "needs_key"}
        needing = [provider for provider in providers().values() if provider.needs_key or provider.name in asking]
        first = self._provider if any(provider.name == self._provider for provider in needing) else needing[0].name
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = "A key for this session", "Enter takes it · Esc goes back"
            yield Static(self.HELP, classes="muted", markup=False)
            choices = [(Content(provider.title), provider.name) for provider in needing]
            yield FieldRow(Field("provider", "Provider", Select(choices, value=first, allow_blank=False), "Whose key it is."))
            key = Field("key", "Key", Input(password=True, placeholder="paste it here"), "It is masked and never saved.")
            yield FieldRow(key, id="key-row")

    def on_mount(self) -> None:
        self.query_one("#key", Input).focus()

    @on(Input.Submitted, "#key")
    def _take(self, event: Input.Submitted) -> None:
        key, provider = event.value.strip(), self.query_one(Select).value
        if not key:
            self.query_one("#key-row", FieldRow).say({"key": "No key was pasted: paste one, or go back with Esc."})
            return
        self._keys.paste(str(provider), key)
        event.input.clear()
        self.dismiss(str(provider))
