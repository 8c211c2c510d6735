from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.errors import StorageError
from selforg_tui.sessions.log import SessionLog
from selforg_tui.sessions.reader import parse, read
from selforg_tui.settings.redact import redact, suspicious
from tests.sessions.builders import lines, numbered, session

REPOSITORY = Path(__file__).parents[2]
DELTA = ev.CallDelta(call="1/contribute/1/1", text="some words")
LIMITED = """
import resource, signal, sys
from pathlib import Path
from selforg_tui.core.errors import StorageError
from selforg_tui.sessions.log import SessionLog
from tests.sessions.builders import session
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))
log = SessionLog(Path(sys.argv[1]))
try:
    for event in session():
        log.write(event)
except StorageError as problem:
    print(problem)
try:
    log.write(session()[-1])
except StorageError as problem:
    print(problem)
log.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "s.jsonl"


def test_every_event_but_deltas_is_on_disk_at_once(path: Path) -> None:
    log = SessionLog(path)
    for number, event in enumerate(session(), 1):
        log.write(event)
        held = read(path).events
        if isinstance(event, ev.CallDelta):
            assert held == [kept for kept in session()[: number - 1] if not isinstance(kept, ev.CallDelta) or kept in held]
        else:
            assert held == session()[:number]
    log.close()
    assert path.read_bytes() == lines(session())


def test_deltas_go_out_together_and_at_the_end(path: Path) -> None:
    log = SessionLog(path)
    log.write(DELTA)
    log.write(DELTA)
    assert path.read_bytes() == b""
    log.write(ev.Warned(text="now"))
    assert path.read_bytes().count(b"\n") == 3
    log.write(DELTA)
    log.close()
    assert path.read_bytes().count(b"\n") == 4


def test_many_deltas_do_not_wait(path: Path) -> None:
    log = SessionLog(path)
    for _ in range(8):
        log.write(ev.CallDelta(call="1/contribute/1/1", text="x" * 10_000))
    assert path.stat().st_size > 60_000
    log.close()


def test_only_the_owner_may_read_a_session(path: Path) -> None:
    before = os.umask(0)
    try:
        SessionLog(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_session_is_never_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("kept")
    with pytest.raises(StorageError, match="File exists"):
        SessionLog(path)
    assert path.read_text() == "kept"


def test_a_file_in_place_of_the_folder_is_said_in_sentences(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as raised:
        SessionLog(tmp_path / "file" / "s.jsonl")
    assert str(raised.value).startswith(f"The session cannot be stored in {tmp_path / 'file'} (")
    assert str(raised.value).endswith("or run with --no-save.")


def test_on_a_full_disk_it_says_so_and_writes_nothing_more(path: Path) -> None:
    """The limit stands for the disk: after 2,500 bytes nothing more is taken."""
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    assert (done.returncode, done.stderr) == (0, "")
    first, again = done.stdout.splitlines()
    assert first == again
    assert first.startswith(f"The session can no longer be stored in {path} (File too large). Free some space")
    assert path.stat().st_size == 2500
    recording = read(path)
    assert recording.torn and recording.interrupted
    assert recording.events == session()[: len(recording.events)]


def _failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


def test_after_an_error_nothing_is_written_even_if_there_is_room_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SessionLog(path)
    log.write(session()[0])
    with monkeypatch.context() as full:
        _failing(full, "write", errno.ENOSPC)
        with pytest.raises(StorageError, match="No space left") as first:
            log.write(session()[1])
    for event in (session()[2], DELTA):
        with pytest.raises(StorageError) as later:
            log.write(event)
        assert later.value is first.value
    log.close()
    assert path.read_bytes() == lines(session()[:1])


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_an_error_on_closing_is_said_too(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    log = SessionLog(path)
    log.write(DELTA)
    with monkeypatch.context() as full:
        _failing(full, call, errno.ENOSPC)
        with pytest.raises(StorageError, match="No space left"):
            log.close()
    log.close()


def test_writes_that_take_a_part_are_completed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    log = SessionLog(path)
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, bytes(data)[:7]))
    for event in session():
        log.write(event)
    monkeypatch.undo()
    log.close()
    assert path.read_bytes() == lines(session())


def test_closing_twice_is_nothing(path: Path) -> None:
    log = SessionLog(path)
    log.close()
    log.close()


def test_keys_are_taken_out_wherever_they_stand(path: Path) -> None:
    key = "abcd1234efgh"
    log = SessionLog(path, lambda text: redact(text, [key]))
    secret: list[ev.AnyEvent] = [
        *session()[:1],
        ev.Warned(text=f"with {key}"),
        ev.Warned(text="line\nsk-123456789012 and https://user:pass@host/v1"),
        ev.Warned(text="\rk-12345678 stays whole JSON"),
    ]
    for event in numbered(secret):
        log.write(event)
    log.close()
    kept = read(path).events
    assert [event.text for event in kept if isinstance(event, ev.Warned)] == [
        "with [removed]",
        "line\n[removed] and https://host/v1",
        "\rk-12345678 stays whole JSON",
    ]


@settings(max_examples=400)
@given(st.text(st.sampled_from('sk-prabc12345678=@/:\n\r\t"\\\x00\x1b Bearerhttpkey'), max_size=60))
def test_redaction_never_breaks_a_line(text: str) -> None:
    path = Path(os.devnull)
    log = SessionLog.__new__(SessionLog)
    log.path, log._redact = path, lambda found: redact(found, ["12345678"])
    log._suspects = lambda found: suspicious(found, ["12345678"])
    line = log._line(ev.Warned(text=text))
    assert ev.decode(line) == ev.Warned(text=redact(text, ["12345678"]))
    assert parse(lines(session()[:1]) + line, path).events[1:] == [ev.Warned(text=redact(text, ["12345678"]))]
