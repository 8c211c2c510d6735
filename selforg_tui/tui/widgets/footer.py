"""The line of keys, for screens that stay for hours."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Footer


class KeysLine(Footer):
    """Textual's footer makes all its keys anew whenever the focus moves, and goes on holding those before: 12 widgets, 0.1 MB a time.

    This one lets go of them, and leaves the keys alone where they are the same.
    """

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__(compact=compact, show_command_palette=False)
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
