"""What happens to a team: at which place, to whom, and that a session says of itself what is true."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import SHOCKS, Limits, ModelSpec, RunConfig, Shock, ShockKind, Task
from selforg_tui.core.fold import fold
from selforg_tui.core.ids import CallId
from selforg_tui.core.shocks import parse
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.estimate import estimate
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.metrics.summary import summary
from selforg_tui.protocols import registry
from selforg_tui.protocols.base import Agent, Output, Team
from selforg_tui.protocols.solo import Solo
from tests.engine.scripted import Script, Scripted, abstention, carried_out, contribution, usual

EACH = {
    "remove-random": "2: remove-random",
    "remove-hub": "2/1: remove-hub",
    "swap-model": "2: swap-model sim:weak",
    "notice": "2/1: notice No nuts from now on",
}


def told(*shocks: str, agents: int = 4, protocol: str = "sequential", tasks: int = 3, **more: object) -> RunConfig:
    given = tuple(Task(f"task {number}") for number in range(1, tasks + 1))
    return RunConfig("Run a kitchen", given, protocol=protocol, agents=agents, shocks=tuple(map(parse, shocks)), **more)  # type: ignore[arg-type]


def carried(config: RunConfig, script: Script = usual) -> tuple[SessionState, list[ev.AnyEvent], Scripted]:
    answers = Scripted(script)
    state, events = run_virtual(carried_out(config, answers))
    return state, events, answers


def chain(request: Request) -> str:
    """Each builds on its predecessor and on 02."""
    if request.kind != "contribute":
        return usual(request)
    seat = request.call.seat
    named = [{"output": f"{other:02d}", "used": "it"} for other in dict.fromkeys((seat - 1, 2)) if 0 < other < seat]
    return contribution(seat, depends_on=named)


def asked(events: Sequence[ev.AnyEvent], task: int) -> list[int]:
    calls = [CallId.parse(event.call) for event in events if isinstance(event, ev.CallStarted)]
    return [call.seat for call in calls if call.task == task and call.seat]


def honest(state: SessionState, events: Sequence[ev.AnyEvent]) -> None:
    """What must hold of any session: who is removed is silent from then on, and neither an abstention nor a failure."""
    gone: set[int] = set()
    models: dict[int, str] = {}
    for event in events:
        if isinstance(event, ev.Shocked):
            if event.kind.startswith("remove"):
                assert not gone & set(event.seats)
                gone |= set(event.seats)
                assert len(gone) < state.started.config.agents
            elif event.model:
                models.update(dict.fromkeys(event.seats, event.model))
        elif isinstance(event, ev.CallStarted):
            number = CallId.parse(event.call).seat
            assert number not in gone
            assert event.model == models.get(number, event.model)
        elif isinstance(event, ev.Decided | ev.Abstained | ev.SeatFailed):
            assert event.seat not in gone
    last = state.tasks[-1]
    assert {seat.seat for seat in last.seats.values() if seat.removed} == gone
    for task in state.tasks:
        assert task.ended is not None
        for one in task.seats.values():
            assert (one.status == "removed") <= one.removed
            assert one.status != "deciding"
            if one.removed and not one.calls:
                assert one.status in ("removed", "left out")
    assert isinstance(events[-1], ev.SessionEnded)


@pytest.mark.parametrize("agents", [1, 2, 8])
@pytest.mark.parametrize("kind", SHOCKS)
@pytest.mark.parametrize("protocol", registry.names())
def test_every_kind_under_every_protocol(protocol: str, kind: str, agents: int) -> None:
    state, events, answers = carried(told(EACH[kind], agents=agents, protocol=protocol))
    honest(state, events)
    (shock,) = state.shocks
    assert (shock.kind, shock.planned) == (kind, True) and shock.text
    assert shock.task == 2 or shock.after == 0
    assert state.status == "done" and all(task.solution for task in state.tasks)
    last = [request for request in answers.requests if request.call.task == 3 and request.call.seat]
    match kind:
        case "remove-random" | "remove-hub":
            assert len(shock.seats) == (agents > 1)
            assert [seat.status for seat in state.tasks[2].seats.values() if seat.removed] == ["removed"] * len(shock.seats)
        case "swap-model":
            at_work = registry.find(protocol)().at_work(agents)
            assert len(shock.seats) == max(1, at_work // 4) and shock.model == "sim:weak"
            assert all(state.tasks[2].seats[seat].model == "sim:weak" for seat in shock.seats)
            assert {row["model"] for row in summary(state)["by_model"]} >= {"sim:strong", "sim:weak"}
        case "notice":
            assert all("No nuts from now on" in request.text() for request in last)
    assert last


def test_whoever_is_removed_is_not_asked_again_and_what_it_did_stays() -> None:
    state, events, _ = carried(told("2/3: remove-hub", agents=4), chain)
    honest(state, events)
    (shock,) = state.shocks
    assert (shock.task, shock.after, shock.asked, shock.seats) == (2, 3, 3, (2,))
    assert asked(events, 2) == [1, 2, 3, 4] and asked(events, 3) == [1, 3, 4]
    second, third = state.tasks[1].seats, state.tasks[2].seats
    assert (second[2].status, second[2].removed) == ("in", True) and "words of 2" in state.tasks[1].solution
    assert (third[2].status, third[2].calls) == ("removed", []) and "words of 2" not in state.tasks[2].solution
    found = summary(state)["tasks"]
    assert [(task["removed"], task["failed"], task["abstained"]) for task in found[1:]] == [([2], 0, {"voluntary": 0, "directed": 0})] * 2


def test_the_hub_has_most_dependents_in_the_session_and_ties_go_to_the_lower_seat() -> None:
    def pairs(request: Request) -> str:
        seat = request.call.seat
        named = {2: ["01"], 3: ["02"], 4: ["02"] if request.call.task == 2 else ["01"]}.get(seat, [])
        return contribution(seat, depends_on=[{"output": name, "used": "it"} for name in named]) if seat else usual(request)

    first = carried(told("2: remove-hub"), pairs)[0].shocks[0]
    assert first.seats == (1,) and "2 contributions of others depend" in first.text
    assert carried(told("3: remove-hub"), pairs)[0].shocks[0].seats == (1,)  # three each
    state, events, _ = carried(told("3: remove-hub", "3/1: remove-hub"), pairs)
    assert [shock.seats for shock in state.shocks] == [(1,), (2,)]
    honest(state, events)


def test_without_dependents_the_hub_is_drawn_and_it_is_said() -> None:
    shock = carried(told("1: remove-hub"))[0].shocks[0]
    assert len(shock.seats) == 1 and "drawn at random" in shock.text
    assert {carried(told("1: remove-random", agents=8, seed=seed))[0].shocks[0].seats for seed in range(12)} != {shock.seats}


def test_one_agent_always_stays() -> None:
    state, events, _ = carried(told("1: remove-random", "1: remove-hub", "2: remove-random", "2: remove-hub", agents=3))
    assert [len(shock.seats) for shock in state.shocks] == [1, 1, 0, 0]
    assert state.shocks[-1].text == "Nobody is removed: the last agent stays."
    honest(state, events)
    assert len(asked(events, 3)) == 1


def test_after_a_coordinator_the_next_agent_present_coordinates() -> None:
    def plans(request: Request) -> str:
        if request.kind != "plan":
            return usual(request)
        return json.dumps({"assignments": [{"seat": f"{seat:02d}", "role": f"r{seat}"} for seat in range(1, 5)]})

    seeds = [seed for seed in range(40) if carried(told("2: remove-random", protocol="coordinator", seed=seed))[0].shocks[0].seats == (1,)]
    config = told("2: remove-random", protocol="coordinator", seed=seeds[0])
    state, events, answers = carried(config, plans)
    honest(state, events)
    planned = [(event.task, event.seat, [each.seat for each in event.assignments]) for event in events if isinstance(event, ev.Planned)]
    assert planned == [(1, 1, [1, 2, 3, 4]), (2, 2, [2, 3, 4]), (3, 2, [2, 3, 4])]
    assert "No longer in the team: 01." in answers.prompts("plan", 2)[2]
    assert "No longer in the team" not in answers.prompts("contribute", 2)[2] + answers.prompts("plan", 1)[1]


def test_in_a_round_it_happens_before_or_after_all() -> None:
    state, events, _ = carried(told("2/1: remove-random", protocol="shared", agents=6))
    assert asked(events, 2) == [1, 2, 3, 4, 5, 6] and len(asked(events, 3)) == 5
    assert (state.shocks[0].task, state.shocks[0].after) == (3, 0)  # its place in task 2 never came between two questions
    state, events, _ = carried(told("2: remove-random", protocol="broadcast", agents=6))
    assert len(asked(events, 2)) == 10


def test_a_shock_whose_place_never_comes_is_told() -> None:
    state, _, _ = carried(told("3/9: remove-hub", tasks=3))
    assert state.shocks == [] and any("3/9: remove-hub. Nothing came of it" in text for text in state.warnings)
    limited = told("3: remove-hub", tasks=3, limits=Limits(tokens=3000))
    state, _, _ = carried(limited)
    assert state.status == "limit" and any("3: remove-hub" in text for text in state.warnings)


def test_a_notice_stands_behind_what_is_visible_and_before_the_own_lines() -> None:
    _, _, answers = carried(told("2/1: notice Costs <b>must</b> fall", agents=3))
    before, after = answers.prompts("contribute", 2)[1], answers.prompts("contribute", 2)[3]
    assert "Costs" not in before
    assert after.index("words of 2") < after.index("Costs <b>must</b> fall") < after.index("You are agent 03")
    fenced = after[after.index("<notice-") : after.index("Costs")]
    assert fenced.count("\n") == 1
    request = next(request for request in answers.requests if (request.call.task, request.call.seat) == (2, 3))
    assert [block.part for block in request.blocks][-2:] == ["own", "own"]
    judged = next(request for request in answers.requests if request.kind == "judge" and request.call.task == 2)
    assert "- Costs <b>must</b> fall" in judged.text()
    assert "Costs" not in next(request for request in answers.requests if request.kind == "judge").text()


def test_another_model_answers_from_then_on_and_only_there() -> None:
    state, events, _ = carried(told("2/2: swap-model sim:weak", agents=8, arrangement="blocks"))
    honest(state, events)
    seats = state.shocks[0].seats
    assert len(seats) == 2
    models = {CallId.parse(event.call): event.model for event in events if isinstance(event, ev.CallStarted) if event.kind != "judge"}
    for call, model in models.items():
        changed = call.seat in seats and (call.task == 3 or (call.task == 2 and call.seat > 2))
        assert model == ("sim:weak" if changed else "sim:strong")
    assert all(seat.model == models[CallId(2, "contribute", seat.seat)] for seat in state.tasks[1].seats.values())
    none = carried(told("2: swap-model sim:strong"))[0].shocks[0]
    assert none.seats == () and "already" in none.text


def test_what_a_swap_and_a_notice_cost_is_foreseen() -> None:
    plain, swapped = estimate(told(agents=8)), estimate(told("2: swap-model sim:weak", agents=8))
    assert {share.model: share.calls for share in swapped.shares if not share.judging} == {"sim:strong": 20, "sim:weak": 4}
    assert swapped.cost_usd and plain.cost_usd and swapped.cost_usd[1] < plain.cost_usd[1]
    longer = estimate(told("2: notice " + "word " * 400, agents=8))
    assert longer.tokens_in[1] > plain.tokens_in[1] + 16 * 300
    paid = estimate(told("2: swap-model openai:gpt-x", agents=8))
    assert paid.paid and paid.unpriced == ("openai:gpt-x",)
    assert estimate(told("2: swap-model sim:weak", agents=1)).shares[1].calls == 2


class ByHand(Scripted):
    """Sets off shocks while it is asked for one of these calls."""

    def __init__(self, during: dict[str, Shock], script: Script = usual) -> None:
        super().__init__(script)
        self.during, self.box = during, deque[Shock]()

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        shock = self.during.get(str(request.call))
        if shock is not None:
            await asyncio.sleep(0.5)
            self.box.append(shock)
        return await super().answer(spec, request, on_delta)

    def run(self, config: RunConfig) -> list[ev.AnyEvent]:
        events: list[ev.AnyEvent] = []
        run_virtual(run(make_header(config), events.append, self, watched=False, by_hand=self.box))
        return events


@pytest.mark.parametrize("protocol", registry.names())
def test_by_hand_it_takes_effect_before_the_next_question(protocol: str) -> None:
    events = ByHand({"1/judge/0/1": Shock("remove-random", 1)}).run(told(protocol=protocol, agents=4))
    state = fold(events)
    honest(state, events)
    (shock,) = state.shocks
    assert (shock.task, shock.after, shock.asked, shock.planned) == (2, 0, 0, False)


def test_by_hand_in_the_middle_of_a_task() -> None:
    def some(request: Request) -> str:
        return abstention() if request.call.seat == 2 else usual(request)

    answers = ByHand({"2/contribute/3/1": Shock("notice", 1, text="No nuts"), "3/judge/0/1": Shock("remove-hub", 1)}, some)
    events = answers.run(told(agents=4))
    state = fold(events)
    (shock,) = state.shocks
    assert (shock.task, shock.after, shock.asked, shock.notice) == (2, 2, 3, "No nuts")
    assert "No nuts" in answers.prompts("contribute", 2)[4] and "No nuts" not in answers.prompts("contribute", 2)[3]
    assert any("remove-hub by hand" in text for text in state.warnings)


def test_not_in_the_middle_of_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twice(Solo):
        """All at once, each two turns."""

        def at_work(self, n: int) -> int:
            return n

        async def work(self, team: Team) -> None:
            async def both(agent: Agent) -> Output | None:
                await team.contribute(agent)
                return await team.contribute(agent, step="contribute2")

            await team.together(both(agent) for agent in team.agents)

    monkeypatch.setattr("selforg_tui.engine.run.registry.make", lambda name, parameters: Twice())
    answers = ByHand({"1/contribute/1/1": Shock("remove-random", 1)})
    events = answers.run(told("1/1: notice No nuts", agents=3, tasks=2))
    state = fold(events)
    honest(state, events)
    assert [(shock.task, shock.kind) for shock in state.shocks] == [(2, "notice"), (2, "remove-random")]
    assert asked(events, 1) == [1, 2, 3, 2, 3, 1] and len(asked(events, 2)) == 4


def shocking(drawn: tuple[ShockKind, int, int]) -> Shock:
    kind, task, after = drawn
    model = ModelSpec("sim", "weak") if kind == "swap-model" else None
    return Shock(kind, task, after, model, "No nuts" if kind == "notice" else "")


SHOCKING = st.lists(st.tuples(st.sampled_from(SHOCKS), st.integers(1, 3), st.integers(0, 5)).map(shocking), max_size=6)


@settings(max_examples=60)
@given(SHOCKING, st.sampled_from(registry.names()), st.integers(1, 5), st.integers(0, 99), st.sets(st.integers(1, 5)))
def test_no_sequence_of_shocks_hangs_or_lies(shocks: list[Shock], protocol: str, agents: int, seed: int, out: set[int]) -> None:
    def script(request: Request) -> str:
        if request.call.seat in out and request.kind == "contribute":
            return abstention() if request.call.seat % 2 else "no JSON at all"
        return chain(request)

    config = RunConfig("Bees", (Task("a"), Task("b"), Task("c")), protocol=protocol, agents=agents, shocks=tuple(shocks), seed=seed)
    state, events, _ = carried(config, script)
    honest(state, events)
    told_of = sum("before a shock could strike" in text for text in state.warnings)
    assert len(state.shocks) == len(shocks) or told_of == 1
