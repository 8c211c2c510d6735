from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Start

MISSION = "Move a regional hospital group to zero trust without stopping care"
KEYS = {
    "session", "protocol", "agents", "models", "seed", "simulated", "status", "role_persistence", "tasks",
}  # fmt: skip
TASK_KEYS = {
    "task", "level", "solution", "q", "mission", "scores", "hierarchy_depth", "abstained", "failed", "roles", "role_uniqueness",
    "role_gini", "balance", "overhead", "calls", "tokens", "cost_usd", "seconds",
}  # fmt: skip
UNNEEDED = {"openai", "anthropic", "genai_prices", "httpx2", "pydantic", "aiohttp", "textual", "rich"}


@pytest.mark.parametrize("protocol", ["sequential", "coordinator", "broadcast", "shared", "fixed-roles", "solo"])
def test_json_has_the_documented_keys(start: Start, own_world: Path, protocol: str) -> None:
    done = start("run", MISSION, "-p", protocol, "-n", "8", "--seed", "1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) >= KEYS
    assert set(found["tasks"][0]) >= TASK_KEYS
    assert (found["protocol"], found["agents"], found["seed"], found["status"]) == (protocol, 8, 1, "done")
    assert found["simulated"] == {"agents": True, "judge": True}
    assert Path(found["path"]) == own_world / "data" / "sessions" / f"{found['session']}.jsonl"
    assert Path(found["path"]).stat().st_mode & 0o777 == 0o600


def test_the_whole_command_line_reaches_the_run(start: Start, tmp_path: Path) -> None:
    (tmp_path / "mission.txt").write_text("Reopen the library\n")
    words = [
        "run",
        "@mission.txt",
        "--value",
        "Quiet",
        "-p",
        "solo",
        "-P",
        "budget=team",
        "-n",
        "3",
        "-m",
        "sim:weak=1",
        "-m",
        "sim:strong",
    ]
    words += ["-j", "none", "-l", "l2", "-t", "[L4] Win over the neighbours", "-t", "Move the books", "--seed", "7", "--temperature", "0.2"]
    words += ["--length", "40", "--max-cost", "5", "--max-tokens", "90000", "--timeout", "600", "--out", "kept.jsonl", "--json"]
    done = start(*words)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["mission"], found["judge"], found["parameters"]) == ("Reopen the library", None, {"budget": "team"})
    assert [(task["task"], task["level"], task["q"]) for task in found["tasks"]] == [
        ("Win over the neighbours", "L4", None),
        ("Move the books", "L2", None),
    ]
    header = json.loads((tmp_path / "kept.jsonl").read_text().splitlines()[0])["header"]["config"]
    assert header["values"] == ["Quiet"]
    assert (header["seed"], header["temperature"], header["words"]) == (7, 0.2, 40)
    assert header["limits"] == {"cost_usd": 5.0, "tokens": 90000, "seconds": 600.0}
    assert "is there already" in start(*words).stderr


@pytest.mark.parametrize(
    ("seats", "models", "title"),
    [
        ("interleaved", ["sim:strong", "sim:weak"], "2 × sim:strong, 2 × sim:weak, interleaved"),
        ("STRONG-FIRST", ["sim:weak", "sim:strong=1"], "1 × sim:strong, 3 × sim:weak, strong first"),
        ("by-level", ["sim:efficient", "sim:strong"], "L3–L4 sim:strong, L1–L2 sim:efficient"),
    ],
)
def test_seats_are_arranged_and_what_is_taken_as_stronger_is_told(start: Start, seats: str, models: list[str], title: str) -> None:
    words = [
        "run",
        "Bees",
        "-n",
        "4",
        "--seats",
        seats,
        "-t",
        "[L1] Count them",
        "-t",
        "[L4] Save them",
        *(f"-m{model}" for model in models),
    ]
    done = start(*words)
    assert done.returncode == 0, done.stderr
    assert f" · {title} · " in done.stdout.splitlines()[0]
    assert ("is taken as stronger" in done.stderr) == (seats != "interleaved")
    table = done.stdout[done.stdout.index("By model") :].splitlines()
    assert ("Q belongs to whole solutions" in table[0]) == (seats != "by-level")
    assert {line.split()[0] for line in table[2:4]} == {model.partition("=")[0] for model in models}
    assert table[4].startswith("sim:judge (judge)")
    assert title in start("sessions", "list").stdout
    found = json.loads(start(*words, "--json").stdout)
    assert (found["arrangement"], found["warm_up"]) == (seats.lower(), False)
    assert [task["models"] for task in found["tasks"]] == [
        *([["sim:efficient"], ["sim:strong"]] if seats == "by-level" else [list(dict.fromkeys(found["models"]))] * 2)
    ]
    assert [row["model"] for row in found["by_model"]][-1] == "sim:judge"


def test_one_model_has_no_table_but_its_row(start: Start) -> None:
    assert "By model" not in start("run", "Bees", "-n", "2").stdout
    (row, _) = json.loads(start("run", "Bees", "-n", "2", "--json").stdout)["by_model"]
    assert (row["model"], row["seats"]) == ("sim:strong", [2])


def test_turns_and_staying_out_are_set_by_flag_or_file_and_told(start: Start, own_world: Path) -> None:
    words = ("run", "Bees", "-n", "3", "-m", "sim:weak=2", "-m", "sim:strong=1")
    done = start(*words, "--order", "Strong-First", "--no-abstention")
    assert " · strongest first in turn · nobody stays out · " in done.stdout.splitlines()[0]
    assert "sim:strong is taken as stronger than sim:weak" in done.stderr
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "config.toml").write_text('[run]\norder = "shuffled"\nabstention = false\n')
    found = json.loads(start(*words, "--json").stdout)
    assert (found["order"], found["abstention"], found["models"]) == ("shuffled", False, ["sim:weak", "sim:weak", "sim:strong"])
    found = json.loads(start(*words, "--abstention", "--order", "fixed", "--json").stdout)
    assert (found["order"], found["abstention"]) == ("fixed", True)


def test_warming_up_is_asked_for_by_flag_or_file(start: Start, own_world: Path) -> None:
    assert json.loads(start("run", "Bees", "-n", "2", "--warm-up", "--json").stdout)["warm_up"] is True
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "config.toml").write_text(
        '[run]\nwarm_up = true\narrangement = "strong-last"\nmodels = ["sim:weak", "sim:strong"]\n'
    )
    found = json.loads(start("run", "Bees", "-n", "2", "--json").stdout)
    assert (found["warm_up"], found["arrangement"], found["models"]) == (True, "strong-last", ["sim:weak", "sim:strong"])
    assert json.loads(start("run", "Bees", "-n", "2", "--no-warm-up", "--json").stdout)["warm_up"] is False


def test_standard_input_and_level_without_task(start: Start) -> None:
    found = json.loads(start("run", "-", "-l", "L1", "-n", "2", "--json", given="Bäume pflanzen\n".encode()).stdout)
    assert (found["mission"], found["tasks"][0]["task"], found["tasks"][0]["level"]) == ("Bäume pflanzen", "Bäume pflanzen", "L1")


def test_defaults_come_from_the_file_the_environment_and_flags_in_this_order(start: Start, own_world: Path) -> None:
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "config.toml").write_text(
        '[run]\nagents = 5\nseed = 5\nprotocol = "shared"\nmodels = ["sim:weak"]\njudge = "none"\n'
    )
    found = json.loads(start("run", "Bees", "--seed", "7", "--json", SELFORG_TUI_AGENTS="3", SELFORG_TUI_SEED="6").stdout)
    assert (found["protocol"], found["agents"], found["seed"], found["models"][0], found["judge"]) == ("shared", 3, 7, "sim:weak", None)


def test_the_report_says_simulated_scores_cost_and_where_it_is(start: Start, own_world: Path) -> None:
    done = start("run", MISSION, "-n", "3")
    assert done.returncode == 0
    assert done.stderr == ""  # nobody watches
    assert "SIMULATED" in done.stdout.splitlines()[0]
    assert re.search(r"Judge sim:judge \(SIMULATED\): Q 0\.\d{3} · M [01]\.\d\d · ", done.stdout)
    assert re.search(r"tokens in.*\$0\.\d+ \(imaginary\)", done.stdout)
    [saved] = (own_world / "data" / "sessions").iterdir()
    assert done.stdout.endswith(f"Saved as {saved}\n")


def test_without_a_judge_all_of_a_simulated_team_is_simulated(start: Start) -> None:
    said = start("run", MISSION, "-n", "1", "-j", "none").stdout.splitlines()
    assert said[0].endswith("· SIMULATED") and "done." in said[-2] and "SIMULATED: a model" in said[-2]


def test_plain_lines_are_those_of_the_replay(start: Start) -> None:
    live = start("run", MISSION, "-n", "3", "--plain")
    assert live.returncode == 0
    assert re.search(r"^\d\d:\d\d  01 in, as ", live.stdout, re.MULTILINE)
    assert "\x1b" not in live.stdout and "\r" not in live.stdout
    again = start("replay", "last", "--plain")
    assert again.stdout == live.stdout
    later = start("replay", "last", "--plain", "--at", "1000").stdout
    assert "in, as" not in later and "Judge sim:judge" in later


def test_unsaved(start: Start, own_world: Path) -> None:
    done = start("run", "Bees", "-n", "2", "--no-save")
    assert done.stdout.endswith("Not saved.\n")
    assert not (own_world / "data").exists()


def test_shared_with_one_task_says_that_its_memory_is_empty(start: Start) -> None:
    assert "its memory is empty" in start("run", "Bees", "-n", "2", "-p", "shared", "--json").stderr
    assert start("run", "Bees", "-n", "2", "-p", "shared", "-t", "a", "-t", "b", "--json").stderr == ""


def test_repeats_give_mean_and_spread(start: Start, own_world: Path) -> None:
    done = start("run", "Bees", "-n", "2", "--seed", "4", "--repeat", "3", "--json")
    found = json.loads(done.stdout)
    assert [run["seed"] for run in found["runs"]] == [4, 5, 6]
    qs = [run["q"] for run in found["runs"]]
    assert found["figures"]["q"]["mean"] == pytest.approx(sum(qs) / 3)
    assert found["figures"]["q"]["n"] == 3
    assert len(list((own_world / "data" / "experiments").glob("*/*.jsonl"))) == 3
    told = start("run", "Bees", "-n", "2", "--repeat", "2").stdout
    assert re.search(r"2 of 2 runs, SIMULATED\nQ: mean 0\.\d+ ± ", told)


@pytest.mark.parametrize(("flag", "value"), [("--max-tokens", "300"), ("--max-cost", "0.0001"), ("--timeout", "1.5")])
def test_a_limit_ends_the_run_with_3_and_keeps_what_was_done(start: Start, flag: str, value: str) -> None:
    done = start("run", MISSION, "-n", "8", flag, value, "--json")
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["status"] == "limit"
    assert len(done.stderr.splitlines()) == 1
    assert "limit" in start("sessions", "list").stdout


@pytest.mark.parametrize(("form", "given"), [("list", []), ("show", ["last"]), ("path", ["last"])])
def test_saved_sessions_are_listed_shown_and_located(start: Start, form: str, given: list[str]) -> None:
    saved = json.loads(start("run", "Bees", "-n", "2", "--json").stdout)
    done = start("sessions", form, *given)
    assert (done.returncode, done.stderr) == (0, "")
    assert saved["session"] in done.stdout
    found = json.loads(start("sessions", form, *given, "--json").stdout)
    if form == "list":
        assert (found["sessions"][0]["id"], found["sessions"][0]["q"]) == (saved["session"], saved["q"])
        assert "SIMULATED" in done.stdout
    else:
        assert found["path"] == saved["path"]
    if form == "show":
        assert found == saved


def test_models_are_listed_with_what_their_key_is_called(start: Start) -> None:
    key = "not-a-real-key-12345"
    done = start("models", OPENAI_API_KEY=key)
    assert re.search(r"sim:strong +SIMULATED", done.stdout)
    assert re.search(r"openai:gpt-4o +key found", done.stdout)
    assert "set ANTHROPIC_API_KEY" in done.stdout
    assert key not in done.stdout + done.stderr
    found = {each["spec"]: each for each in json.loads(start("models", "--json").stdout)["models"]}
    assert found["sim:strong"]["simulated"] is True
    assert found["openai:gpt-4o"]["key"] is False


@pytest.mark.parametrize("words", [["--help"], ["sessions", "list"], ["replay", "last", "--plain"], ["run", "Bees", "-n", "2"]])
def test_no_screen_and_no_sdk_is_loaded_for_what_does_without(start: Start, words: list[str]) -> None:
    start("run", "Bees", "-n", "2")
    after = "import atexit; atexit.register(lambda: sys.stderr.write('LOADED ' + ' '.join(name.partition('.')[0] for name in sys.modules)))"
    loaded = set(start(*words, before=after).stderr.rpartition("LOADED ")[2].split())
    assert "selforg_tui" in loaded
    assert not loaded & UNNEEDED


def test_shocks_are_planned_told_and_measured(start: Start) -> None:
    words = ["run", MISSION, "-n", "6", "-t", "[L2] Plan", "-t", "[L2] Train", "-t", "[L2] Check"]
    words += ["--shock", "2: remove-hub", "--shock", "2/1: swap-model sim:weak", "--shock", "3: notice No downtime"]
    plain = start(*words, "--plain")
    assert plain.returncode == 0, plain.stderr
    told = plain.stdout
    assert "shocks 2: remove-hub; 2/1: swap-model sim:weak; 3: notice No downtime · SIMULATED" in told.splitlines()[0]
    assert "SHOCK: Agent " in told and "SHOCK: From now on the team is told: No downtime" in told
    assert "1 removed by a shock" in told and "Shock (task 2, after 1 contribution): " in told and "resilience index" in told
    found = json.loads(start(*words, "--json").stdout)
    assert [(shock["kind"], shock["task"], shock["after"], shock["planned"]) for shock in found["shocks"]] == [
        ("remove-hub", 2, 0, True),
        ("swap-model", 2, 1, True),
        ("notice", 3, 0, True),
    ]
    hub, _, notice = found["shocks"]
    qs = [task["q"] for task in found["tasks"]]
    assert hub["q_before"] == qs[0] and hub["q_after"] == [{"task": 2, "q": qs[1]}, {"task": 3, "q": qs[2]}]
    assert notice["index"] == min(1, qs[2] / qs[1])
    assert [task["removed"] for task in found["tasks"]] == [[], hub["seats"], hub["seats"]]
    assert start("run", MISSION, "--no-save", "--json").stdout.count('"shocks": []') == 1
