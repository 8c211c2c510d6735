"""Reading a session file, which may be torn, old, or from a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from selforg_tui.core import events as ev
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.core.text import one_line

MOST_BYTES = 1_000_000_000
MOST_LINE = 16_000_000

_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError)


class Recording(msgspec.Struct):
    """A session as it stands on disk. `torn`: the last line was cut off and is left out."""

    path: Path
    events: list[ev.AnyEvent]
    torn: bool = False
    skipped: int = 0
    """Lines of a kind that this version does not know."""

    @property
    def header(self) -> ev.Header:
        """What the session was asked to do."""
        first = self.events[0]
        assert isinstance(first, ev.SessionStarted)
        return first.header

    @property
    def interrupted(self) -> bool:
        """True where the session was never closed."""
        return not isinstance(self.events[-1], ev.SessionEnded)

    @property
    def seconds(self) -> float:
        """Time of the last event."""
        return self.events[-1].t

    def state(self) -> SessionState:
        """The whole session."""
        return fold(self.events)


def read(path: Path) -> Recording:
    """Read a whole session. Raises StorageError with what is wrong with the file."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise StorageError(f"{path} has {size:,} bytes, more than any session should. It was not opened.")
        data = path.read_bytes()
    except OSError as problem:
        raise StorageError(f"The session {path} cannot be read: {problem.strerror or problem}.") from problem
    return parse(data, path)


def parse(data: bytes, path: Path) -> Recording:
    """The session in these bytes. Raises StorageError."""
    recording = Recording(path, [])
    lines = data.split(b"\n")
    tail = lines.pop()
    recording.torn = bool(tail.strip())
    for number, line in enumerate(lines, 1):
        event = _event(line, number, len(lines), recording)
        if event is not None:
            recording.events.append(event)
    _check(recording)
    return recording


def _event(line: bytes, number: int, last: int, recording: Recording) -> ev.AnyEvent | None:
    if not line.strip():
        return None
    if len(line) > MOST_LINE:
        raise StorageError(f"{recording.path} is not a session: line {number} is too long.")
    if not recording.events:
        _check_head(line, recording.path)
    try:
        return ev.decode(line)
    except (*_NOT_JSON, RecursionError) as problem:
        if not recording.events:
            raise _no_session(recording.path) from problem
        if _foreign(line):
            recording.skipped += 1
            return None
        if number == last:
            recording.torn = True
            return None
        raise StorageError(f"{recording.path} is damaged at line {number}: {problem}.") from problem


def _foreign(line: bytes) -> bool:
    """True for a well-formed event of a type that this version does not know."""
    try:
        kind = msgspec.json.decode(line, type=_Kind).type
    except (*_NOT_JSON, RecursionError):
        return False
    return kind not in _KINDS


def _check_head(line: bytes, path: Path) -> None:
    """Before the header is read in full: a newer version may have another shape."""
    try:
        head = msgspec.json.decode(line, type=_First).header
    except (*_NOT_JSON, RecursionError) as problem:
        raise _no_session(path) from problem
    if head.format != ev.FORMAT:
        raise _no_session(path)
    if head.version > ev.VERSION:
        raise StorageError(
            f"{path} was written by a newer version ({one_line(head.app_version, 40)}), in a format that this one does not know. "
            "Update selforg-tui."
        )


def _no_session(path: Path) -> StorageError:
    return StorageError(f"{path} is not a session of selforg-tui: its first line is no session header.")


def _check(recording: Recording) -> None:
    if not recording.events or not isinstance(recording.events[0], ev.SessionStarted):
        raise _no_session(recording.path)
    try:
        recording.state()
    except (LookupError, ValueError, ConfigError) as problem:
        raise StorageError(f"{recording.path} is damaged: its events do not fit together ({one_line(str(problem))}).") from problem


class _Kind(msgspec.Struct):
    type: str


class _Head(msgspec.Struct):
    format: str
    version: int
    app_version: str = ""


class _First(msgspec.Struct):
    header: _Head


def _kinds() -> Iterator[str]:
    for kind in ev.AnyEvent.__args__:
        yield str(kind.__struct_config__.tag)


_KINDS = frozenset(_kinds())
