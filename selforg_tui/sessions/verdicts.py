"""Verdicts on a session in a file beside its log: other judges or the same again, a person, comparisons, and guesses made before.

The log is never touched. `<id>.verdicts.jsonl` has a header line with format and version, then one entry a line; it is only
ever appended to. Like a log it may be torn or from a stranger, so its size and the length of its lines are bounded and its
texts are cleaned.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from selforg_tui.core.calls import Usage
from selforg_tui.core.errors import StorageError
from selforg_tui.core.events import Score
from selforg_tui.core.text import one_line
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.sessions.store import BESIDE

FORMAT = "selforg-verdicts"
VERSION = 1
MOST_BYTES = 50_000_000
MOST_LINE = 200_000
MOST_ENTRIES = 20_000
OVERALL = "overall"
LEAST_Q = 0.25
"""Of Q: four dimensions with 1 of 4 each."""

Better = Literal["this", "other", "same"]


class Header(msgspec.Struct, frozen=True):
    """The first line: whose verdicts these are."""

    session: str
    format: str = FORMAT
    version: int = VERSION


class Verdict(msgspec.Struct, frozen=True, kw_only=True, tag="verdict"):
    """A judge was asked about a solution once more. `scores` is None where it gave no verdict; `unscored` says why."""

    at: str
    """When, in ISO 8601."""
    task: int
    judge: int
    """Its place, counted on from the session's own court, from 0: with it come the judge's draws."""
    model: str
    scores: dict[str, Score] | None = None
    unscored: str = ""
    solution: str = ""
    """Digest of the text that was judged."""
    usage: Usage | None = None
    """Of all its calls, also those that could not be used; None where nobody knows."""
    cost_usd: float | None = None
    imaginary: bool = False
    simulated: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True, tag="person"):
    """What a person made of a solution; kept apart from what models say, and no part of any Q."""

    at: str
    task: int
    scores: dict[str, int]
    solution: str = ""


class Compared(msgspec.Struct, frozen=True, kw_only=True, tag="compared"):
    """A person saw this solution beside another without knowing whose they are: which is better, overall or by dimension."""

    at: str
    task: int
    other_session: str
    other_task: int
    better: dict[str, Better]
    """By dimension, and `overall`; what was left out was not said."""
    first: bool
    """This one was shown as A, on the left."""
    solution: str = ""


class Guess(msgspec.Struct, frozen=True, kw_only=True, tag="guess"):
    """What a person thought that Q would be, before the judge of the session spoke; see `guesses`."""

    at: str
    task: int
    q: float
    """From `LEAST_Q` to 1."""
    session: str
    """The session's id, so that a guess says nothing of another one whose file has this name."""
    replayed: bool = False
    """Made in a replay, where the verdict was in the log already."""


Entry: TypeAlias = Verdict | Person | Compared | Guess


class Verdicts(msgspec.Struct):
    """All entries of a file. `skipped`: lines that cannot be read, or are of a kind that this version does not know."""

    entries: list[Entry] = []
    skipped: int = 0

    @property
    def models(self) -> list[Verdict]:
        """What models said."""
        return [entry for entry in self.entries if isinstance(entry, Verdict)]

    @property
    def persons(self) -> list[Person]:
        """What people said of a solution on its own."""
        return [entry for entry in self.entries if isinstance(entry, Person)]

    @property
    def comparisons(self) -> list[Compared]:
        """What people said of this solution beside another."""
        return [entry for entry in self.entries if isinstance(entry, Compared)]

    @property
    def guesses(self) -> list[Guess]:
        """What was guessed of Q, in order."""
        return [entry for entry in self.entries if isinstance(entry, Guess)]


def path_beside(log: Path) -> Path:
    """The file of verdicts that belongs to a session's log."""
    return log.with_name(log.name.removesuffix(".jsonl") + BESIDE)


def now() -> str:
    """For an entry."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(log: Path) -> Verdicts:
    """The later verdicts on the session with this log; none where there is no file. Raises StorageError."""
    path = path_beside(log)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Verdicts()
    except OSError as problem:
        raise StorageError(f"The verdicts {path} cannot be read: {problem.strerror or problem}.") from problem
    if len(data) > MOST_BYTES:
        raise StorageError(f"{path} has more than {MOST_BYTES:,} bytes, more than verdicts should. It was not opened; move it away.")
    lines = [line for line in data.split(b"\n") if line.strip()]
    if not lines:
        return Verdicts()
    _check_header(lines[0], path)
    found = Verdicts()
    for line in lines[1:]:
        entry = _entry(line) if len(found.entries) < MOST_ENTRIES else None
        if entry is None:
            found.skipped += 1
        else:
            found.entries.append(entry)
    return found


def append(log: Path, entries: Iterable[Entry], redact: Callable[[str], str]) -> Path:
    """Add entries to the verdicts on the session with this log (0600), freed of keys. Gives the file. Raises StorageError."""
    path = path_beside(log)
    lines = [_ENCODER.encode(_freed(entry, redact)) + b"\n" for entry in entries]
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(file)
            size = os.fstat(file).st_size
            if size:
                _check_header(os.pread(file, MOST_LINE, 0).partition(b"\n")[0], path)
                if os.pread(file, 1, size - 1) != b"\n":  # a line that was torn is closed, so that ours stays whole
                    lines.insert(0, b"\n")
            else:
                lines.insert(0, _ENCODER.encode(Header(log.name.removesuffix(".jsonl"))) + b"\n")
            waiting = b"".join(lines)
            while waiting:
                waiting = waiting[os.write(file, waiting) :]
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as problem:
        raise StorageError(
            f"The verdicts cannot be stored in {path} ({problem.strerror or problem}). Make the folder writable or free some space."
        ) from problem
    return path


def _check_header(line: bytes, path: Path) -> None:
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise StorageError(f"{path} holds no verdicts of selforg-tui: its first line is no header. Move it away.") from problem
    if header.format != FORMAT:
        raise StorageError(f"{path} holds no verdicts of selforg-tui: its first line is no header. Move it away.")
    if header.version > VERSION:
        raise StorageError(f"{path} was written by a newer version, in a format that this one does not know. Update selforg-tui.")


def _entry(line: bytes) -> Entry | None:
    """None for a line that cannot be used."""
    if len(line) > MOST_LINE:
        return None
    try:
        found = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _freed(found, lambda text: one_line(text, 1000)) if _sound(found) else None


def _sound(entry: Entry) -> bool:
    """Whether the numbers and names of an entry can be."""
    if entry.task < 1 or (isinstance(entry, Verdict) and entry.judge < 0):
        return False
    if isinstance(entry, Guess):
        return LEAST_Q <= entry.q <= 1
    named = entry.better if isinstance(entry, Compared) else entry.scores or {}
    if not named.keys() <= {*DIMENSIONS, OVERALL}:
        return False
    if isinstance(entry, Compared):
        return True
    scores = [score.score if isinstance(score, Score) else score for score in (entry.scores or {}).values()]
    return all(1 <= score <= 4 for score in scores)


def _freed(entry: Entry, change: Callable[[str], str]) -> Entry:
    """The entry with every text of it changed."""
    return msgspec.convert(_changed(msgspec.to_builtins(entry), change), type=Entry)  # type: ignore[no-any-return]


def _changed(found: object, change: Callable[[str], str]) -> object:
    if isinstance(found, dict):
        return {key: value if key == "type" else _changed(value, change) for key, value in found.items()}
    return change(found) if isinstance(found, str) else found


def _lock(file: int) -> None:
    """Until the file is closed nobody else writes to it."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)


_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Verdict | Person | Compared | Guess)
