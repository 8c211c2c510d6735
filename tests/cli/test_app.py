"""The app is started with what was asked for, and only where there is a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from selforg_tui.cli.main import main
from selforg_tui.tui import app as app_module

Started = list[tuple[tuple[Any, ...], dict[str, Any]]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """What the app was started with; it does not run. All streams are a terminal."""
    made: Started = []

    def run_app(*given: Any, **named: Any) -> int:
        made.append((given, named))
        return 0

    monkeypatch.setattr(app_module, "run_app", run_app)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    return made


def test_nothing_starts_the_app(started: Started) -> None:
    assert main([]) == 0
    assert started == [((None,), {"speed": None, "at": 0.0, "fps": None})]


def test_a_session_s_file_is_replayed(started: Started, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("{}\n")
    assert main([str(file)]) == 0
    assert main(["replay", str(file), "--speed", "4", "--at", "12.5"]) == 0
    assert started == [((file,), {"speed": None, "at": 0.0, "fps": None}), ((file,), {"speed": 4.0, "at": 12.5, "fps": None})]


def test_it_can_be_painted_less_often(started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("{}\n")
    assert main(["--fps", "4"]) == 0
    assert main([str(file), "--fps", "2"]) == 0
    monkeypatch.setenv("SELFORG_TUI_FPS", "6")
    assert main([]) == 0
    assert [named["fps"] for _, named in started] == [4.0, 2.0, 6.0]
    assert main(["--fps", "0"]) == 2


def test_no_terminal_no_app(started: Started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert main([]) == 2
    assert started == []
    assert "needs a terminal" in capsys.readouterr().err
