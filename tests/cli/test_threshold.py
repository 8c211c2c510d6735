"""`threshold` and `paper`, as people and scripts call them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from selforg_tui.cli.main import main
from selforg_tui.lab import paper
from tests.cli.conftest import Start, environment
from tests.cli.test_wrong_use import here, refused
from tests.models.asking import CANARY, simulating

QUICK = ("threshold", "-m", "sim:strong", "--repeat", "2", "--missions", "1", "-n", "3")
KEYS = {
    "model", "judge", "agents", "level", "missions", "repeats", "seed", "ended", "decision", "pairs", "planned", "lost", "difference",
    "sd", "interval", "more_repeats", "text", "notes", "sides", "complete", "simulated", "cost_usd", "known_usd", "imaginary_usd",
    "unpriced_calls", "runs",
}  # fmt: skip


def test_one_json_object_and_progress_beside_it(start: Start, own_world: Path) -> None:
    done = start(*QUICK, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == KEYS
    assert (found["ended"], found["pairs"], found["simulated"], found["decision"]) == ("done", 2, True, "undecided")
    assert set(found["sides"]) == {"chosen", "fixed"}
    assert found["cost_usd"] == 0
    assert found["imaginary_usd"] > 0
    assert [(run["arm"], run["seed"]) for run in found["runs"]] == [("chosen", 1), ("fixed", 1), ("fixed", 2), ("chosen", 2)]
    assert "2 pairs, 13 calls + 4 to judge" in done.stderr
    assert "[4/4] hospital-zero-trust, seed 2, chosen roles: Q" in done.stderr
    kept = {path.stem for path in (own_world / "data" / "sessions").glob("*.jsonl")}
    assert {run["session"] for run in found["runs"]} < kept
    assert len(kept) == 5


def test_people_are_told_the_verdict_and_that_it_is_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK, "--no-save"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("UNDECIDED · SIMULATED: a model of the mechanism, no evidence")
    assert "2 pairs cannot decide; 5 are the least." in told
    assert "chosen roles" in told
    assert "(imaginary)" in told


def test_ctrl_c_keeps_what_was_done_and_judges_it(tmp_path: Path) -> None:
    words = ["threshold", "-m", "sim:strong", "--repeat", "200", "--missions", "12", "--json"]
    code = "import sys; from selforg_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    running = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment()
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("[6/"):
            break
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    found = json.loads(out)
    assert (running.returncode, found["ended"], found["complete"]) == (130, "interrupted", False)
    assert len(found["runs"]) >= 6
    assert found["difference"] is not None
    assert "Stopped; what was done is kept." in err


async def test_a_model_that_cannot_follow_the_format_is_told_and_the_trial_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    async with simulating() as (_, url):
        words = ["threshold", "-m", f"openai:none-such@{url}/v1", "-j", f"openai:sim-judge@{url}/v1", "-n", "2", "--yes", "--json"]
        code = await asyncio.to_thread(main, words)
    found = json.loads(capsys.readouterr().out)
    assert (code, found["ended"], found["pairs"]) == (4, "failed", 0)
    assert any("No roles could be drawn up" in note for note in found["notes"])


async def test_over_http_the_same_verdict_comes(capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    async with simulating() as (_, url):
        words = [*QUICK, "-m", f"openai:sim-strong@{url}/v1", "-j", f"openai:sim-judge@{url}/v1", "--yes", "--json"]
        code = await asyncio.to_thread(main, words)
    found = json.loads(capsys.readouterr().out)
    assert (code, found["pairs"], found["simulated"]) == (0, 2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["threshold"], "required: -m/--model"),
        (["threshold", "-m", "strong"], "'strong' is not a model"),
        (["threshold", "-m", "sim:strong", "--repeat", "0"], "0 repeats cannot be run: choose from 1"),
        (["threshold", "-m", "sim:strong", "--missions", "99"], "choose from 1 to"),
        (["threshold", "-m", "sim:strong", "-n", "1"], "with 1 in the team"),
        (["threshold", "-m", "sim:strong", "-j", "none"], "Without a judge there is no Q"),
        (["threshold", "-m", "sim:strong", "-l", "L9"], "no level 'L9'"),
        (["threshold", "-m", "sim:strong", "--max-cost", "0"], "must be above 0"),
        (["threshold", "-m", "sim:strng"], "strng"),
        (["threshold", "-m", "openai:gpt-5.4"], "no model with a key that could judge"),
        (["threshold", "-m", "anthropic:claude-sonnet-4-6", "-j", "openai:gpt-5.4", "--repeat", "50"], "Not run: this may cost"),
        (["paper"], "list.show.run"),
        (["paper", "show", "tabel-4"], "did you mean 'table-4'"),
        (["paper", "run", "table-4", "--simulated", "--repeat", "0"], "choose 1 or more"),
        (["paper", "run", "table-4", "--simulated", "--max-cost", "-1"], "above 0"),
        (["paper", "run", "table-8", "--repeat", "50"], "Not run: this may cost"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(here(capsys, words), 2, said)


def test_without_a_key_nothing_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "run", "table-3", "--yes"]) == 4
    assert "needs a key" in capsys.readouterr().err


def test_the_presets_are_listed_with_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "arXiv:2603.28990" in found["source"]
    assert [each["name"] for each in found["presets"]] == ["table-3-pilot", "table-3", "table-4", "table-8", "table-9", "threshold"]
    assert main(["paper", "list"]) == 0
    assert "table-9" in capsys.readouterr().out


def test_a_preset_is_shown_with_price_figures_and_what_cannot_be_matched(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    assert main(["paper", "show", "table-4"]) == 0
    told = capsys.readouterr().out
    for row in paper.reference()["table_4_sequential_vs_coordinator"]["rows"]:
        assert row["model"] in told
        assert f"Q {row['q_sequential']:.3f}" in told
    assert "6 sessions: 99 calls + 6 to judge, about $" in told
    assert "What cannot be matched:" in told
    assert "takes no temperature today" in told
    assert "38 of 60" in told
    assert CANARY[:12] not in told
    assert main(["paper", "show", "table-4", "--simulated", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"name", "simulated", "runs", "estimate", "figures", "unmatched", "disagreements", "source"} <= set(found)
    assert (found["estimate"]["imaginary"], len(found["runs"])) == (True, 6)


def test_a_preset_is_run_and_the_paper_stands_beside(capsys: pytest.CaptureFixture[str], own_world: Path) -> None:
    assert main(["paper", "run", "threshold", "--simulated", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {row["model"]: row for row in paper.reference()["capability_threshold"]["rows"]}
    for cell in found["cells"]:
        assert cell["paper"] == rows[cell["model"]]["q_free" if cell["protocol"] == "sequential" else "q_fixed"]
        assert cell["n"] == 1
        assert 0.25 <= cell["mean"] <= 1
    assert (found["simulated"], found["sessions"], found["planned"]) == (True, 4, 4)
    assert main(["paper", "run", "table-3", "--simulated", "--no-save"]) == 0
    told = capsys.readouterr().out
    assert "SIMULATED, 2 of 2 sessions" in told
    assert "Q in the paper (other conditions)" in told
    assert paper.NEVER in told


def test_a_run_s_report_has_the_paper_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "Bees", "-n", "2"]) == 0
    told = capsys.readouterr().out
    assert "Beside the paper (arXiv:2603.28990; context, no score to reach)" in told
    assert "Differs: model Claude Sonnet 4.6, here sim:strong" in told
    assert main(["run", "Bees", "-n", "2", "-j", "none"]) == 0
    assert "Beside the paper" not in capsys.readouterr().out
