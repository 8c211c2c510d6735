"""What the app wears: the theme that was asked for, others to choose from, and own ones as they are on the disk now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selforg_tui.core.errors import ConfigError
from selforg_tui.settings import appearance
from selforg_tui.tui import themes
from selforg_tui.tui.theme_file import told

if TYPE_CHECKING:
    from textual.app import App

EVERY = 1.0
"""Seconds between two looks at the folder of own themes. A look is one call to the system for each file, some microseconds."""

_Stamp = tuple[int, int]


class Wardrobe:
    """Changes an app's themes. `problem` is what could not be worn and why, until it is told."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._open = False
        self._stamps: dict[Path, _Stamp] = {}
        self._worn = ""
        self._trying = False
        self._few = app.console.color_system == "standard" and sys.__stdout__ is not None and sys.__stdout__.isatty()
        self.problem = ""
        """What was asked for and cannot be worn."""

    def dress(self) -> None:
        """Put on what was asked for: one file is read, so that the first frame waits for no more."""
        name, where = appearance.wanted()
        if self._few and not where.startswith("the environment"):
            name = themes.MONO if self._app.no_color else themes.SIXTEEN
        try:
            theme = themes.named(name or themes.DEFAULT)
        except ConfigError as problem:
            self.problem = f"{problem} {where[0].upper()}{where[1:]} asks for it; {themes.DEFAULT} is worn instead."
            theme = themes.named(themes.DEFAULT)
        self._app.register_theme(theme)
        self._app.theme = self._worn = theme.name

    def open(self) -> None:
        """What can wait until after the first frame: all other themes, and from now on those that change."""
        ours = themes.themes()
        for theme in ours:
            self._app.register_theme(theme)
        for name in self._app.available_themes.keys() - {theme.name for theme in ours} - {self._app.theme}:
            self._app.unregister_theme(name)  # the others do not know our colours: a chosen row would not show
        said = [self.problem, told(self._take(themes.own_files(), first=True))]
        if any(said):
            self._complain("\n".join(filter(None, said)))
        self._open = True
        self._app.set_interval(EVERY, self.look)  # also where there is no folder yet: it may be made later

    def chosen(self, name: str) -> None:
        """The app wears another theme: somebody chose it. Where there are only 16 colours, it says nothing of other terminals."""
        if not self._open or self._trying or name == self._worn:
            return
        self._worn = name
        if not self._few:
            try:
                appearance.remember(name)
            except OSError as problem:
                self._complain(f"The theme is worn, but cannot be remembered: {problem.strerror or problem}.")

    def choose(self) -> None:
        """Show the list of themes. The app wears the one under the cursor for as long as one looks; only Enter makes it the choice."""
        from selforg_tui.tui.screens.theme_picker import ThemePicker

        if self._open and not any(isinstance(screen, ThemePicker) for screen in self._app.screen_stack):
            self._trying = True
            self._app.push_screen(ThemePicker(self._app.available_themes.values(), self._worn, self._try_on), self._decided)

    def _try_on(self, name: str) -> None:
        if name in self._app.available_themes:  # a file may have gone since the list was made
            self._app.theme = name

    def _decided(self, name: str | None) -> None:
        """Enter was pressed on this one, or on none."""
        self._try_on(self._worn if name is None else name)
        self._trying = False
        self.chosen(self._app.theme)

    def look(self) -> None:
        """Take own themes as they are on the disk now; costs next to nothing where nothing changed."""
        files = themes.own_files()
        changed = [path for path in files if _stamp(path) != self._stamps.get(path)]
        gone = self._stamps.keys() - set(files)
        for path in gone:
            del self._stamps[path]
            if path.stem not in (self._app.theme, self._worn) and path.stem not in themes.shipped():
                self._app.unregister_theme(path.stem)
        if changed:
            wrong = self._take(changed)
            if wrong:
                self._complain(f"{told(wrong)}\nThe last good version stays, where there is one.")

    def _take(self, files: list[Path], first: bool = False) -> list[tuple[Path, list[str]]]:
        """Register what is good in these; gives what is wrong, all of it. Says which were taken unless they are the first."""
        taken, wrong, known = list[str](), list[tuple[Path, list[str]]](), self._stamps.keys() & set(files)
        for path in files:
            self._stamps[path] = _stamp(path)
            one = themes.own_one(path)
            if one.theme is None:
                wrong.append((path, one.problems))
                continue
            self._app.register_theme(one.theme)
            taken.append(one.theme.name)
            if not first and one.theme.name == self._app.theme:
                self._app.mutate_reactive(type(self._app).theme)
        if taken and not first:
            again = " again" if known else ""
            self._app.notify(f"Read{again}: {', '.join(taken)}.", title="Themes", markup=False)
        return wrong

    def _complain(self, text: str) -> None:
        self._app.notify(text, title="Themes", severity="error", timeout=15, markup=False)


def _stamp(path: Path) -> _Stamp:
    """Time and size, which change with the content."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
