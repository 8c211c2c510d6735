"""`race` and repeats: kept, gone on with after any end, and compared."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Start, environment
from tests.cli.test_wrong_use import here, refused

RACE = ["race", "Bees", "-t", "[L2] Count them", "-t", "[L3] Save them", "-p", "sequential", "-p", "shared", "-n", "6", "--score-from", "2"]
TABLE = ("groups", "pairs", "overall", "length", "simulated", "notes")


def test_a_killed_race_goes_on_and_comes_to_the_same_table(start: Start, own_world: Path, tmp_path: Path) -> None:
    words = [*RACE, "--repeat", "14", "--json"]
    folder = own_world / "data" / "experiments"
    race = subprocess.Popen(
        [sys.executable, "-m", "selforg_tui", *words], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path
    )
    try:
        while len(sessions(folder)) < 4:
            assert race.poll() is None, "it ended before it could be killed"
            time.sleep(0.002)
        workers = children(race.pid)
        race.send_signal(signal.SIGKILL)
    finally:
        race.kill()
        race.communicate()
    there = len(sessions(folder))
    assert 4 <= there < 28, "killed in the middle"
    assert len(workers) == os.cpu_count() and all(gone(worker) for worker in workers), "no worker outlives who started it"
    kept = {path: path.stat().st_mtime_ns for path in sessions(folder) if b'"session.ended"' in path.read_bytes()}
    resumed = found(start(*words))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was done is not done again"
    whole = found(start(*words, SELFORG_TUI_HOME=str(tmp_path / "elsewhere")))
    assert resumed["experiment"] == whole["experiment"] and resumed["done"] == whole["done"] == 28
    for part in TABLE:
        assert resumed["comparison"][part] == whole["comparison"][part], part
    assert resumed["comparison"]["groups"][0]["figures"]["q"]["n"] == 14


def test_resume_by_id_and_more_repeats(start: Start) -> None:
    first = found(start(*RACE, "--repeat", "2", "--json"))
    assert (first["ending"], first["done"], first["of"]) == ("done", 4, 4)
    again = found(start("race", "--resume", first["experiment"][:8], "--json"))
    assert again["runs"] == first["runs"]
    more = found(start("race", "--resume", "last", "--repeat", "3", "--json"))
    assert more["runs"][:2] == first["runs"][:2] and more["done"] == 6
    assert found(start(*RACE, "--repeat", "2", "--anew", "--json"))["experiment"] != first["experiment"]


def test_interrupted_it_says_how_to_go_on(own_world: Path, tmp_path: Path) -> None:
    race = subprocess.Popen(
        [sys.executable, "-m", "selforg_tui", *RACE, "--repeat", "60"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, start_new_session=True,
    )  # fmt: skip
    while len(sessions(own_world / "data" / "experiments")) < 4:
        assert race.poll() is None
        time.sleep(0.002)
    os.killpg(race.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, told = race.communicate(timeout=30)
    assert race.returncode == 130, told
    assert b"--resume" in told and b"Traceback" not in told


def test_the_table_says_what_it_can(start: Start) -> None:
    done = start(*RACE, "--group", "weak pair: -p sequential -m sim:weak -n 2", "--repeat", "12")
    assert done.returncode == 0, done.stderr
    assert "2 tasks, scored from task 2 on; 36 of 36 runs, seeds 1 to 12" in done.stdout
    for words in (
        "sequential - shared", "12 pairs", "Wilcoxon, paired, corrected for 3 comparisons (Holm)", "Kruskal-Wallis H = ",
        "sequential scored higher than shared by 0.", "(models, agents)", "(protocol, models, agents)",
        "SIMULATED: a model of the mechanism, no evidence.", "(imaginary)", "Saved in ",
    ):  # fmt: skip
        assert words in done.stdout, words
    few = start(*RACE, "--repeat", "3").stdout
    assert "too few to tell, 3 pairs" in few and "scored higher" not in few and "below 5 no interval is given" in few


def test_without_scipy_there_are_means_spread_and_a_sentence(start: Start) -> None:
    hide = "import importlib.util as u\nreally = u.find_spec\nu.find_spec = lambda name, *a: None if name == 'scipy' else really(name, *a)"
    hide += "\nsys.modules['scipy'] = None"
    done = start(*RACE, "--repeat", "12", before=hide)
    assert done.returncode == 0, done.stderr
    assert "not tested" in done.stdout and "pip install 'selforg-tui[lab]'" in done.stdout
    assert "d_z +" in done.stdout and "] " in done.stdout


def test_repeats_are_an_experiment(start: Start, own_world: Path) -> None:
    words = ["run", "Bees", "-n", "2", "--repeat", "3", "--json"]
    first = found(start(*words))
    assert [Path(run["path"]).is_file() for run in first["runs"]] == [True] * 3
    assert found(start(*words)) == first
    assert (own_world / "data" / "experiments" / first["experiment"] / "experiment.json").is_file()
    nowhere = found(start(*words, "--no-save", SELFORG_TUI_HOME=str(own_world / "other")))
    assert [run["path"] for run in nowhere["runs"]] == [None] * 3
    assert nowhere["figures"] == first["figures"]
    assert not (own_world / "other" / "data").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["race", "Bees", "-p", "solo"], "two groups or more"),
        (["race", "-p", "solo", "-p", "shared"], "A race needs a mission"),
        (["race", "Bees", "-p", "solo", "-p", "solo"], "Two groups are called 'solo'"),
        (["race", "Bees", "-p", "solo", "--group", "weak"], "write 'NAME: FLAGS'"),
        (["race", "Bees", "-p", "solo", "--group", "weak: --modle x"], "Group 'weak': unrecognized"),
        (["race", "Bees", "-p", "solo", "--group", "weak: --seed 4"], "has its own seed"),
        (["race", "Bees", "-p", "solo", "--group", "weak: 'x"], "cannot be read"),
        (["race", "Bees", "-p", "sequential", "-p", "shared", "-P", "budget=team"], "None of the protocols has a parameter budget"),
        (["race", "Bees", "-p", "solo", "-p", "shared", "--repeat", "0"], "choose 1 or more"),
        (["race", "Bees", "-p", "solo", "-p", "shared", "--score-from", "2"], "There is no task 2"),
        (["race", "Bees", "-p", "solo", "-p", "shared", "--total-cost", "0"], "total cost must be above 0"),
        (["race", "--resume", "none"], "There is no experiment 'none'"),
        (["race", "Bees", "--resume", "none"], "leave mission"),
        (["run", "Bees", "--anew"], "are for several runs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    refused(here(capsys, words), 2, said)


def found(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def sessions(folder: Path) -> list[Path]:
    return list(folder.glob("*/*.jsonl"))


def children(process: int) -> list[int]:
    """Processes that this one started; Linux tells."""
    return [
        int(file.parent.name)
        for file in Path("/proc").glob("[0-9]*/stat")
        if (text := _read(file)) and int(text.rpartition(")")[2].split()[1]) == process
    ]


def gone(process: int) -> bool:
    """It ends within a moment; a defunct one has ended."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        text = _read(Path(f"/proc/{process}/stat"))
        if not text or text.rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
