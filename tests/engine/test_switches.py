"""The order of turns, and whether agents may stay out: the same for every protocol."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from selforg_tui import prompts
from selforg_tui.core.calls import Request
from selforg_tui.core.config import ModelSpec, Order, RunConfig, Task
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.engine.scripted import Scripted, abstention, carried_out, contribution, usual

STRONG, WEAK = ModelSpec("sim", "strong"), ModelSpec("sim", "weak")
TASKS = tuple(Task(f"Mend pier {number}") for number in range(1, 5))


def ran(script: Scripted, **settings: Any) -> SessionState:
    settings = {"tasks": TASKS, "agents": 6, "judge": None, **settings}
    state, _ = run_virtual(carried_out(RunConfig("Keep the harbour open", **settings), script))
    return state


def turns(script: Scripted, task: int) -> list[int]:
    return [request.call.seat for request in script.requests if request.call.task == task and request.kind == "contribute"]


def orders(seed: int) -> list[list[int]]:
    script = Scripted()
    ran(script, order="shuffled", seed=seed)
    return [turns(script, task) for task in range(1, 5)]


def test_shuffled_is_another_order_for_each_task_and_the_same_under_the_same_seed() -> None:
    found = orders(3)
    assert all(sorted(order) == [1, 2, 3, 4, 5, 6] for order in found)
    assert len({tuple(order) for order in found}) == 4
    assert orders(3) == found
    assert orders(4) != found


@pytest.mark.parametrize(("order", "expected"), [("fixed", [1, 2, 3, 4]), ("strong-first", [1, 3, 2, 4]), ("strong-last", [2, 4, 1, 3])])
def test_strength_is_the_place_among_the_models_and_equals_keep_the_order_of_seats(order: Order, expected: list[int]) -> None:
    script = Scripted()
    state = ran(script, order=order, agents=4, models=(STRONG, WEAK), arrangement="interleaved")
    assert [seat.model for seat in state.tasks[0].seats.values()] == ["sim:strong", "sim:weak"] * 2
    assert turns(script, 1) == expected


def test_a_prompt_shows_predecessors_in_the_order_of_turns_so_that_it_begins_with_theirs() -> None:
    script = Scripted()
    state = ran(script, order="shuffled", seed=5)
    asked = [request for request in script.requests if request.call.task == 1]
    for before, after in pairwise(asked):
        assert after.blocks[: len(before.blocks) - 1] == before.blocks[:-1]
    assert turns(script, 1) != sorted(turns(script, 1))
    assert state.tasks[0].solution == "\n\n".join(f"words of {seat}" for seat in range(1, 7)), "the solution is in the order of seats"


@pytest.mark.parametrize("order", ["shuffled", "strong-last"])
@pytest.mark.parametrize("protocol", ["coordinator", "fixed-roles"])
def test_seat_1_plans_whatever_the_order(protocol: str, order: Order) -> None:
    script = Scripted()
    ran(script, protocol=protocol, order=order, models=(STRONG, WEAK))
    assert {request.call.seat for request in script.requests if request.kind == "plan"} == {1}


def test_who_works_alone_is_seat_1_whatever_the_order() -> None:
    script = Scripted()
    ran(script, protocol="solo", order="shuffled")
    assert {request.call.seat for request in script.requests} == {1}


def test_the_rules_say_who_may_stay_out() -> None:
    texts = prompts.load()
    may, nobody = prompts.rules(texts), prompts.rules(texts, abstention=False)
    assert 'You may stay out: an honest "nothing to add" is worth more than a repetition.' in may
    assert "You may stay out" not in nobody
    assert "Nobody stays out" in nobody
    own = {**texts, "rules.txt": "Be kind; $5 is enough."}
    assert prompts.rules(own) == "Be kind; $5 is enough.", "rules of one's own stay as they are"
    assert prompts.rules(own, abstention=False) == f"Be kind; $5 is enough.\n{texts['nobody_stays_out.txt']}"


def stays_out(request: Request) -> str:
    if request.call.seat != 2:
        return usual(request)
    if request.kind == "intend":
        return json.dumps({"participate": False, "role": "", "intention": ""})
    return abstention() if request.kind == "contribute" else usual(request)


@pytest.mark.parametrize("protocol", [name for name in registry.names() if name != "solo"])
def test_where_nobody_stays_out_it_is_asked_for_once_more_and_then_failed(protocol: str) -> None:
    script = Scripted(stays_out)
    state = ran(script, protocol=protocol, abstention=False, agents=3, tasks=TASKS[:1])
    seat = state.tasks[0].seats[2]
    assert (seat.status, "nobody stays out" in seat.reason) == ("failed", True)
    asked = [request for request in script.requests if request.call.seat == 2 and request.kind == "contribute"]
    assert len(asked) == 2
    assert "nobody stays out" in asked[1].blocks[-1].text
    assert "Nobody stays out" in asked[0].text("fixed")


def test_who_takes_part_when_asked_once_more_is_in() -> None:
    def hesitant(request: Request) -> str:
        return abstention() if request.call.seat == 2 and request.call.attempt == 1 else contribution(request.call.seat)

    state = ran(Scripted(hesitant), abstention=False, agents=3)
    assert [seat.status for seat in state.tasks[0].seats.values()] == ["in", "in", "in"]
    assert state.status == "done"


@pytest.mark.parametrize("protocol", registry.names())
def test_simulated_models_obey(protocol: str) -> None:
    def out(*, abstention: bool) -> int:
        config = RunConfig(
            "Review a bakery's oven",
            (Task("Review it", "L1"),),
            protocol=protocol,
            parameters={"budget": "team"} if protocol == "solo" else {},
            models=(ModelSpec("sim", "shy"),),
            agents=24,
            judge=None,
            abstention=abstention,
        )
        state = run_unwatched(config, keys=Keys({}), folder=None).state
        assert state.status == "done"
        return sum(event.status == "out" for event in state.tasks[0].seats.values())

    assert out(abstention=False) == 0
    if protocol == "sequential":
        assert out(abstention=True) > 8, "else the test shows nothing"
