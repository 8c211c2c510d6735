"""The line of keys, for screens that stay for hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class LastingFooter(Footer):
    """Textual's footer makes all its keys anew whenever the focus moves, and goes on holding those before: 12 widgets, 0.1 MB a time.

    This one lets go of them, and leaves the keys alone where they are the same.
    """

    def __init__(self, *, compact: bool = False, show_command_palette: bool = False) -> None:
        super().__init__(compact=compact, show_command_palette=show_command_palette)
        self._told: list[tuple[object, ...]] | None = None

    def bindings_changed(self, screen: Screen[Any]) -> None:
        """Called by the screen; see Footer."""
        told: list[tuple[object, ...]] = [
            (binding.key, binding.key_display, binding.description, binding.group, enabled, tooltip)
            for _, binding, enabled, tooltip in screen.active_bindings.values()
            if binding.show
        ]
        if told != self._told:
            self._told = told if screen.app.app_focus else None
            super().bindings_changed(screen)

    async def recompose(self) -> None:
        """See Widget."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)  # who no longer lives is taken off the list of those that are told


class KeysLine(LastingFooter):
    """Where there is no room for all, whole keys are left out."""

    def __init__(self, dearest: Sequence[str] = ()) -> None:
        """`dearest`: actions whose keys go last where there is little room, the very last one first."""
        super().__init__(compact=True)
        self._dearest = dearest
        self._width = 0

    def compose(self) -> ComposeResult:
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        yield from fitting(keys, self._dearest, self.app.size.width)

    def on_resize(self, event: events.Resize) -> None:
        if self._width != event.size.width:
            self._width = event.size.width
            self.call_after_refresh(self.recompose)


def fitting(keys: Sequence[FooterKey], dearest: Sequence[str], width: int) -> list[FooterKey]:
    """Those of the keys that `width` cells hold, in their order; who is not among the dearest goes first, from the end."""
    rank = {action: place for place, action in enumerate(dearest)}
    kept: set[int] = set()
    room = width + 1  # behind the last key there is no gap
    for place in sorted(range(len(keys)), key=lambda place: (rank.get(keys[place].action, len(rank)), place)):
        room -= cell_len(keys[place].key_display) + cell_len(keys[place].description) + 2
        if room < 0:
            break
        kept.add(place)
    return [key for place, key in enumerate(keys) if place in kept]
