from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import Limits
from selforg_tui.core.fold import fold
from selforg_tui.metrics.summary import summary
from tests.sessions.builders import session

DOCUMENTED = ["session", "protocol", "agents", "models", "seed", "simulated", "status", "role_persistence", "tasks"]
DOCUMENTED_OF_A_TASK = [
    "task", "level", "solution", "q", "mission", "scores", "hierarchy_depth", "abstained", "failed", "roles", "role_uniqueness",
    "role_gini", "balance", "overhead", "calls", "tokens", "cost_usd", "seconds",
]  # fmt: skip


def test_a_session_summed_up() -> None:
    found = summary(fold(session()))
    assert set(DOCUMENTED) <= found.keys()
    assert (found["session"], found["protocol"], found["agents"]) == ("20261121-100000-abcd", "sequential", 3)
    assert (found["models"], found["judge"], found["seed"]) == (["sim:strong", "sim:strong", "x:y"], "sim:judge", 1)
    assert (found["simulated"], found["status"]) == ({"agents": True, "judge": True}, "limit")
    assert (found["cost_usd"], found["q"], found["role_persistence"]) == (None, 0.75, None)
    first, second = found["tasks"]
    assert set(DOCUMENTED_OF_A_TASK) <= first.keys() == second.keys()
    assert (first["q"], first["mission"], first["scores"]["accuracy"], first["unscored"]) == (0.75, 0.75, 3, None)
    assert (first["hierarchy_depth"], first["roles"], first["role_uniqueness"], first["role_gini"]) == (2, ["planner", "reviewer"], 1, 0)
    assert (first["abstained"], first["failed"]) == ({"voluntary": 1, "directed": 0}, 0)
    assert first["calls"] == {"team": 2, "judge": 1, "repair": 1, "retry": 1}
    assert first["tokens"] == {
        "input": 310, "cached": 120, "cache_written": 24, "output": 61, "reasoning": 15, "uncounted_calls": 0,
    }  # fmt: skip
    assert first["judging"]["tokens"]["input"] == 100
    assert first["cost_usd"] is None, "one call's price is unknown"
    assert (second["q"], second["scores"], second["balance"], second["overhead"], second["failed"]) == (None, None, None, None, 1)
    assert (second["cost_usd"], second["role_gini"], second["hierarchy_depth"]) == (None, None, 0)


@given(st.integers(1, len(session())))
def test_a_session_can_be_summed_up_at_any_moment(events: int) -> None:
    found = summary(fold(session()[:events]))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert events == len(session()) or found["status"] == "interrupted"


def test_tasks_share_the_limits_evenly_in_the_balance() -> None:
    def limited(limits: Limits) -> float | None:
        events = session()
        first = events[0]
        assert isinstance(first, ev.SessionStarted)
        header = replace(first.header, config=replace(first.header.config, limits=limits))
        found = summary(fold([replace(first, header=header), *events[1:]]))["tasks"][0]["balance"]
        return msgspec.convert(found, float | None)

    # Of four calls one was turned away and made again; of the other three one was not readable: R = 1/3.
    task = fold(session()).tasks[0]
    assert task.ended is not None
    seconds = task.ended - task.started
    expected = 0.25 * 0.75 + 0.2 * 0.75 + 0.2 * (1 - seconds / 50) + 0.2 * (1 - 371 / 1000) + 0.15 * (1 - 1 / 3)
    assert limited(Limits(seconds=100, tokens=2000)) == pytest.approx(expected)
    assert limited(Limits(seconds=100)) is None
