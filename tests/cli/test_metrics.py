"""`metrics`: the list, and the values of a session."""

from __future__ import annotations

import json

import pytest

from selforg_tui.cli.main import main
from selforg_tui.core.config import RunConfig, Task
from selforg_tui.metrics import page
from selforg_tui.metrics.measures import MEASURES
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import LiveSession, run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import sessions_folder


def ran() -> LiveSession:
    config = RunConfig("Plan a harbour", (Task("a", "L1"), Task("b", "L3")), agents=3)
    return run_unwatched(config, keys=Keys({}), folder=sessions_folder())


def test_the_list_has_formula_and_source_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics"]) == 0
    out = capsys.readouterr().out
    assert all(measure.formula in out and measure.source in out and f"({measure.name})" in out for measure in MEASURES)


def test_the_list_as_json_and_as_the_page_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["measures"]
    assert [each["name"] for each in found] == [measure.name for measure in MEASURES]
    assert {"formula", "range", "unit", "source", "better"} <= found[0].keys()
    assert main(["metrics", "--markdown"]) == 0
    assert capsys.readouterr().out == page.markdown()


def test_the_values_of_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    state = ran().state
    assert main(["metrics", "last", "--json"]) == 0
    found, expected = json.loads(capsys.readouterr().out), summary(state)
    assert found["measures"] == expected["measures"]
    assert [task["measures"] for task in found["tasks"]] == [task["measures"] for task in expected["tasks"]]
    assert main(["metrics", "last"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{measure.title}  " in out for measure in MEASURES)
    assert "SIMULATED" in out and "imaginary" in out and "task 2" in out
    assert all(role in out for task in expected["tasks"] for role in task["roles"])


def test_wrong_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    ran()
    assert main(["metrics", "last", "--markdown"]) == 2
    assert main(["metrics", "no-such-session"]) == 5, "as 'sessions show' says it"
    assert "no-such-session" in capsys.readouterr().err
