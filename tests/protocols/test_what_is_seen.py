"""The protocols in waves, with marks, signals and clones: who sees what, read off the prompts."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

import pytest

from selforg_tui.core.calls import Request
from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.events import AnyEvent, Edge
from selforg_tui.core.fences import Section, sections
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Scripted, abstention, carried_out, contribution, usual
from tests.golden.result import result

TASKS = (Task("Count the boats", "L1"), Task("Mend the pier", "L3"))


def ran(protocol: str, script: Scripted, agents: int = 8, **parameters: Any) -> tuple[SessionState, list[AnyEvent]]:
    return run_virtual(
        carried_out(RunConfig("Keep the harbour open", TASKS, protocol=protocol, agents=agents, parameters=parameters, judge=None), script)
    )


def simulated(protocol: str, agents: int = 8, **settings: Any) -> SessionState:
    config = RunConfig("Keep the harbour open", **{"tasks": TASKS, **settings}, protocol=protocol, agents=agents)
    return run_unwatched(config, keys=Keys({}), folder=None).state


def shown(prompt: str) -> list[Section]:
    """What of others a prompt shows."""
    return [section for section in sections(prompt) if section.name not in ("mission", "values", "task")]


def seats(prompt: str, name: str) -> list[int]:
    """Whose things of this kind it shows; nothing else may be there."""
    found = shown(prompt)
    assert {section.name for section in found} <= {name}
    return [int(section.attributes["seat"]) for section in found]


def of_kind(script: Scripted, kind: str, task: int = 1) -> list[Request]:
    return [request for request in script.requests if request.kind == kind and request.call.task == task]


@pytest.mark.parametrize(
    ("protocol", "parameters", "sizes"),
    [
        ("batched", {"batch": 3}, [3, 3, 2]),
        ("batched", {}, [4, 4]),
        ("batched", {"batch": 256}, [8]),
        ("ripple", {}, [1, 2, 4, 1]),
    ],
)
def test_a_wave_sees_all_outputs_of_earlier_waves_and_none_of_its_own(protocol: str, parameters: dict[str, Any], sizes: list[int]) -> None:
    script = Scripted()
    ran(protocol, script, **parameters)
    for size, end in zip(sizes, accumulate(sizes), strict=True):
        for seat in range(end - size + 1, end + 1):
            assert seats(script.prompts("contribute", task=2)[seat], "output") == list(range(1, end - size + 1))


def test_an_abstention_leaves_nothing_for_later_waves() -> None:
    script = Scripted(lambda request: abstention("SECRET") if request.call.seat == 2 else usual(request))
    ran("ripple", script)
    assert seats(script.prompts("contribute")[4], "output") == [1, 3]
    assert not any("SECRET" in request.text() for request in script.requests)


def test_batches_of_one_are_sequential_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selforg_tui.engine.header.new_nonce", lambda: "kqzvmwbd")
    one, other = simulated("batched", parameters={"batch": 1}), simulated("sequential")
    assert {name: call.blocks for name, call in one.calls.items()} == {name: call.blocks for name, call in other.calls.items()}
    assert result(one) == result(other)
    assert result(simulated("batched", parameters={"batch": 2})) != result(other)


def test_marks_are_all_that_is_seen_of_a_shared_work_and_they_fade_and_are_reinforced() -> None:
    def builds_on_the_first(request: Request) -> str:
        return contribution(request.call.seat, depends_on=[{"output": "m1", "used": "its topic"}, {"output": "01", "used": "a guess"}])

    script = Scripted(builds_on_the_first)
    state, events = ran("stigmergic", script, agents=5, group=2, evaporation=0.5)
    groups = [of_kind(script, "contribute")[start : start + 2] for start in (0, 2, 4)]
    first, second = groups[0]
    for request in groups[0]:
        assert shown(request.text()) == []
    for request in groups[1]:
        assert [section.attributes for section in shown(request.text())] == [
            {"label": "m1", "strength": "0.50"},
            {"label": "m2", "strength": "0.50"},
        ]
        assert [section.text for section in shown(request.text())] == [f"Topic: role {first.call.seat}", f"Topic: role {second.call.seat}"]
        assert not any(f"words of {seat}" in request.text() for seat in range(1, 6))
    (last,) = groups[2]
    strengths = [section.attributes["strength"] for section in shown(last.text())]
    assert strengths == ["1.25", "0.25", "0.50", "0.50"], "the first was reinforced by two, and all lost half of what they had"
    edges = {(event.parent, event.child) for event in events if isinstance(event, Edge) and event.task == 1}
    assert edges == {(first.call.seat, request.call.seat) for request in (*groups[1], last)}, "a mark's label is resolved to a seat"
    assert state.tasks[0].seats[last.call.seat].dropped == 1, "what is no mark that it saw is dropped"


def test_they_arrive_in_another_order_for_each_task_and_in_the_same_under_the_same_seed() -> None:
    def arrivals() -> list[list[int]]:
        script = Scripted()
        ran("stigmergic", script, agents=12, group=1)
        return [[request.call.seat for request in of_kind(script, "contribute", task)] for task in (1, 2)]

    first, second = arrivals()
    assert sorted(first) == sorted(second) == list(range(1, 13))
    assert first != second
    assert arrivals() == [first, second]


@pytest.mark.parametrize(("neighbours", "near"), [(2, [1, 2, 8]), (3, [1, 2, 3, 8]), (255, [1, 2, 3, 4, 5, 6, 7, 8])])
def test_signals_reach_the_nearest_on_the_ring_and_oneself_only(neighbours: int, near: list[int]) -> None:
    def louder(request: Request) -> str:
        if request.kind != "signal":
            return usual(request)
        return json.dumps({"role": f"{request.call.step} of {request.call.seat}", "intensity": 0.25})

    script = Scripted(louder)
    ran("morphogenetic", script, neighbours=neighbours, rounds=2)
    assert all(shown(prompt) == [] for prompt in script.prompts("signal").values())
    again, working = script.prompts("signal2"), script.prompts("contribute")
    assert seats(again[1], "signal") == seats(working[1], "signal") == near
    assert "signal of 2" in again[1]
    assert "signal2 of 2" in working[1], "the last signals are seen"
    assert "signal of 2" not in working[1]
    assert 'intensity="0.25"' in working[1]


def test_who_gives_no_signal_is_not_seen_and_works_all_the_same() -> None:
    script = Scripted(lambda request: "no JSON" if request.kind == "signal" and request.call.seat == 2 else usual(request))
    ran("morphogenetic", script, agents=4)
    assert seats(script.prompts("contribute")[1], "signal") == [1, 4]
    assert seats(script.prompts("contribute")[2], "signal") == [1, 3]


def test_the_best_rated_are_cloned_by_turns_and_clones_see_their_origin_alone() -> None:
    liking = {1: 3, 2: 9, 3: 6, 4: 10}

    def rating(request: Request) -> str:
        if request.kind != "rate":
            return usual(request)
        return json.dumps({"ratings": [{"output": f"{seat:02d}", "affinity": liking.get(seat, 1)} for seat in range(1, 9)]})

    script = Scripted(rating)
    _, events = ran("clonal", script, agents=8)
    assert all(shown(script.prompts("contribute")[seat]) == [] for seat in (1, 2, 3))
    assert {seat: seats(prompt, "output") for seat, prompt in script.prompts("rate").items()} == {1: [2, 3], 2: [1, 3], 3: [1, 2]}
    assert seats(script.prompts("rate2")[1], "output") == [2, 3, 4, 5]
    assert [seats(script.prompts("contribute")[seat], "output") for seat in (4, 5)] == [[2], [3]]
    assert [seats(script.prompts("contribute")[seat], "output") for seat in (6, 7, 8)] == [[4], [2], [4]]
    clones = [(event.parent, event.child) for event in events if isinstance(event, Edge) and event.kind == "clone" and event.task == 1]
    assert clones == [(2, 4), (3, 5), (4, 6), (2, 7), (4, 8)]


def test_where_no_founder_contributes_the_others_begin_anew() -> None:
    script = Scripted(lambda request: abstention() if request.call.seat <= 3 and request.kind == "contribute" else usual(request))
    state, _ = ran("clonal", script, agents=6)
    assert [seat.status for seat in state.tasks[0].seats.values()] == ["out"] * 3 + ["in"] * 3
    assert not of_kind(script, "rate"), "who stays out does not rate, so that it is still out in the end"
    assert [seats(script.prompts("contribute")[seat], "output") for seat in (4, 5, 6)] == [[], [4], [4]]


@pytest.mark.parametrize("n", [1, 2, 3, 8, 64, 256])
@pytest.mark.parametrize("protocol", registry.OURS)
def test_simulated_teams_of_any_size_keep_the_promise(protocol: str, n: int) -> None:
    tasks = TASKS if n <= 8 else TASKS[1:]
    state = simulated(protocol, n, judge=None, tasks=tasks)
    assert state.status == "done"
    promise = registry.make(protocol, {}).promise(n)
    steps = [*promise.once, *promise.steps * len(tasks)]
    for kind in {step.kind for step in steps}:
        calls = [call for call in state.calls.values() if call.kind == kind]
        promised = sum(step.calls for step in steps if step.kind == kind)
        left_out = sum(seat.status == "left out" for task in state.tasks for seat in task.seats.values())
        assert len(calls) + (left_out if kind == "contribute" else 0) == promised
        if protocol != "shared":  # where roles of a task count as one thing each
            assert sum(len(call.sees) for call in calls) <= sum(step.shown for step in steps if step.kind == kind)
    assert any(seat.status == "in" for seat in state.tasks[-1].seats.values())


@pytest.mark.parametrize("protocol", registry.OURS)
def test_the_same_seed_gives_the_same_and_another_seed_another(protocol: str) -> None:
    first = result(simulated(protocol, 5, seed=4))
    assert result(simulated(protocol, 5, seed=4)) == first
    assert result(simulated(protocol, 5, seed=5)) != first
