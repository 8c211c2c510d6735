from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.config import ModelSpec, RunConfig, Task, checked
from selforg_tui.core.errors import StorageError
from selforg_tui.sessions import store as store_module
from selforg_tui.sessions.log import SessionLog
from selforg_tui.sessions.store import Store

DIMENSIONS = ("accuracy", "completeness", "coherence", "actionability", "mission")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SELFORG_TUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sessions").mkdir()
    return tmp_path / "sessions"


def header(name: str, mission: str = "Reopen the library") -> ev.Header:
    config = checked(RunConfig(mission, (Task("a"), Task("b")), agents=3, models=(ModelSpec("sim", "weak", None, 1), ModelSpec("x", "y"))))
    return ev.Header(
        ev.FORMAT, ev.VERSION, name, "0", f"2026-11-21T10:00:{name[-2:]}+00:00", config, "n", {}, {}, {}, {}, ev.Simulated(False, False)
    )


def finished(call: str, cost: float | None, *, simulated: bool = False) -> ev.CallFinished:
    usage = Usage(100, 20)
    return ev.CallFinished(
        call=call, text="{}", usage=usage, model="m", finish="stop", seconds=1, first=None, price=None, cost_usd=cost, simulated=simulated
    )


def scored(task: int, score: int) -> ev.Scored:
    return ev.Scored(task=task, call=f"{task}/judge/0/1", model="m", scores={name: ev.Score(score, "") for name in DIMENSIONS})


def events(name: str, *middle: ev.AnyEvent, status: ev.Status | None = "done", mission: str = "Reopen the library") -> list[ev.AnyEvent]:
    listed = [ev.SessionStarted(header=header(name, mission)), *middle]
    return [*listed, ev.SessionEnded(status=status, t=9.5)] if status else listed


def save(folder: Path, name: str, listed: list[ev.AnyEvent]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"".join(ev.encode(event) for event in listed))
    return path


def test_a_session_is_summed_up(folder: Path) -> None:
    middle: list[ev.AnyEvent] = [
        finished("1/contribute/1/1", 0.5),
        finished("1/judge/0/1", 0.25, simulated=True),
        scored(1, 4),
        scored(2, 2),
    ]
    path = save(folder, "s-01", events("s-01", *middle, status="done_with_failures"))
    [info] = Store(folder).list()
    assert (info.id, info.path, info.status, info.problem) == ("s-01", path, "done_with_failures", "")
    assert (info.mission, info.protocol, info.agents, info.models, info.tasks) == (
        "Reopen the library",
        "sequential",
        3,
        ("sim:weak", "x:y"),
        2,
    )
    assert (info.q, info.m, info.tokens, info.cost_usd, info.seconds) == (0.75, 0.75, 240, 0.75, 9.5)
    assert info.simulated == ev.Simulated(False, True)


def test_an_unknown_cost_makes_the_sum_unknown_and_no_verdict_leaves_q_unknown(folder: Path) -> None:
    failed = ev.CallFailed(call="1/contribute/2/1", kind="timeout", text="", usage=Usage(5, 5), cost_usd=None)
    save(folder, "s-01", events("s-01", finished("1/contribute/1/1", 0.5), failed))
    [info] = Store(folder).list()
    assert (info.cost_usd, info.q, info.m, info.tokens) == (None, None, None, 130)


def test_imaginary_money_is_not_added_to_real_money(folder: Path) -> None:
    imaginary = replace(finished("1/judge/0/1", 100.0), price=Price(1, 1, imaginary=True))
    save(folder, "s-01", events("s-01", finished("1/contribute/1/1", 0.5), imaginary))
    save(folder, "s-02", events("s-02", imaginary))
    save(folder, "s-03", events("s-03", finished("1/contribute/1/1", 0.5), finished("1/contribute/2/1", None), imaginary))
    partly, alone, mixed = Store(folder).list()
    assert (mixed.cost_usd, mixed.imaginary, mixed.known_usd, mixed.unpriced_calls) == (0.5, False, 0.5, 0)
    assert (alone.cost_usd, alone.imaginary, alone.known_usd) == (100, True, 0)
    assert (partly.cost_usd, partly.imaginary, partly.known_usd, partly.unpriced_calls) == (None, False, 0.5, 1)


def test_a_team_by_level_is_listed_with_both_models(folder: Path) -> None:
    top = header("s-01")
    config = replace(top.config, models=(ModelSpec("sim", "strong"), ModelSpec("sim", "weak")), arrangement="by-level")
    save(folder, "s-01", [ev.SessionStarted(header=replace(top, config=config)), ev.SessionEnded(status="done")])
    [info] = Store(folder).list()
    assert (info.models, info.team) == (("sim:strong", "sim:weak"), "L3–L4 sim:strong, L1–L2 sim:weak")


def test_newest_first(folder: Path) -> None:
    for name in ("s-02", "s-01", "s-03"):
        save(folder, name, events(name))
    assert [info.id for info in Store(folder).list()] == ["s-03", "s-02", "s-01"]


def test_a_session_without_an_end_runs_while_its_writer_lives_and_was_interrupted_after(folder: Path) -> None:
    log = SessionLog(folder / "s-01.jsonl")
    for event in events("s-01", status=None):
        log.write(event)
    assert [info.status for info in Store(folder).list()] == ["running"]
    log.close()
    assert [info.status for info in Store(folder).list()] == ["interrupted"]


def test_a_torn_end_hides_nothing_before_it(folder: Path) -> None:
    path = save(folder, "s-01", events("s-01", finished("1/contribute/1/1", 0.5), status=None))
    with path.open("ab") as file:
        file.write(ev.encode(finished("1/contribute/2/1", 0.5))[:-40])
    [info] = Store(folder).list()
    assert (info.status, info.tokens, info.problem) == ("interrupted", 120, "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b"\xff\x00\n",
        b'{"type":"session.started"}\n',
        b"[" * 100_000 + b"\n",
        b'{"type":"task.started","task":1,"level":"L1","text":""}\n',
    ],
    ids=["empty", "other object", "no text", "no header", "deep", "another event"],
)
def test_files_of_strangers_are_listed_with_their_problem(folder: Path, content: bytes) -> None:
    save(folder, "s-01", events("s-01"))
    (folder / "odd\x1b[31m.jsonl").write_bytes(content)
    (folder / "s-01.notes.json").write_bytes(content)
    infos = {info.id: info for info in Store(folder).list()}
    assert set(infos) == {"s-01", "odd"}
    assert infos["odd"].problem.startswith("This file cannot be read as a session: ")
    assert Store(folder).find("last") == folder / "s-01.jsonl"


def test_what_a_newer_version_wrote_is_said_to_be_newer(folder: Path) -> None:
    path = save(folder, "s-01", events("s-01"))
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2', 1))
    assert "newer version" in Store(folder).list()[0].problem


def test_terminal_escapes_in_a_mission_do_not_get_through(folder: Path) -> None:
    save(folder, "s-01", events("s-01", mission="Save\x1b[2J the\nbees\x07"))
    assert Store(folder).list()[0].mission == "Save the bees"


def test_a_file_is_opened_again_only_if_it_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = store_module.describe

    def describe(path: Path, status: os.stat_result) -> store_module.SessionInfo:
        opened.append(path.stem)
        return original(path, status)

    monkeypatch.setattr(store_module, "describe", describe)
    save(folder, "s-01", events("s-01"))
    save(folder, "s-02", events("s-02", status=None))
    Store(folder).list()
    assert sorted(opened) == ["s-01", "s-02"]
    opened.clear()
    save(folder, "s-02", events("s-02"))
    assert [info.status for info in Store(folder).list()] == ["done", "done"]
    assert opened == ["s-02"]
    (folder / "s-01.jsonl").unlink()
    assert [info.id for info in Store(folder).list()] == ["s-02"]
    assert opened == ["s-02"]


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b'{"version":0,"entries":{}}', b'{"version":1,"entries":{"s-01.jsonl":{"size":"x"}}}'],
    ids=["empty", "torn", "old", "odd"],
)
def test_the_index_can_be_damaged_or_deleted(folder: Path, home: Path, damage: bytes) -> None:
    save(folder, "s-01", events("s-01"))
    before = Store(folder).list()
    [index] = (home / "cache").iterdir()
    index.write_bytes(damage)
    assert Store(folder).list() == before
    index.unlink()
    assert Store(folder).list() == before


def test_the_list_does_without_an_index_where_none_can_be_kept(folder: Path, home: Path) -> None:
    home.write_text("a file where the folder should be")
    save(folder, "s-01", events("s-01"))
    assert [info.id for info in Store(folder).list()] == ["s-01"]


def test_a_missing_folder_has_no_sessions_and_an_unreadable_one_says_so(tmp_path: Path) -> None:
    assert Store(tmp_path / "none").list() == []
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be listed"):
        Store(tmp_path / "file").list()


def test_sessions_are_found_by_id_prefix_last_and_path(folder: Path, tmp_path: Path) -> None:
    first, second = save(folder, "s-01", events("s-01")), save(folder, "s-12", events("s-12"))
    exact = save(folder, "s-1", events("s-01"))
    elsewhere = save(tmp_path, "other", events("s-03"))
    store = Store(folder)
    assert store.find("s-01") == first
    assert store.find("s-1") == exact
    assert store.find("s-12") == store.find("last") == second
    assert store.find(str(elsewhere)) == elsewhere
    with pytest.raises(StorageError, match=r"3 sessions begin with 's-' \(s-01, s-1, s-12\)"):
        store.find("s-")
    for name in ("", "s-9", str(tmp_path / "none.jsonl"), str(folder), "\x00"):
        with pytest.raises(StorageError, match="There is no session"):
            store.find(name)


def test_no_session_yet(folder: Path) -> None:
    with pytest.raises(StorageError, match="There is no session yet"):
        Store(folder).find("last")
