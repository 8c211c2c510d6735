"""A field for models, which completes names from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input

if TYPE_CHECKING:
    from selforg_tui.models.registry import Listed
    from selforg_tui.settings.keys import Keys


class ModelNames(Suggester):
    """Completes the last word to the first model of the catalogue that begins with it."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._keys = keys

    async def get_suggestion(self, value: str) -> str | None:
        word = value.rpartition(" ")[2]
        found = next((one.spec for one in listed(self._keys) if len(word) > 1 and one.spec.startswith(word)), None)
        return value + found[len(word) :] if found else None


class ModelsInput(Input):
    """Names of models, separated by spaces; the arrow down opens the list of those that are known."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "pick", "List of models", id="models.pick", tooltip="Choose from the models that are known; others can be typed"),
    ]

    def __init__(self, keys: Keys, value: str, placeholder: str = "", several: bool = True) -> None:
        super().__init__(value, placeholder=placeholder, suggester=ModelNames(keys))
        self._keys, self._several = keys, several

    def action_pick(self) -> None:
        from selforg_tui.tui.screens.picker import Picker

        options = [(line(one), one.spec) for one in listed(self._keys)]
        self.app.push_screen(
            Picker("Models", "Any other model can be typed: provider:model, or provider:model@http://…", options), self._take
        )

    def _take(self, spec: str | None) -> None:
        if spec:
            self.value = f"{self.value.strip()} {spec}" if self._several and self.value.strip() and "=" in self.value else spec
            self.cursor_position = len(self.value)


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
