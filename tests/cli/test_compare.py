"""`compare`: saved sessions, grouped by what they differ in."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import sessions_folder
from tests.cli.conftest import Start
from tests.cli.test_wrong_use import here, refused

BASE = RunConfig("Bees", agents=2)


def kept(**changes: object) -> str:
    """The id of a saved session."""
    return run_unwatched(msgspec.structs.replace(BASE, **changes), keys=Keys({}), folder=sessions_folder()).id


def test_sessions_are_grouped_by_what_differs_and_paired_by_seed(capsys: pytest.CaptureFixture[str]) -> None:
    names = [kept(protocol=protocol, seed=seed) for seed in range(1, 11) for protocol in ("sequential", "shared")]
    done = here(capsys, ["compare", *names, "--json"])
    found = json.loads(done.stdout)["comparison"]
    assert [(row["name"], row["n"]) for row in found["groups"]] == [("sequential", 10), ("shared", 10)]
    (pair,) = found["pairs"]
    assert pair["paired"] is True and pair["n"] == [10, 10]
    told = here(capsys, ["compare", *names[:-1]]).stdout
    assert "9 pairs" in told and "too few to tell, 9 pairs" in told
    assert "SIMULATED" in told


def test_other_seeds_are_no_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    names = [kept(seed=seed) for seed in range(1, 11)] + [kept(seed=seed, models=(ModelSpec("sim", "weak"),)) for seed in range(11, 21)]
    done = here(capsys, ["compare", *names, "--json"])
    (pair,) = json.loads(done.stdout)["comparison"]["pairs"]
    assert (pair["paired"], pair["test"], pair["first"], pair["second"]) == (False, "Mann-Whitney", "sim:strong", "sim:weak")
    assert pair["welch_p"] is not None


def test_grouping_by_one_thing_says_what_else_differs(capsys: pytest.CaptureFixture[str]) -> None:
    names = [kept(seed=seed) for seed in (1, 2)] + [kept(seed=seed, protocol="shared", agents=3, judge=None) for seed in (1, 2)]
    told = here(capsys, ["compare", *names, "--by", "protocol"]).stdout
    assert "sequential and shared: these differ in more than one thing (protocol, agents, judge)" in told
    assert "Judges differ (judged by nobody; judged by sim:judge)" in told
    assert "no scores to compare" in told and "unjudged" in told
    mixed = here(capsys, ["compare", *names, "--by", "judge"]).stdout
    assert "judged by nobody" in mixed
    alone = here(capsys, ["compare", *names[:2]])
    assert "differ in nothing but mission and seed" in alone.stderr and "all" in alone.stdout


def test_a_whole_experiment_is_compared_by_its_id(start: Start, own_world: Path) -> None:
    found = json.loads(start("race", "Bees", "-n", "2", "-p", "sequential", "-p", "shared", "--repeat", "2", "--json").stdout)
    again = json.loads(start("compare", found["experiment"], "--json").stdout)
    assert [row["figures"] for row in again["comparison"]["groups"]] == [row["figures"] for row in found["comparison"]["groups"]]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["none"], 5, "There is no session 'none'"),
        (["{id}", "--by", "colour"], 2, "cannot be grouped by 'colour': choose protocol"),
        (["{id}", "--score-from", "0"], 2, "Tasks count from 1"),
        (["."], 2, "There is no session in"),
    ],
)
def test_wrong_use(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    name = kept()
    refused(here(capsys, ["compare", *(word.format(id=name) for word in words)]), code, said)
