"""The sessions in a folder: listed from an index that can be deleted at any time, and found by name."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Usage
from selforg_tui.core.court import Graded, together
from selforg_tui.core.errors import StorageError
from selforg_tui.core.ids import JUDGE_SEAT, CallId, digest
from selforg_tui.core.seating import team_in_words, team_models
from selforg_tui.core.state import Tally
from selforg_tui.core.text import one_line
from selforg_tui.metrics.quality import m, mean, q
from selforg_tui.sessions.log import being_written
from selforg_tui.sessions.reader import MOST_BYTES, MOST_LINE
from selforg_tui.settings.paths import cache_folder

LAST = "last"
SUFFIX = ".jsonl"
BESIDE = ".verdicts.jsonl"
"""Ends the name of the file of later verdicts beside a session (see `verdicts`), which is none itself."""
_INDEX_VERSION = 3
"""To be raised whenever what is read from a session file for its entry changes."""


class SessionInfo(msgspec.Struct, frozen=True):
    """A session in the list. Text is cleaned; what nobody knows is None. `q` and `m` are means over the judged tasks."""

    id: str
    path: Path
    created: str
    mission: str = ""
    protocol: str = ""
    agents: int = 0
    models: tuple[str, ...] = ()
    tasks: int = 0
    status: Literal[ev.Status, "running"] = "interrupted"
    q: float | None = None
    m: float | None = None
    tokens: int = 0
    """Input and output, judging included."""
    cost_usd: float | None = None
    """Judging included; real money where anything real was called."""
    seconds: float = 0.0
    simulated: ev.Simulated = ev.Simulated(False, False)
    problem: str = ""
    """Why the file cannot be read, where it cannot."""
    team: str = ""
    """The models and how they are seated, in words."""
    imaginary: bool = False
    """`cost_usd` is imaginary money, that of simulated models."""
    known_usd: float = 0.0
    """The real money that is known of, where some calls have no known price."""
    unpriced_calls: int = 0


class _Entry(msgspec.Struct):
    """What was read from a file of this size, last changed at this time (ns)."""

    size: int
    changed: int
    info: SessionInfo


class _Index(msgspec.Struct):
    version: int
    entries: dict[str, _Entry]


class Store:
    """The sessions in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._index_file = cache_folder() / f"sessions-{digest(str(self.folder))}.json"

    def list(self) -> list[SessionInfo]:
        """All sessions, newest first. Files that cannot be read are among them, with their problem.

        Only files that are new or have changed are opened. Raises StorageError where the folder cannot be read.
        """
        known = self._known()
        entries = {file.name: self._entry(file, known.get(file.name)) for file in self._files()}
        if any(known.get(name) is not entry for name, entry in entries.items()) or len(known) != len(entries):
            self._keep(entries)
        newest_first = sorted(entries.values(), key=lambda entry: (entry.info.created, entry.changed, entry.info.id), reverse=True)
        return [self._now(entry.info) for entry in newest_first]

    def find(self, name: str) -> Path:
        """The file of a session, by id, by the beginning of its id where only one has it, by `last`, or by path.

        Raises StorageError.
        """
        names = [Path(file.name).stem for file in self._files()]
        if name in names:
            return self.folder / f"{name}{SUFFIX}"
        if name == LAST:
            return self._last()
        if name and Path(name).expanduser().is_file():
            return Path(name).expanduser()
        matches = sorted(stem for stem in names if name and stem.startswith(name))
        if len(matches) == 1:
            return self.folder / f"{matches[0]}{SUFFIX}"
        if matches:
            shown = ", ".join(matches[:3]) + (", …" if len(matches) > 3 else "")
            raise StorageError(f"{len(matches)} sessions begin with '{one_line(name)}' ({shown}): write more of the name.")
        raise StorageError(
            f"There is no session '{one_line(name)}'. 'selforg-tui sessions list' shows those there are; a path to a file works too."
        )

    def _last(self) -> Path:
        for info in self.list():
            if not info.problem:
                return info.path
        raise StorageError(f'There is no session yet in {self.folder}. Run one first: selforg-tui run "your mission".')

    def _files(self) -> Sequence[os.DirEntry[str]]:
        try:
            with os.scandir(self.folder) as found:
                return [file for file in found if file.name.endswith(SUFFIX) and not file.name.endswith(BESIDE) and file.is_file()]
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise StorageError(f"The sessions in {self.folder} cannot be listed: {problem.strerror or problem}.") from problem

    def _entry(self, file: os.DirEntry[str], known: _Entry | None) -> _Entry:
        try:
            status = file.stat()
        except OSError as problem:
            return _Entry(-1, 0, _unreadable(Path(file.path), 0, problem.strerror or str(problem)))
        if known is not None and (known.size, known.changed) == (status.st_size, status.st_mtime_ns):
            return known
        return _Entry(status.st_size, status.st_mtime_ns, describe(Path(file.path), status))

    def _now(self, info: SessionInfo) -> SessionInfo:
        """With the status `running` where a session that has no end is still being written."""
        if info.status != "interrupted" or info.problem or not being_written(info.path):
            return info
        return msgspec.structs.replace(info, status="running")

    def _known(self) -> dict[str, _Entry]:
        try:
            index = msgspec.json.decode(self._index_file.read_bytes(), type=_Index, dec_hook=lambda kind, value: kind(value))
        except (OSError, msgspec.DecodeError):
            return {}
        return index.entries if index.version == _INDEX_VERSION else {}

    def _keep(self, entries: dict[str, _Entry]) -> None:
        """Write the index; a list without one is only slower."""
        draft = self._index_file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.touch(mode=0o600)
            draft.write_bytes(msgspec.json.encode(_Index(_INDEX_VERSION, entries), enc_hook=str))
            draft.replace(self._index_file)


def describe(path: Path, status: os.stat_result) -> SessionInfo:
    """What the list tells about one file, without building the session's state."""
    try:
        if status.st_size > MOST_BYTES:
            return _unreadable(path, status.st_mtime, "it is larger than any session should be")
        data = path.read_bytes()
    except OSError as problem:
        return _unreadable(path, status.st_mtime, problem.strerror or str(problem))
    head, _, _ = data[:MOST_LINE].partition(b"\n")
    try:
        header = msgspec.json.decode(head, type=ev.SessionStarted).header
        header.config.seating()
    except (msgspec.DecodeError, RecursionError):
        return _unreadable(path, status.st_mtime, "its first line is no session header")
    except Exception as problem:  # a header that contradicts itself
        return _unreadable(path, status.st_mtime, str(problem))
    if header.format != ev.FORMAT or header.version > ev.VERSION:
        return _unreadable(path, status.st_mtime, "it was written by a newer version; update selforg-tui")
    found = _Told(header)
    for line in _LINES.finditer(data):
        with contextlib.suppress(
            msgspec.DecodeError, ValueError, LookupError, RecursionError
        ):  # a torn or damaged line: opening the file says so
            found.take(_DECODER.decode(line[0]))
    config = header.config
    return SessionInfo(
        id=one_line(path.stem),
        path=path,
        created=one_line(header.created),
        mission=one_line(config.mission, 300),
        protocol=one_line(config.protocol),
        agents=config.agents,
        models=tuple(one_line(spec.name) for spec in team_models(config)),
        team=one_line(team_in_words(config), 300),
        tasks=len(config.tasks),
        status=found.status or "interrupted",
        q=mean([q(scores) for scores in found.scores()]),
        m=mean([m(scores) for scores in found.scores()]),
        tokens=found.tally.input + found.tally.output,
        cost_usd=found.tally.known_cost,
        imaginary=found.tally.all_imaginary,
        known_usd=found.tally.cost_usd,
        unpriced_calls=found.tally.unpriced,
        seconds=_last_time(data),
        simulated=ev.Simulated(found.agents_simulated, found.judge_simulated),
    )


class _Kind(msgspec.Struct):
    """Of a price, what kind of money it is."""

    imaginary: bool = False


class _Line(msgspec.Struct):
    """What the list needs of some events."""

    type: str
    call: str = ""
    usage: Usage | None = None
    cost_usd: float | None = None
    price: _Kind | None = None
    simulated: bool = False
    scores: dict[str, ev.Score] = {}
    task: int = 0
    judge: int = 0
    status: ev.Status | None = None


class _Timed(msgspec.Struct):
    t: float


class _Told:
    """Adds up the lines of one file."""

    def __init__(self, header: ev.Header) -> None:
        self.agents_simulated, self.judge_simulated = header.simulated.agents, header.simulated.judge
        self.status: ev.Status | None = None
        self.tally = Tally()
        self._verdicts: dict[int, dict[int, dict[str, ev.Score]]] = {}
        """By task and place in the court."""

    def scores(self) -> list[dict[str, Graded] | None]:
        """Of each task that was judged."""
        return [together(list(verdicts.values())) for verdicts in self._verdicts.values()]

    def take(self, line: _Line) -> None:
        if line.type == "session.ended":
            self.status = line.status
        elif line.type == "scored":
            self._verdicts.setdefault(line.task, {})[line.judge] = line.scores
        elif line.usage is not None:
            self.tally.add(line.usage, line.cost_usd, imaginary=line.price is not None and line.price.imaginary)
            if CallId.parse(line.call).seat == JUDGE_SEAT:
                self.judge_simulated |= line.simulated
            elif CallId.parse(line.call).seat > JUDGE_SEAT:
                self.agents_simulated |= line.simulated


_LINES = re.compile(rb'^\{"type":\s*"(?:call\.finished|call\.failed|scored|session\.ended)".*$', re.MULTILINE)
_DECODER = msgspec.json.Decoder(_Line)


def _last_time(data: bytes) -> float:
    """Seconds at the last whole line."""
    for line in reversed(data[-MOST_LINE:].rsplit(b"\n", 2)):
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            return msgspec.json.decode(line, type=_Timed).t
    return 0.0


def _unreadable(path: Path, changed: float, problem: str) -> SessionInfo:
    created = datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds")
    return SessionInfo(one_line(path.stem), path, created, problem=f"This file cannot be read as a session: {one_line(problem)}.")
