from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import StorageError
from selforg_tui.core.fold import fold
from selforg_tui.sessions import reader
from selforg_tui.sessions.reader import Recording, parse, read
from tests.sessions.builders import decided, finished, header, lines, numbered, scored, session, started

PATH = Path("s.jsonl")
WHOLE = lines(session())
SMALL = lines(session()[:8])


def with_header(**changes: Any) -> bytes:
    """A first line whose header has other values, as plain JSON."""
    found: dict[str, Any] = json.loads(ev.encode(session()[0]))
    found["header"].update(changes)
    return json.dumps(found).encode() + b"\n"


def after_start(*events: ev.AnyEvent) -> bytes:
    return lines(numbered([*session()[:1], ev.TaskStarted(task=1, level="L1", text="t"), *events]))


def test_a_whole_session(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_bytes(WHOLE)
    recording = read(tmp_path / "s.jsonl")
    assert recording.events == session()
    assert (recording.torn, recording.skipped, recording.interrupted) == (False, 0, False)
    assert (recording.header, recording.seconds) == (header(), session()[-1].t)
    assert recording.state() == fold(session())


def test_a_session_without_its_end_was_interrupted() -> None:
    assert parse(lines(session()[:-1]), PATH).interrupted


def test_cut_anywhere_it_opens_with_all_whole_lines_or_says_that_there_is_no_header() -> None:
    head = SMALL.index(b"\n") + 1
    for cut in range(len(SMALL) + 1):
        data = SMALL[:cut]
        if cut < head:
            with pytest.raises(StorageError, match="its first line is no session header"):
                parse(data, PATH)
        else:
            recording = parse(data, PATH)
            assert recording.events == session()[: data.count(b"\n")]
            assert recording.torn is not data.endswith(b"\n")


def test_a_last_line_with_a_line_end_may_be_torn_too() -> None:
    recording = parse(SMALL[:-20] + b"\n", PATH)
    assert recording.torn and recording.events == session()[:7]


def test_a_damaged_line_in_the_middle_is_said_with_its_number() -> None:
    damaged = SMALL.splitlines(keepends=True)
    damaged[3] = damaged[3][:-5] + b"\n"
    with pytest.raises(StorageError, match="damaged at line 4"):
        parse(b"".join(damaged), PATH)


def test_events_of_later_versions_are_skipped_and_counted() -> None:
    later = b'{"type":"later.thing","seq":1,"t":0.5,"deep":{"x":[1]}}\n'
    first, rest = SMALL.split(b"\n", 1)
    recording = parse(first + b"\n" + later + rest + later, PATH)
    assert (recording.skipped, recording.torn, recording.events) == (2, False, session()[:8])


def test_blank_lines_are_nothing() -> None:
    assert parse(b"\n" + SMALL.replace(b"\n", b"\n\n"), PATH).events == session()[:8]


@pytest.mark.parametrize("changes", [{}, {"config": None}, {"nonce": 7, "format": "selforg-session"}])
def test_a_newer_version_is_said_even_if_its_header_has_another_shape(changes: dict[str, Any]) -> None:
    with pytest.raises(StorageError, match=r"written by a newer version \(9\.0\).*Update selforg-tui\.$"):
        parse(with_header(version=2, app_version="9.0", **changes) + SMALL, PATH)


def test_another_format_is_no_session() -> None:
    with pytest.raises(StorageError, match="not a session"):
        parse(with_header(format="other"), PATH)


def sized(**changes: Any) -> bytes:
    """A session whose header's config has other values, with a task begun."""
    config = replace(header().config, **changes)
    return lines([ev.SessionStarted(header=replace(header(), config=config)), ev.TaskStarted(task=1, level="L1", text="t")])


@pytest.mark.parametrize(
    "data",
    [
        sized(agents=10**9),
        sized(agents=0),
        sized(agents=-5),
        sized(models=()),
        sized(models=(ModelSpec("sim", "strong", None, 10**9),)),
        sized(models=(ModelSpec("sim", "strong", None, -(10**9)), ModelSpec("sim", "weak"))),
        after_start(decided(9)),
        after_start(decided(1, task=2)),
        after_start(ev.TaskEnded(task=-1, solution="")),
        after_start(finished("1/contribute/1/1")),
        after_start(ev.CallDelta(call="nonsense", text="")),
        after_start(started("nonsense")),
        after_start(started("1/contribute/" + "9" * 5000 + "/1")),
        after_start(started("7/contribute/1/1")),
        after_start(ev.Edge(task=1, parent=1, child=99, kind="depends")),
        after_start(scored()),
        after_start(*session()[:1]),
        lines(session()[6:]),
    ],
    ids=lambda data: str(len(data)),
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(StorageError) as raised:
        parse(data, PATH)
    text = str(raised.value)
    assert text.startswith("s.jsonl is ") and text.endswith(".") and len(text) < 300


@pytest.mark.parametrize(
    "value",
    [
        b"[" * 100_000,
        b"9" * 10_000,
        b"1e999",
        b"-1e-999",
        b'"\xff"',
        b'"\\ud800"',
        b"NaN",
        b'{"a":' * 50_000,
        b"{" + b'"k":1,' * 9 + b'"z":[]}',
    ],
)
@pytest.mark.parametrize("key", [b"t", b"seq", b"text", b"unknown"])
@pytest.mark.parametrize("last", [True, False])
def test_odd_values_end_in_a_session_or_a_sentence(key: bytes, value: bytes, last: bool) -> None:
    line = b'{"type":"warning","text":"x","' + key + b'":' + value + b"}\n"
    for data in (SMALL + line + (b"" if last else SMALL.splitlines(keepends=True)[5]), line, with_header(extra=1)[:-2] + b"," + line[1:]):
        opened(data)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\xfe\n", b"\x00" * 50, b"<html>\n</html>\n", b'{"type":"session.started"}\n']
)
def test_other_files_are_no_sessions(data: bytes) -> None:
    with pytest.raises(StorageError, match="is not a session of selforg-tui"):
        parse(data, PATH)


CORRUPTION = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE)),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=6), st.sampled_from([b"\n", b'"', b"}", b"{", b"9" * 30, b"-1", b"null", b"\xff", b'"task":3', b"[" * 3000])
        ),
    ),
    min_size=1,
    max_size=6,
)


@given(CORRUPTION)
@example([(0, 10**9, b"")])
def test_random_corruption_ends_in_a_session_or_a_sentence(changes: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for place, length, put in changes:
        data = data[:place] + put + data[place + length :]
    opened(data)


@given(st.lists(st.sampled_from(session()), max_size=30), st.booleans())
def test_events_in_any_order_end_in_a_session_or_a_sentence(events: list[ev.AnyEvent], headed: bool) -> None:
    opened(lines([*session()[: 1 if headed else 0], *events]))


@given(st.lists(st.binary(max_size=30), max_size=5).map(b"\n".join))
def test_bytes_end_in_a_sentence(data: bytes) -> None:
    assert opened(data) is None
    opened(SMALL + data)


def opened(data: bytes) -> Recording | None:
    """The session, None where it is refused. Whatever opens can be folded and begins with a header."""
    try:
        recording = parse(data, PATH)
    except StorageError as problem:
        assert str(problem).startswith("s.jsonl ") and str(problem).endswith(".")
        return None
    assert recording.state().started == recording.header
    return recording


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s.jsonl").write_bytes(WHOLE)
    monkeypatch.setattr(reader, "MOST_BYTES", len(WHOLE) - 1)
    with pytest.raises(StorageError, match="more than any session should"):
        read(tmp_path / "s.jsonl")
    monkeypatch.setattr(reader, "MOST_LINE", 500)
    with pytest.raises(StorageError, match="line 1 is too long"):
        parse(WHOLE, PATH)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(StorageError, match="cannot be read: "):
            read(path)
