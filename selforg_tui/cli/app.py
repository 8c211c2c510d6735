"""The app, imported only when it is started."""

from __future__ import annotations

import sys
from pathlib import Path

from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.paths import providers_file


def start(replay: Path | None = None, *, speed: float | None = None, at: float = 0.0, fps: float | None = None) -> int:
    """Run the app in this terminal, replaying a file if one is given. Raises ConfigError where there is no terminal
    or the user's providers have a mistake."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise ConfigError("The app needs a terminal. Without one use 'selforg-tui run MISSION' or 'selforg-tui replay SESSION --plain'.")
    if providers_file().is_file():  # a mistake in it is said here, not in the middle of a screen
        from selforg_tui.models.providers import providers

        providers()
    from selforg_tui.settings import config_file
    from selforg_tui.tui.app import run_app

    return run_app(replay, speed=speed, at=at, fps=config_file.fps() if fps is None else fps)
