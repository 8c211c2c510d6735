"""The clipboard of this machine, beside the terminal's own (OSC 52).

A library for this would hand its whole environment, keys to providers and all, to a program that stays alive.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from selforg_tui.settings.key_command import without_keys

_PROGRAMS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("clip.exe",)),
)
"""A variable that must be set, and the program that then takes the text from its standard input."""
PATIENCE = 2.0
"""Seconds for a program to take the text."""


def program() -> tuple[str, ...] | None:
    """What takes the text here; None over ssh (the clipboard would be another machine's) and where there is nothing."""
    if os.environ.get("SSH_TTY") or os.environ.get("SSH_CONNECTION"):
        return None
    return next((words for needed, words in _PROGRAMS if (not needed or os.environ.get(needed)) and shutil.which(words[0])), None)


def copy(text: str) -> bool:
    """Put a text there; False where that cannot be. Waits for a program, so not for the loop."""
    words = program()
    if words is None:
        return False
    try:
        done = subprocess.run(
            words, input=text.encode(), env=without_keys(os.environ), timeout=PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
