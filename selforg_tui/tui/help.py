"""Help for the part that has the focus, and the keys that work there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from selforg_tui.tui.named import with_keys

_OF_TEXTUAL = ("app.focus", "screen.", "app.command_palette")


GAP = 3
"""Cells between two columns of keys."""


class Help(NamedTuple):
    """What there is to say about the part that has the focus."""

    text: str
    """What it is: the first lines."""
    keys: list[tuple[str, str]]
    """(key, what it does): of the part itself, then those that the screen always names, then the rest."""
    more: str
    """What its signs mean, and what the screen is."""


def help_of(screen: Screen[Any]) -> Help:
    """About the focused part, or the screen."""
    node: DOMNode = screen.focused or screen
    texts = [text.strip() for part in node.ancestors_with_self if (text := getattr(part, "help_text", None) or getattr(part, "HELP", None))]
    keys: dict[str, tuple[int, list[str]]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if (
            binding.description
            and not binding.action.startswith(_OF_TEXTUAL)
            and (binding.id or binding.show or isinstance(active.node, Screen))
        ):
            rank = 0 if not isinstance(active.node, (Screen, App)) else 1 if binding.show else 2
            before, names = keys.get(binding.description, (rank, []))
            names.append(binding.key_display or screen.app.get_key_display(binding))
            keys[binding.description] = (min(before, rank), names)
    dearest = sorted(keys.items(), key=lambda each: each[1][0])
    rows = [(" ".join(dict.fromkeys(names)), what) for what, (_, names) in dearest]
    text, _, more = with_keys("\n\n".join(texts)).partition("\n\n")
    return Help(text or "Nothing is said about this part yet.", [*rows, ("^p", "Every action")], more)


def beside(keys: Sequence[tuple[str, str]], width: int) -> list[Content]:
    """Lines of keys, as many in each as `width` cells hold; the first are at the top."""
    key, what = (max(cell_len(pair[place]) for pair in keys) for place in (0, 1))
    columns = max(1, (width + GAP) // (key + 2 + what + GAP))
    lines = []
    for first in range(0, len(keys), columns):
        row = keys[first : first + columns]
        gaps = [" " * (what + GAP - cell_len(pair[1])) for pair in row[:-1]] + [""]
        parts = [Content.assemble((f"{pair[0]:>{key}}  ", "bold $accent"), pair[1], gap) for pair, gap in zip(row, gaps, strict=True)]
        lines.append(Content("").join(parts))
    return lines


class Keys(Static):
    """Keys beside each other, as there is room."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="help-keys")
        self._keys = keys

    def on_resize(self, event: events.Resize) -> None:
        lines = beside(self._keys, event.size.width)
        self.styles.height = len(lines)
        self.update(Content("\n").join(lines))


class HelpScreen(ModalScreen[None]):
    """A text, keys and what signs mean, over the screen that was left."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark,enter", "dismiss", "Back", priority=True)]

    def __init__(self, about: Help) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help", classes="panel") as box:
            box.border_title, box.border_subtitle = "Help", "Esc goes back"
            yield Static(self._about.text, markup=False)
            yield Keys(self._about.keys)
            if self._about.more:
                yield Static(self._about.more, markup=False, id="help-more")

    async def action_dismiss(self, result: None = None) -> None:
        self.dismiss(result)
