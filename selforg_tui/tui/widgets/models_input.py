"""A field for models, which completes names from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input

from selforg_tui.settings.redact import covered

if TYPE_CHECKING:
    from selforg_tui.models.discovery import Served
    from selforg_tui.models.registry import Listed
    from selforg_tui.settings.keys import Keys
    from selforg_tui.tui.screens.picker import Picker


class ModelNames(Suggester):
    """Completes the last word to the first model of the catalogue that begins with it."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._keys = keys

    async def get_suggestion(self, value: str) -> str | None:
        word = value.rpartition(" ")[2]
        found = next((spec for _, spec in choices(self._keys) if len(word) > 1 and spec.startswith(word)), None)
        return value + found[len(word) :] if found else None


class Covering(Highlighter):
    """Shows dots for a password in a URL."""

    def highlight(self, text: Text) -> None:
        text.plain = covered(text.plain)


class ModelsInput(Input):
    """Names of models, separated by spaces; the arrow down opens the list of those that are known."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "pick", "List of models", id="models.pick", tooltip="Choose from the models that are known; others can be typed"),
    ]

    def __init__(self, keys: Keys, value: str, placeholder: str = "", several: bool = True) -> None:
        super().__init__(value, placeholder=placeholder, suggester=ModelNames(keys), highlighter=Covering())
        self._keys, self._several = keys, several
        self._picker: Picker[str] | None = None

    def action_pick(self) -> None:
        from selforg_tui.tui.screens.picker import Picker

        text = "Any other model can be typed: provider:model, or provider:model@http://…"
        offered = choices(self._keys)
        typed = self.value.rpartition(" ")[2].partition("=")[0]
        begins = (place for place, (_, spec) in enumerate(offered) if len(typed) > 1 and spec.startswith(typed))
        self._picker = Picker("Models", text, offered, at=next(begins, 0))
        self.app.push_screen(self._picker, self._take)

    def relist(self) -> None:
        """Other models are known than before: an open list shows them too."""
        if self._picker is not None and self._picker.is_attached:
            self._picker.offer(choices(self._keys))

    def _take(self, spec: str | None) -> None:
        self._picker = None
        if spec:
            before, _, typed = self.value.strip().rpartition(" ")
            more = "=" in self.value or self.value.endswith(" ")
            if typed and spec.startswith(typed):  # a name that was begun
                self.value = f"{before} {spec}".strip()
            else:
                self.value = f"{self.value.strip()} {spec}" if self._several and self.value.strip() and more else spec
            self.cursor_position = len(self.value)


def choices(keys: Keys) -> list[tuple[Content, str]]:
    """What can be chosen: simulated models, those that run here, those of the catalogue."""
    from selforg_tui.models.discovery import remembered

    known = listed(keys)
    simulated = [(line(one), one.spec) for one in known if one.simulated]
    running = [(found_line(one), one.spec) for server in remembered() for one in server.models]
    return [*simulated, *running, *((line(one), one.spec) for one in known if not one.simulated)]


def found_line(one: Served) -> Content:
    """A model of a server on this machine."""
    return Content.assemble(f"{one.spec:<30} ", (f"{'running here':<13}", "$success"), (one.about, "$muted"))


def listed(keys: Keys) -> list[Listed]:
    """The catalogue without what needs a name to be filled in."""
    from selforg_tui.models.registry import catalogue

    return [one for one in catalogue(keys, prices=False) if not one.spec.endswith(":MODEL")]


def line(one: Listed) -> Content:
    """A model in the list: how it is written, whether there is a key, what it is."""
    if one.simulated:
        state = ("SIMULATED", "$simulated")
    elif one.key is None:
        state = ("no key", "$muted")
    else:
        state = ("key found", "$success") if one.key else ("needs a key", "$warning")
    return Content.assemble(f"{one.spec:<30} ", (f"{state[0]:<13}", state[1]), (one.title, "$muted"))
