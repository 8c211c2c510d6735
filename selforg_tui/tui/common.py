"""What every screen has in common: help, keys of one's own, copying, pictures, complaints, and windows that are too small."""

from __future__ import annotations

import sys
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import DeliveryComplete, DeliveryFailed, Resize
from textual.geometry import Size

from selforg_tui.core.errors import SelforgError
from selforg_tui.tui import named

SMALLEST = (60, 16)
"""Columns and rows below which no screen can be drawn honestly."""


class CommonApp(App[None]):
    """An app whose screens can all be explained, copied from and taken pictures of."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (100, "-medium"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"),
        (30, "-tall"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="app.help", tooltip="What the focused part is and which keys it has", priority=True),
        Binding("question_mark", "help", "Help", id="app.help-letter", show=False, system=True),
        Binding("f9", "picture", "Picture", id="app.picture", show=False, tooltip="Keep what is on the screen as an SVG file"),
        Binding("ctrl+c", "interrupt", "Stop or leave", id="app.interrupt", show=False, system=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keymap: dict[str, str] = {}
        """Keys of the user's own, by the id of the action."""
        self._was_small = False
        self.fault: BaseException | None = None
        """What the app itself failed on."""

    def size_classes(self) -> list[str]:
        """The classes that a screen has at this size of the terminal."""
        kinds = (self.HORIZONTAL_BREAKPOINTS, self.size.width), (self.VERTICAL_BREAKPOINTS, self.size.height)
        return [max(step for step in steps if step[0] <= cells)[1] for steps, cells in kinds]

    def take_keys(self) -> None:
        """Give actions the keys that the user's config names."""
        from selforg_tui.settings.config_file import keymap

        try:
            wished = keymap()
        except SelforgError as problem:
            self.complain(problem)
            return
        if wished:
            from selforg_tui.tui.keymap import checked

            self.keymap, problem_with_keys = checked(wished)
            self.set_keymap(self.keymap)
            named.give(self.keymap)
            if problem_with_keys:
                self.complain(problem_with_keys)

    def complain(self, problem: SelforgError | str) -> None:
        """Tell in one or two sentences what is wrong."""
        from selforg_tui.settings.keys import every_key
        from selforg_tui.settings.redact import redact

        self.notify(redact(str(problem), every_key()), severity="error", timeout=10, markup=False)

    def action_help(self) -> None:
        from selforg_tui.tui.help import HelpScreen, help_of

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(help_of(self.screen)))

    def action_picture(self) -> None:
        """Keep the screen as an SVG file; in a browser, hand it over."""
        import io
        from datetime import datetime

        from selforg_tui.settings.paths import pictures_folder
        from selforg_tui.tui.picture import self_contained

        folder = pictures_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            self.complain(f"The picture cannot be kept in {folder}: {problem.strerror}. Make room there, or let it be written to.")
            return
        name = f"selforg-tui-{datetime.now():%Y%m%d-%H%M%S}.svg"
        text = self_contained(self.export_screenshot(title="selforg-tui"))
        self.deliver_text(io.StringIO(text), save_directory=folder, save_filename=name, mime_type="image/svg+xml")

    def on_delivery_complete(self, event: DeliveryComplete) -> None:
        """Say where the picture is."""
        self.notify(f"Kept as {event.path}." if event.path else "The picture is with your browser.", markup=False)

    def on_delivery_failed(self, event: DeliveryFailed) -> None:
        self.complain(f"The picture could not be kept: {event.exception}. Is there room, and may you write there?")

    def copy_to_clipboard(self, text: str) -> None:
        """Into the terminal's clipboard (OSC 52), which also works over ssh, and into this machine's where it has one."""
        from selforg_tui.tui import clipboard

        super().copy_to_clipboard(text)
        self.run_worker(partial(clipboard.copy, text), thread=True, group="clipboard", exit_on_error=False)

    def action_interrupt(self) -> None:
        """Ctrl+C where nothing is selected: stop what runs, else leave."""
        interrupt = getattr(self.screen, "interrupt", None)
        if interrupt is None or not interrupt():
            self.exit()

    def on_resize(self, event: Resize) -> None:
        self.call_later(self._fit, event.size)

    def _fatal_error(self) -> None:
        """Leave without Textual's own report: it prints the values of variables, and one of them may be a key."""
        self.fault = sys.exc_info()[1]
        self._close_messages_no_wait()

    def _fit(self, size: Size) -> None:
        small = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        if not small and not self._was_small:
            return
        from selforg_tui.tui.screens.small import TooSmall

        self._was_small = small
        if small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall())
        elif not small and isinstance(self.screen, TooSmall):
            self.pop_screen()
