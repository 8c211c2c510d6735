"""Verdicts beside a log: appended, private, bounded, and never in the log itself."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.events import Score
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.judged import Judged
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.sessions.reader import read
from selforg_tui.sessions.rejudging import Rejudging
from selforg_tui.sessions.store import Store
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import redact

SIM = ModelSpec("sim", "judge")
SCORES = dict(zip(DIMENSIONS, (1, 2, 3, 4, 4), strict=True))


def plain(text: str) -> str:
    return redact(text, ("geheimeslangeswort",))


def person(task: int = 1, **changes: int) -> verdicts.Person:
    return verdicts.Person(at=verdicts.now(), task=task, scores={**SCORES, **changes})


def verdict(rationale: str = "why") -> verdicts.Verdict:
    scores = {name: Score(3, rationale) for name in DIMENSIONS}
    return verdicts.Verdict(at=verdicts.now(), task=1, judge=1, model="x:y", scores=scores)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A finished session of two tasks."""
    config = RunConfig("Keep the harbour open", (Task("one"), Task("two")), agents=3)
    session = run_unwatched(config, keys=Keys({}), folder=tmp_path / "sessions")
    assert session.path is not None
    return session.path


def test_what_is_appended_is_read_again(log: Path) -> None:
    compared = verdicts.Compared(
        at=verdicts.now(), task=1, other_session="s", other_task=2, better={"overall": "this", "mission": "same"}, first=True
    )
    guess = verdicts.Guess(at=verdicts.now(), task=2, q=0.25, session=log.stem, replayed=True)
    entries: list[verdicts.Entry] = [verdict(), person(), compared, guess]
    for entry in entries:
        path = verdicts.append(log, [entry], plain)
    found = verdicts.read(log)
    assert found.entries == entries and not found.skipped
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.name == f"{log.stem}.verdicts.jsonl"
    first = msgspec.json.decode(path.read_bytes().partition(b"\n")[0])
    assert first == {"format": "selforg-verdicts", "version": 1, "session": log.stem}


def test_keys_do_not_get_in(log: Path) -> None:
    path = verdicts.append(log, [verdict("the key is geheimeslangeswort, or sk-abcdefghijklmnop")], plain)
    text = path.read_text()
    assert "geheimeslangeswort" not in text and "sk-abc" not in text and text.count("[removed]") == 10


def test_a_torn_line_is_left_out_and_does_not_spoil_the_next(log: Path) -> None:
    path = verdicts.append(log, [person()], plain)
    with path.open("ab") as file:
        file.write(b'{"type":"person","at":"20')
    verdicts.append(log, [person(task=2)], plain)
    found = verdicts.read(log)
    assert [entry.task for entry in found.entries] == [1, 2] and found.skipped == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"hologram","at":"now"}',
        b"[[[[",
        b'{"type":"person","at":"now","task":1,"scores":{"accuracy":9}}',
        b'{"type":"person","at":"now","task":-3,"scores":{}}',
        b'{"type":"person","at":"now","task":1,"scores":{"\\u001b[31mred":3}}',
        b'{"type":"verdict","at":"now","task":1,"judge":-1,"model":"m"}',
        b'{"type":"guess","at":"now","task":1,"q":1.5,"session":"s"}',
        b'{"type":"guess","at":"now","task":1,"q":1e999,"session":"s"}',
        b'{"type":"guess","at":"now","task":0,"q":0.5,"session":"s"}',
        b"[" * 100_000,
        b'{"type":"person","at":"' + b"x" * verdicts.MOST_LINE + b'","task":1,"scores":{}}',
    ],
    ids=["kind", "broken", "range", "task", "name", "place", "much", "endless", "no-task", "deep", "long"],
)
def test_lines_of_strangers_are_checked(log: Path, line: bytes) -> None:
    path = verdicts.append(log, [person()], plain)
    with path.open("ab") as file:
        file.write(line + b"\n")
    found = verdicts.read(log)
    assert len(found.entries) == 1 and found.skipped == 1


def test_texts_of_strangers_are_cleaned(log: Path) -> None:
    path = verdicts.append(log, [person()], plain)
    with path.open("ab") as file:
        file.write(b'{"type":"verdict","at":"now","task":1,"judge":1,"model":"\\u001b[31mred\\u202e","unscored":"a\\nb"}\n')
    found = verdicts.read(log).models[0]
    assert (found.model, found.unscored) == ("red", "a b")


@pytest.mark.parametrize("head", [b"{}", b"no", b'{"format":"selforg-session","version":1,"session":"x"}'])
def test_another_file_of_that_name_is_told_and_never_written_to(log: Path, head: bytes) -> None:
    path = verdicts.path_beside(log)
    path.write_bytes(head + b"\n")
    with pytest.raises(StorageError, match="no verdicts"):
        verdicts.read(log)
    with pytest.raises(StorageError, match="no verdicts"):
        verdicts.append(log, [person()], plain)
    assert path.read_bytes() == head + b"\n"


def test_a_newer_version_and_a_huge_file_are_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = verdicts.path_beside(log)
    path.write_bytes(b'{"format":"selforg-verdicts","version":2,"session":"x"}\n')
    with pytest.raises(StorageError, match="newer version"):
        verdicts.read(log)
    monkeypatch.setattr(verdicts, "MOST_BYTES", 10)
    with pytest.raises(StorageError, match="more than 10 bytes"):
        verdicts.read(log)


def test_verdicts_are_no_session(log: Path) -> None:
    verdicts.append(log, [person()], plain)
    store = Store(log.parent)
    assert [info.path for info in store.list()] == [log]
    assert store.find("last") == log and store.find(log.stem[:9]) == log


def test_a_session_is_judged_again_and_its_log_stays(log: Path) -> None:
    before = log.read_bytes()
    judged = Judged(log)
    found = Rejudging(judged, (SIM,) * 4, Keys({})).run_unwatched()
    assert log.read_bytes() == before
    assert sorted((one.task, one.judge) for one in found) == [(task, place) for task in (1, 2) for place in (1, 2, 3, 4)]
    assert all(one.scores and one.simulated and one.imaginary and one.usage and one.cost_usd for one in found)
    assert Judged(log).later.models == found
    again = Rejudging(Judged(log), (SIM,), Keys({})).run_unwatched()
    assert {one.judge for one in again} == {5}, "each judge has draws of its own"
    kinds = [row.kind for row in Judged(log).rows(Judged(log).state.tasks[0])]
    assert kinds == ["original"] + ["later"] * 5
    (noise,) = Judged(log).noise()
    assert (noise.model, noise.verdicts) == ("sim:judge", 12) and noise.sd["q"] > 0


def test_judges_are_asked_exactly_what_the_first_was_asked(log: Path) -> None:
    """Same texts, same fences: what differs is the judge."""
    judged = Judged(log)
    work = Rejudging(judged, (SIM,), Keys({}))
    work.run_unwatched()
    first = {call.digest for call in judged.state.calls.values() if call.kind == "judge"}
    assert {call.digest for call in work.state.calls.values()} == first and len(first) == 2


def test_people_are_kept_apart(log: Path) -> None:
    judged = Judged(log)
    q_before = Store(log.parent).list()[0].q
    judged.add([person(accuracy=4)], Keys({}))
    task = judged.state.tasks[0]
    row = judged.rows(task)[-1]
    assert (row.kind, row.q, row.scores) == ("person", (4 + 2 + 3 + 4) / 16, {**SCORES, "accuracy": 4})
    assert judged.agreement().items == 0 and judged.noise() == []
    assert Store(log.parent).list()[0].q == q_before


def test_verdicts_on_another_text_do_not_count(log: Path) -> None:
    judged = Judged(log)
    Rejudging(judged, (SIM,), Keys({})).run_unwatched()
    path = verdicts.path_beside(log)
    solution = judged.later.models[0].solution
    path.write_text(path.read_text().replace(solution, "0" * 16))
    left = Judged(log)
    assert len(left.later.models) == 2
    assert sum(len(left.known(task)) for task in left.state.tasks) == 1


def test_a_session_that_cannot_be_judged_says_why(log: Path, tmp_path: Path) -> None:
    data = log.read_bytes()
    early = tmp_path / "early.jsonl"
    early.write_bytes(b"".join(data.splitlines(keepends=True)[:3]))
    with pytest.raises(ConfigError, match="no solution"):
        Rejudging(Judged(early), (SIM,), Keys({}))
    with pytest.raises(ConfigError, match="Nobody is named"):
        Rejudging(Judged(log), (), Keys({}))
    with pytest.raises(StorageError, match="no session header"):
        Judged(verdicts.append(log, [person()], plain))


def test_old_judges_of_a_session_are_asked_where_nobody_is_named(log: Path, tmp_path: Path) -> None:
    assert Judged(log).usual_judges(Keys({})) == (SIM,)
    unjudged = run_unwatched(RunConfig("m", agents=1, judge=None), keys=Keys({}), folder=tmp_path / "other")
    assert unjudged.path is not None and Judged(unjudged.path).usual_judges(Keys({})) == (SIM,)
    Rejudging(Judged(unjudged.path), (SIM,), Keys({})).run_unwatched()
    assert read(unjudged.path).state().tasks[0].scores is None
    assert [row.kind for row in Judged(unjudged.path).rows(Judged(unjudged.path).state.tasks[0])] == ["original", "later"]
