"""Reading a text that a person names by file, or hands over on standard input."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from selforg_tui.core.config import MOST_TEXT
from selforg_tui.core.errors import ConfigError

MOST_BYTES = 4 * MOST_TEXT
"""No text of `MOST_TEXT` characters needs more in UTF-8."""


def read_text(path: str | Path) -> str:
    """The text in a file. Raises ConfigError where it is missing, too large or no UTF-8 text."""
    file = Path(path).expanduser()
    try:
        with file.open("rb") as stream:
            return read_stream(stream, str(file))
    except OSError as problem:
        raise ConfigError(f"The text file {file} cannot be read: {problem.strerror or problem}. Is the name right?") from problem


def read_stream(stream: BinaryIO, name: str) -> str:
    """The text that comes out of an open file; `name` is for people. Never reads more than is taken. Raises ConfigError."""
    data = stream.read(MOST_BYTES + 1)
    try:
        text = data.decode("utf-8-sig") if len(data) <= MOST_BYTES else None
    except UnicodeDecodeError as problem:
        raise ConfigError(f"The text in {name} is not UTF-8 (at byte {problem.start}). Save it as UTF-8 text and try again.") from problem
    if text is None or len(text) > MOST_TEXT:
        raise ConfigError(f"The text in {name} is too long: at most {MOST_TEXT:,} characters are taken. Is it the right file?")
    return text.replace("\r\n", "\n").strip()
