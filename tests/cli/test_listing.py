from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from selforg_tui import __version__
from tests.cli.conftest import Start, environment


def test_version_and_help(start: Start) -> None:
    assert start("--version").stdout == f"selforg-tui {__version__}\n"
    done = start("--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("run", "replay", "sessions", "sim-server", "4 models failed"))


def test_the_module_is_the_program_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "selforg_tui", "--version"], capture_output=True, text=True, env=environment(), timeout=60, check=True
    )
    assert done.stdout == f"selforg-tui {__version__}\n"


def test_paths_follow_the_home(start: Start, own_world: Path) -> None:
    done = start("paths", "--json")
    assert json.loads(done.stdout)["sessions"] == str(own_world / "data" / "sessions")
    assert str(own_world / "config" / "config.toml") in start("paths").stdout


def test_protocols_tell_what_they_cost(start: Start) -> None:
    found = {each["name"]: each for each in json.loads(start("protocols", "--json").stdout)["protocols"]}
    assert [found[name]["calls"] for name in ("sequential", "coordinator", "broadcast", "shared")] == [8, 9, 16, 8]
    assert found["broadcast"]["latency"] == 2
    assert found["solo"]["parameters"][0]["name"] == "budget"
    assert "sequential    Agents take turns" in start("protocols").stdout


def test_one_protocol_is_shown_in_full(start: Start) -> None:
    shown = start("protocols", "stigmergic").stdout
    assert "Stigmergic (stigmergic), our reading, experimental" in shown
    assert "marks" in shown and "░░░" in shown and "-P group=3 (a whole number from 1 to 256)" in shown
    found = json.loads(start("protocols", "ripple", "--json").stdout)
    assert (found["source"], found["experimental"], found["picture"].splitlines()[1][:3]) == ("ours", False, " 01")
    assert {row["agents"]: row["latency"] for row in found["sizes"]}[64] == 7
    done = start("protocols", "riple")
    assert (done.returncode, "did you mean 'ripple'" in done.stderr) == (2, True)
    assert start("protocols", "check").returncode == 2


def test_a_protocol_is_checked_by_name(start: Start) -> None:
    assert json.loads(start("protocols", "check", "solo", "--json").stdout) == {"protocol": "solo", "conforms": True, "findings": []}
    forgetful = (
        "from selforg_tui.protocols.sequential import Sequential as S\n"
        "async def work(self, team):\n    for agent in team.agents[:2]: await team.contribute(agent, sees=team.outputs)\n"
        "S.work = work"
    )
    done = start("protocols", "check", "sequential", before=forgetful)
    assert done.returncode == 1
    assert "coverage     Sequential with N = 3: neither asks seat 3 in task 1 nor leaves it out." in done.stdout
    assert "sequential does not conform" in done.stderr


def test_missions_can_be_read_and_piped(start: Start) -> None:
    first = json.loads(start("missions", "--json").stdout)["missions"][0]
    assert first["mission"] == "Move a regional hospital group to zero trust without stopping care"
    assert {"level", "text"} == set(first["tasks"][0])
    assert first["mission"] in start("missions").stdout


def test_no_session_yet(start: Start) -> None:
    done = start("sessions", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "There is no session yet" in done.stderr
    assert json.loads(start("sessions", "list", "--json").stdout) == {"sessions": []}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "selforg_tui", "missions"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 5
    assert "The output cannot be written: No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "selforg_tui", "missions"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        problem = process.stderr.read()
        assert process.wait(60) == 0
    assert problem == b""


def test_an_ascii_terminal_gets_question_marks_instead_of_a_fault(start: Start) -> None:
    done = start("missions", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "The caf? in the next village" in done.stdout


def test_themes_are_listed_with_their_source_and_checked(start: Start, own_world: Path) -> None:
    folder = own_world / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('[colors]\nprimary = "#88ccff"\nbackground = "#101010"\nforeground = "#eeeeee"\n')
    (folder / "bad.toml").write_text("[colors]\nprimary = 1\n")
    listed = start("themes")
    assert "lab-projector     light  shipped" in listed.stdout and str(folder / "mine.toml") in listed.stdout
    assert "bad.toml" in listed.stderr and "'primary' in [colors] is 1" in listed.stderr
    found = json.loads(start("themes", "--json", SELFORG_TUI_THEME="mine").stdout)
    assert {each["name"]: each["source"] for each in found["themes"]}["mine"] == "own"
    assert (found["asked_for"], found["broken"][0]["file"]) == ("mine", str(folder / "bad.toml"))
    assert start("themes", "check", str(folder / "mine.toml")).returncode == 0
    checked = start("themes", "check", str(folder / "bad.toml"))
    assert checked.returncode == 1 and "'background'" in checked.stderr and "'foreground'" in checked.stderr
    assert start("themes", "show", "lab-paper").stdout.startswith("# Ink on laid paper")
    assert start("themes", "show", "nothing").returncode == 2
