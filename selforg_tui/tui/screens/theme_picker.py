"""The list of themes, beside an app that wears the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.theme import Theme
from textual.widgets import OptionList

from selforg_tui.tui import themes
from selforg_tui.tui.run.surface.cells import fit
from selforg_tui.tui.screens.picker import Picker

TEXT = "Shown at once, kept on Enter. Letters narrow the list."
NAMES = 18
"""Cells of a name; a longer one is cut."""


class ThemePicker(Picker[str]):
    """Gives the name of the theme on which Enter was pressed, or None. `worn`: the one worn before; `try_on`: shows another."""

    HELP = """Arrow keys go through the themes, and the app already shows the one under the cursor. Enter keeps it, also for the \
next time; Esc goes back to the one before, which is marked ●. Letters narrow the list, Backspace takes them back."""
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, offered: Iterable[Theme], worn: str, try_on: Callable[[str], None]) -> None:
        ours = themes.shipped()
        rows = sorted(offered, key=lambda theme: (theme.name not in ours, theme.name))
        self._all = [(line(theme, theme.name == worn, theme.name not in ours), theme.name) for theme in rows]
        at = next((place for place, (_, name) in enumerate(self._all) if name == worn), 0)
        super().__init__("Theme", TEXT, self._all, at)
        self._typed = ""
        self._try_on = try_on

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list as long as something fits."""
        if event.key == "backspace":
            self._narrow(self._typed[:-1])
        elif event.is_printable and event.character and event.character.strip():
            self._narrow(self._typed + event.character.lower())
        else:
            return
        event.stop()
        event.prevent_default()

    def _narrow(self, typed: str) -> None:
        fitting = fits(self._all, typed)
        if fitting:
            self._typed = typed
            self.offer(fitting)
            self.query_one("#picker", Vertical).border_title = Content(f"Theme ── {typed}" if typed else "Theme")

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        self._try_on(self.thing(event.option_index))


def line(theme: Theme, worn: bool, own: bool) -> Content:
    """`● lab-dark   dark   what it is for`; a dot and a word for the one that is worn, a word for one's own."""
    about = (theme.about if isinstance(theme, themes.LabTheme) else "") + " (your own)" * own
    ground = "dark" if theme.dark else "light"
    sign = "● " if worn else "  "
    return Content.assemble((sign + fit(theme.name, NAMES), "bold"), f" {ground:<6}", ("worn now · " * worn + about.strip(), "$muted"))


def fits(rows: Sequence[tuple[Content, str]], typed: str) -> list[tuple[Content, str]]:
    """The rows whose text has these letters in one piece."""
    return [(shown, name) for shown, name in rows if typed in shown.plain.lower()]
