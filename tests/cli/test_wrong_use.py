"""Whatever is wrong: one or two sentences that say what to do, the documented exit code, no traceback."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from selforg_tui.cli.main import main
from tests.cli.conftest import Start


def refused(done: subprocess.CompletedProcess[str], code: int, said: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert re.search(said, done.stderr), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert 1 <= len(re.findall(r"[.?!](?=\s|$)", done.stderr)) <= 3, done.stderr


def here(capsys: pytest.CaptureFixture[str], words: list[str]) -> subprocess.CompletedProcess[str]:
    """Like `start`, without the price of a process: enough where nothing is run."""
    code = main(words)
    told = capsys.readouterr()
    return subprocess.CompletedProcess(words, code, told.out, told.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", ""], "The mission is empty"),
        (["run", "  "], "The mission is empty"),
        (["run"], "MISSION"),
        (["run", "Bees", "-n", "0"], "0 agents cannot be run: choose a number from 1 to 256"),
        (["run", "Bees", "-n", "300"], "300 agents cannot be run: choose a number from 1 to 256"),
        (["run", "Bees", "-n", "many"], "'many' is not a whole number"),
        (["run", "Bees", "-p", "sequentiel"], "no protocol 'sequentiel': did you mean 'sequential'"),
        (["run", "Bees", "-p", "solo", "-P", "budget"], "write -P name=value"),
        (["run", "Bees", "-p", "solo", "-P", "budget=all"], "give one or team"),
        (["run", "Bees", "-P", "k=1"], "Sequential has no parameter 'k'"),
        (["run", "Bees", "-m", "strong"], "'strong' is not a model"),
        (["run", "Bees", "-m", "sim:strong=3", "-m", "sim:weak=3", "-n", "8"], "take 6 seats but there are 8 agents"),
        (["run", "Bees", "--order", "random"], "no order of turns 'random': choose fixed, shuffled, strong-first or strong-last"),
        (
            ["run", "Bees", "-p", "batched", "-P", "batch=0"],
            "'0' does not fit Batched Sequential's parameter 'batch': give a whole number from 1 to 256",
        ),
        (["run", "Bees", "--seats", "random"], "no seating 'random': choose blocks, interleaved, strong-first, strong-last or by-level"),
        (["run", "Bees", "--seats", "by-level"], "By level there are two models"),
        (["run", "Bees", "--seats", "by-level", "-m", "sim:strong=3", "-m", "sim:weak=5"], "without numbers of seats"),
        (["run", "Bees", "-l", "L7"], "no level 'L7': choose L1, L2, L3 or L4"),
        (["run", "Bees", "-t", "[L9] Count them"], "no level 'L9'"),
        (["run", "Bees", "-t", "[L1] "], "A task is empty"),
        (["run", "Bees", "--temperature", "nan"], "'nan' is not a number"),
        (["run", "Bees", "--temperature", "3"], "Temperature 3 is out of range"),
        (["run", "Bees", "--length", "5"], "choose from 10 to 2000"),
        (["run", "Bees", "--max-cost", "0"], "limit on money must be above 0"),
        (["run", "Bees", "--shock", "hub"], "is not a shock"),
        (["run", "Bees", "--shock", "2: remove-hub"], "there is one task"),
        (["run", "Bees", "-j", "none", "-j", "sim:strong"], "Either nobody judges or somebody does"),
        (["run", "Bees", "--repeat", "0"], "choose 1 or more"),
        (["run", "Bees", "--repeat", "2", "--out", "x.jsonl"], "--out names one file"),
        (["run", "Bees", "--json", "--plain"], "not allowed with"),
        (["run", "@none.txt"], "none.txt cannot be read"),
        (["run", "Bees", "--sed", "3"], "Unrecognized arguments: --sed"),
        (["rnu", "Bees"], "no command 'rnu': did you mean 'run'"),
        (["Save the bees"], "a mission is run with: selforg-tui run"),
        (["none.jsonl"], "There is no file none.jsonl"),
        ([], "The app needs a terminal"),
        (["replay", "none"], "There is no session 'none'"),
        (["sessions", "show", "none"], "There is no session 'none'"),
        (["replay", "x", "--speed", "0"], "choose a number above 0"),
        (["sim-server", "--port", "70000"], "no port 70000"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else "",
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    done = here(capsys, words)
    code = 5 if words[:1] in (["replay"], ["sessions"]) and "none" in words else 2
    refused(done, code, said)


def test_a_mission_in_another_encoding(start: Start, tmp_path: Path) -> None:
    (tmp_path / "mission.txt").write_bytes("Bücherei".encode("latin-1"))
    refused(start("run", "@mission.txt"), 2, "not UTF-8")
    refused(start("run", "-", given=b"\xff\xfe"), 2, "standard input is not UTF-8")
    refused(start("run", "-", given=b" \n"), 2, "The mission is empty")


def test_a_broken_configuration_is_named(start: Start, own_world: Path) -> None:
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "config.toml").write_text("[run]\nagnets = 3\n")
    refused(start("run", "Bees"), 2, r"'agnets' in \[run\] of .*config.toml is not known. Did you mean 'agents'")


def test_a_fault_of_the_program_is_owned_up_to_and_logged_without_keys(start: Start, own_world: Path) -> None:
    key = "not-a-real-key-12345"
    fault = f"import selforg_tui.settings.paths as p\ndef broken(): raise RuntimeError('with {key}')\np.everywhere = broken"
    done = start("paths", before=fault, SOME_API_KEY=key)
    refused(done, 1, r"This is a fault of selforg-tui \(RuntimeError\); details are in .*selforg-tui.log")
    log = (own_world / "cache" / "selforg-tui.log").read_text()
    assert "Traceback" in log
    assert key not in log + done.stderr


def test_people_s_errors_have_their_traceback_in_the_log(start: Start, own_world: Path) -> None:
    start("run", "")
    assert "The mission is empty" in (own_world / "cache" / "selforg-tui.log").read_text()


def test_no_log_file_is_no_reason_to_fall_over(start: Start, own_world: Path) -> None:
    own_world.write_text("a file where the folder should be")
    refused(start("run", ""), 2, "The mission is empty")
