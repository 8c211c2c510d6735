"""Help for the part that has the focus, and the keys that work there."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

_OF_TEXTUAL = ("app.focus", "screen.", "app.command_palette")


def help_of(screen: Screen[Any]) -> tuple[str, list[tuple[str, str]]]:
    """What to say about the focused part (or the screen), and its keys as (key, what it does)."""
    node: DOMNode = screen.focused or screen
    texts = [text.strip() for part in node.ancestors_with_self if (text := getattr(part, "help_text", None) or getattr(part, "HELP", None))]
    keys: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if (
            binding.description
            and not binding.action.startswith(_OF_TEXTUAL)
            and (binding.id or binding.show or isinstance(active.node, Screen))
        ):
            keys.setdefault(binding.description, []).append(binding.key_display or screen.app.get_key_display(binding))
    rows = [(" ".join(dict.fromkeys(names)), what) for what, names in keys.items()]
    return "\n\n".join(texts) or "Nothing is said about this part yet.", [*rows, ("^p", "Everything that can be done here, by name")]


class HelpScreen(ModalScreen[None]):
    """A text and a list of keys, over the screen that was left."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark,enter", "dismiss", "Back", priority=True)]

    def __init__(self, text: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._text, self._pairs = text, keys

    def compose(self) -> ComposeResult:
        wide = max(len(key) for key, _ in self._pairs)
        with VerticalScroll(id="help", classes="panel") as box:
            box.border_title, box.border_subtitle = "Help", "Esc goes back"
            yield Static(self._text, markup=False, id="help-text")
            yield Static(
                Content("\n").join(Content.assemble((f"{key:>{wide}}  ", "$accent"), what) for key, what in self._pairs), id="help-keys"
            )

    async def action_dismiss(self, result: None = None) -> None:
        self.dismiss(result)
