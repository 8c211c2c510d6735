"""The log file: the tracebacks that people are spared, without keys."""

from __future__ import annotations

import contextlib
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from selforg_tui import __version__
from selforg_tui.settings import paths

_MOST_LOG = 1_000_000
"""Bytes after which the log file starts anew; the one before is kept beside it."""


def record(problem: BaseException, about: str = "") -> Path | None:
    """Write the traceback to the log file, without any key that this process has seen. None where there can be no log file."""
    from selforg_tui.settings.keys import every_key
    from selforg_tui.settings.redact import redact

    text = "".join(traceback.format_exception(problem))
    secrets = every_key() | {
        value for name, value in os.environ.items() if name.endswith(("_KEY", "_TOKEN", "_SECRET", "_CREDENTIALS", "_PASSWORD"))
    }
    log = paths.log_file()
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.touch(mode=0o600)
        if log.stat().st_size > _MOST_LOG:
            log.replace(log.with_suffix(".old.log"))
        with log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"--- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} selforg-tui {__version__} {about}\n{redact(text, secrets)}\n")
        return log
    return None
