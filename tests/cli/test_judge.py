"""`judge`: saved sessions before other judges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selforg_tui.cli.main import main
from selforg_tui.core.config import RunConfig
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import sessions_folder


@pytest.fixture
def log() -> Path:
    """A finished session in the usual folder."""
    path = run_unwatched(RunConfig("Keep the harbour open", agents=3), keys=Keys({}), folder=sessions_folder()).path
    assert path is not None
    return path


def test_judging_again_shows_old_and_new_and_noise(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    assert main(["judge", "last", "--times", "5"]) == 0
    told = capsys.readouterr().out
    assert told.count("later ") == 5 and told.count("original ") == 1 and "sim:judge (SIMULATED)" in told
    assert "Noise of sim:judge over 6 verdicts: sd of Q" in told and "5 calls, $" in told and "(imaginary)" in told
    assert log.read_bytes() == before


def test_as_json(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", str(log), "-j", "sim:judge=2", "-j", "sim:strong", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (task,) = found["tasks"]
    assert [row["kind"] for row in task["verdicts"]] == ["original", "later", "later", "later"]
    assert task["q"] == task["verdicts"][0]["q"]
    assert found["noise"][0]["verdicts"] == 3 and found["judging"]["imaginary"] is True
    assert main(["judge", str(log), "--show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["tasks"] == found["tasks"] and shown["judging"] is None


def test_money_is_asked_about_first(log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFORG_TUI_ASK_USD", "0.000001")
    monkeypatch.setenv("OPENAI_API_KEY", "none-of-your-business")
    assert main(["judge", "last", "-j", "openai:gpt-4o=3"]) == 2
    told = capsys.readouterr().err
    assert "Not judged: this may cost $" in told and "for 3 calls" in told and "--yes" in told
    assert not log.with_name(f"{log.stem}.verdicts.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--times", "0"], "choose from 1 to"),
        (["-j", "sim:judge=20", "--times", "2"], "more than 32 judges"),
        (["-j", "none"], "Nobody is named"),
        (["-j", "nonsense"], "is not a model"),
    ],
)
def test_wrong_use(log: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["judge", "last", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_court_in_a_run_and_in_the_config_file(capsys: pytest.CaptureFixture[str], own_world: Path) -> None:
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "config.toml").write_text('[run]\njudge = ["sim:judge", "sim:weak"]\n')
    assert main(["run", "Bees", "-n", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["judges"] == ["sim:judge", "sim:weak"] and [one["judge"] for one in found["tasks"][0]["court"]] == [1, 2]
    rows = [row for row in found["by_model"] if row["judge"]]
    assert [row["model"] for row in rows] == ["sim:judge", "sim:weak"] and all(row["cost_usd"] for row in rows)
    assert main(["run", "Bees", "-n", "2", "-j", "sim:judge", "-j", "sim:judge", "-j", "sim:judge", "--plain"]) == 0
    told = capsys.readouterr().out
    assert "judges 3 × sim:judge" in told and "Judge 3 sim:judge (SIMULATED): Q" in told and "The court, by medians" in told
