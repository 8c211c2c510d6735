"""What a protocol shows on paper is what it shows in a session."""

from __future__ import annotations

import json
from typing import Any

import pytest

from selforg_tui.core.config import RunConfig, Shock, Task
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.on_paper import case_of
from selforg_tui.protocols import registry
from selforg_tui.protocols.sight import sight
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Scripted, abstention, carried_out, usual

TASKS = (Task("Count the boats", "L1"), Task("Mend the pier", "L3"))


def simulated(protocol: str, agents: int = 8, **settings: Any) -> SessionState:
    config = RunConfig("Keep the harbour open", TASKS, protocol=protocol, agents=agents, judge=None, **settings)
    return run_unwatched(config, keys=Keys({}), folder=None).state


def logged(state: SessionState, number: int) -> dict[tuple[str, int], tuple[str, ...]]:
    tasks = [task for task in (state.before, state.tasks[number - 1]) if task is not None]
    calls = [state.calls[name] for task in tasks for name in task.calls]
    return {(call.id.step, call.id.seat): call.sees for call in calls if call.id.seat != JUDGE_SEAT}


def on_paper(state: SessionState, number: int) -> dict[tuple[str, int], tuple[str, ...]]:
    found = sight(case_of(state, state.tasks[number - 1]))
    assert not found.trouble
    return {(look.step, look.seat): look.sees for look in found.looks}


@pytest.mark.parametrize("order", ["fixed", "shuffled"])
@pytest.mark.parametrize("protocol", registry.OURS)
def test_paper_and_log_agree(protocol: str, order: Any) -> None:
    state = simulated(protocol, order=order, seed=3)
    for number in (1, 2):
        assert on_paper(state, number) == logged(state, number)


@pytest.mark.parametrize("protocol", registry.OURS)
def test_they_agree_where_some_stay_out_and_some_fail(protocol: str) -> None:
    def answer(request: Any) -> str:
        seat, kind = request.call.seat, request.kind
        if seat == 2 and kind == "contribute":
            return abstention()
        if seat == 3 and kind == "intend":
            return json.dumps({"participate": False, "role": "watcher", "intention": "to stay out"})
        if (seat == 4 and kind in ("signal", "contribute")) or (seat == 1 and request.call.step == "rate2"):
            return "no JSON"
        if kind == "plan":
            return json.dumps(
                {"assignments": [{"seat": f"{n:02d}", "role": f"part {n}", "phase": 1, "brief": ""} for n in (1, 2, 3, 5, 8)]}
            )
        return usual(request)

    config = RunConfig("Keep the harbour open", TASKS, protocol=protocol, agents=8, judge=None)
    state, _ = run_virtual(carried_out(config, Scripted(answer)))
    for number in (1, 2):
        assert on_paper(state, number) == logged(state, number)


@pytest.mark.parametrize("protocol", ["sequential", "morphogenetic", "stigmergic"])
def test_they_agree_after_an_agent_was_removed(protocol: str) -> None:
    state = simulated(protocol, shocks=(Shock("remove-random", 2),))
    assert len(logged(state, 2)) < len(logged(state, 1))
    assert on_paper(state, 2) == logged(state, 2)
