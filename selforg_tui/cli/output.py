"""Printing: results to stdout, everything else to stderr, nothing that could move a terminal's cursor."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from selforg_tui.core.errors import StorageError
from selforg_tui.core.text import clean


def say(text: str = "") -> None:
    """A result. Where nobody reads any more, it goes nowhere. Raises StorageError where it cannot be written."""
    try:
        sys.stdout.write(clean(text) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _to_nowhere()
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(clean(text).encode(encoding, "replace").decode(encoding) + "\n")
    except OSError as problem:
        _to_nowhere()
        raise StorageError(
            f"The output cannot be written: {problem.strerror or problem}. Free some space or write it elsewhere."
        ) from problem


def say_json(value: dict[str, Any]) -> None:
    """A result as one JSON object."""
    import msgspec

    say(msgspec.json.format(msgspec.json.encode(value)).decode())


def note(text: str) -> None:
    """Something for the person at the terminal that is no result."""
    with contextlib.suppress(OSError, ValueError):
        encoding = sys.stderr.encoding
        sys.stderr.write(clean(text).encode(encoding, "replace").decode(encoding) + "\n")
        sys.stderr.flush()


def seen_live() -> bool:
    """True where a person can watch stderr."""
    return sys.stderr.isatty()


def table(rows: list[tuple[str, ...]], widest: int = 60) -> list[str]:
    """Rows as lines with columns in line; the last column is as wide as it is."""
    if not rows:
        return []
    widths = [min(widest, max(len(row[column]) for row in rows)) for column in range(len(rows[0]) - 1)]
    return ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in rows]


def _to_nowhere() -> None:
    """What is still in the buffer, and what follows, is dropped, so that nothing fails at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
