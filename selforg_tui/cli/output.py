"""Printing: results to stdout, everything else to stderr, nothing that could move a terminal's cursor."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from selforg_tui.core.errors import StorageError
from selforg_tui.core.text import clean
from selforg_tui.settings.keys import every_key
from selforg_tui.settings.redact import redact


def say(text: str = "") -> None:
    """A result. Where nobody reads any more, it goes nowhere. Raises StorageError where it cannot be written."""
    _write(_safe(text))


def say_json(value: dict[str, Any]) -> None:
    """A result as one JSON object."""
    import json

    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    _write(json.dumps(_safe_values(value), indent=2, ensure_ascii=encoding != "utf8", allow_nan=False))


def note(text: str) -> None:
    """Something for the person at the terminal that is no result."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(_fitting(_safe(text), sys.stderr.encoding) + "\n")
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


def _write(text: str) -> None:
    try:
        sys.stdout.write(_fitting(text, sys.stdout.encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _to_nowhere()
    except OSError as problem:
        _to_nowhere()
        raise StorageError(
            f"The output cannot be written: {problem.strerror or problem}. Free some space or write it elsewhere."
        ) from problem


def _safe(text: str) -> str:
    """Without what could move a cursor, and without keys, for example in a URL."""
    return redact(clean(text), every_key())


def _safe_values(value: Any) -> Any:
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, dict):
        return {_safe(str(key)): _safe_values(each) for key, each in value.items()}
    return [_safe_values(each) for each in value] if isinstance(value, list | tuple) else value


def _fitting(text: str, encoding: str | None) -> str:
    """With question marks for what this terminal cannot show."""
    encoding = encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _to_nowhere() -> None:
    """What is still in the buffer, and what follows, is dropped, so that nothing fails at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
