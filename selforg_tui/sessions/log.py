"""The writer of a session: one append-only file, one event a line, written before anything is shown."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from selforg_tui.core import events as ev
from selforg_tui.core.errors import StorageError


class SessionLog:
    """Appends events to a new file (0600). Every write is whole lines in one call, so that a crash tears at most the last.

    Deltas wait in memory and go out with the next other event or once they are many: text on the screen may be ahead of
    the file by a moment, anything else never. Only lines that `suspects` are redacted. Raises StorageError where the file
    cannot be made or written.
    """

    def __init__(
        self, path: Path, redact: Callable[[str], str] = lambda text: text, suspects: Callable[[bytes], bool] = lambda line: True
    ) -> None:
        self.path = path
        self._redact = redact
        self._suspects = suspects
        self._waiting = bytearray()
        self._broken: StorageError | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as problem:
            raise StorageError(
                f"The session cannot be stored in {path.parent} ({problem.strerror or problem}). "
                "Make the folder writable, set SELFORG_TUI_HOME to another one, or run with --no-save."
            ) from problem
        _lock(self._file, "LOCK_EX")

    def write(self, event: ev.AnyEvent) -> None:
        """Append one event. Raises StorageError, for example on a full disk; from then on nothing more is written."""
        if self._broken is not None:
            raise self._broken
        self._waiting += self._line(event)
        if not isinstance(event, ev.CallDelta) or len(self._waiting) > 65_536:
            self._flush()

    def close(self) -> None:
        """Write what waits and let go of the file, which is never written again. Raises StorageError."""
        if self._file >= 0:
            self._flush(last=True)
            os.close(self._file)
            self._file = -1

    def _line(self, event: ev.AnyEvent) -> bytes:
        return ev.encode(without_keys(event, self._redact, self._suspects))

    def _flush(self, *, last: bool = False) -> None:
        waiting, self._waiting = bytes(self._waiting), bytearray()
        try:
            while waiting:
                waiting = waiting[os.write(self._file, waiting) :]
            if last:
                os.fsync(self._file)
        except OSError as problem:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = -1
            self._broken = StorageError(
                f"The session can no longer be stored in {self.path} ({problem.strerror or problem}). "
                "Free some space or choose another folder with SELFORG_TUI_HOME; what was written before is kept."
            )
            raise self._broken from problem


def without_keys(event: ev.AnyEvent, redact: Callable[[str], str], suspects: Callable[[bytes], bool]) -> ev.AnyEvent:
    """The event, redacted text by text: what is cut out of a line of JSON may leave no JSON. Only one that `suspects` is looked at."""
    if not suspects(ev.encode(event)):
        return event
    found = msgspec.to_builtins(event)
    told = "\0".join(_texts(found))
    return event if redact(told) == told else ev.decode(msgspec.json.encode(_changed(found, redact)))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for name, value in found.items():
            yield str(name)
            yield from _texts(value)
    elif isinstance(found, list | tuple):
        for item in found:
            yield from _texts(item)


def _changed(found: Any, change: Callable[[str], str]) -> Any:
    if isinstance(found, dict):
        return {change(str(key)): _changed(value, change) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_changed(item, change) for item in found]
    return change(found) if isinstance(found, str) else found


def being_written(path: Path) -> bool:
    """True while the process that writes this session is alive."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(file, "LOCK_SH", "LOCK_NB")
    finally:
        os.close(file)


def _lock(file: int, *how: str) -> bool:
    """Marks the file as in use for as long as it is open; the system lets go when the process dies. False where another has it."""
    try:
        import fcntl

        fcntl.flock(file, sum(getattr(fcntl, name) for name in how))
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # a system or file system without locks
        pass
    return True
