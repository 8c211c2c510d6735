"""Every protocol keeps its promise: calls, rounds and concurrency, for any number of agents."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selforg_tui.core.calls import Request
from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.errors import ConfigError, ModelFailure
from selforg_tui.core.fences import sections
from selforg_tui.engine.clock import run_virtual
from selforg_tui.protocols import registry
from tests.engine.scripted import Scripted, abstention, carried_out, usual


def plans_for_all(request: Request) -> str:
    if request.kind == "plan":
        return json.dumps({"assignments": [{"seat": seat, "role": f"role {seat}"} for seat in range(1, 257)]})
    return usual(request)


THINGS = ("output", "intention", "signal", "mark")
"""What of others is shown and counted, by the names of its fences. An assignment is one only where a coordinator hands it out."""


def things_shown(request: Request, names: tuple[str, ...]) -> int:
    return sum(section.name in names for section in sections(request.text()))


@pytest.mark.parametrize("n", [1, 2, 3, 8, 64, 256])
@pytest.mark.parametrize("name", registry.names())
def test_calls_rounds_and_concurrency_are_as_promised(name: str, n: int) -> None:
    answers = Scripted(plans_for_all)
    config = RunConfig("Sail", (Task("a"), Task("b")), protocol=name, agents=n, judge=None)
    state, _ = run_virtual(carried_out(config, answers))
    promise = registry.make(name, {}).promise(n)
    once = sum(step.calls for step in promise.once)
    assert len(answers.requests) == 2 * promise.calls + once
    assert answers.most_at_once == promise.at_once
    assert state.t == pytest.approx(2 * promise.latency + sum(step.rounds for step in promise.once)), "a call takes a second"


@pytest.mark.parametrize("n", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("name", registry.names())
def test_what_is_shown_is_as_promised(name: str, n: int) -> None:
    answers = Scripted(plans_for_all)
    run_virtual(carried_out(RunConfig("Sail", protocol=name, agents=n, judge=None), answers))
    promise = registry.make(name, {}).promise(n)
    names = ("assignment",) if name == "coordinator" else THINGS
    for step in promise.steps:
        asked = [request for request in answers.requests if request.kind == step.kind and request.call.task]
        shown = [things_shown(request, names) for request in asked]
        assert sum(shown) == step.shown, step.kind
        assert max(shown) == step.most, step.kind


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(registry.names()),
    st.integers(1, 9),
    st.sets(st.integers(1, 9)),
    st.sets(st.integers(1, 9)),
)
def test_any_who_abstain_or_fail_neither_hang_nor_crash_it(name: str, n: int, out: set[int], failing: set[int]) -> None:
    def script(request: Request) -> str:
        if request.call.seat in failing:
            raise ModelFailure("refused", "The model refused.")
        return abstention() if request.kind == "contribute" and request.call.seat in out else plans_for_all(request)

    state, _ = run_virtual(carried_out(RunConfig("Sail", protocol=name, agents=n, judge=None), Scripted(script)))
    assert state.status in ("done", "done_with_failures", "failed")
    assert not any(seat.status == "deciding" for task in state.tasks for seat in task.seats.values())


@pytest.mark.parametrize("name", registry.names())
def test_a_protocol_explains_itself(name: str) -> None:
    found = registry.find(name)
    assert found.name == name
    assert found.definition().endswith(".")
    assert max(len(line) for line in found.picture.splitlines()) <= 56
    assert found.title


def test_unknown_names_and_parameters_get_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="did you mean 'sequential'"):
        registry.find("sequental")
    with pytest.raises(ConfigError, match="no parameter 'k'"):
        registry.make("sequential", {"k": 3})
    with pytest.raises(ConfigError, match="one or team"):
        registry.make("solo", {"budget": "all"})
