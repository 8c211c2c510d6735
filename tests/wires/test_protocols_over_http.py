"""All protocols through both real SDKs over real HTTP: the server's journal is the witness."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.fences import Section, sections
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.summary import summary
from selforg_tui.models.simserver import Barrier, Entry, SimServer
from selforg_tui.protocols import registry
from selforg_tui.protocols.conformance.trial import Setting, run
from selforg_tui.sessions.live import LiveSession, run_unwatched
from selforg_tui.settings.keys import Keys

MISSION = "Move a regional hospital group to zero trust without stopping care"
AGENTS = 8
WIRES = ("openai", "anthropic")


def config(wire: str, protocol: str, url: str, **changes: object) -> RunConfig:
    base = f"{url}/v1" if wire == "openai" else url
    models = (ModelSpec(wire, "sim-strong", base),)
    settings = {"agents": AGENTS, "models": models, "judge": ModelSpec(wire, "sim-judge", base), "protocol": protocol}
    return RunConfig(MISSION, **{**settings, **changes})  # type: ignore[arg-type]


async def carried_out(
    wire: str, protocol: str, barriers: Sequence[Barrier] = (), latency: float = 0, **changes: object
) -> tuple[SessionState, list[Entry]]:
    """A watched run against a server of its own; the state, and what the server saw."""
    server = SimServer(barrier=barriers, latency=latency)
    url = await server.start()
    try:
        session = LiveSession(config(wire, protocol, url, **changes), keys=Keys({}), folder=None)
        await session.run()
        return session.state, server.journal.entries
    finally:
        await server.stop()


def prompt(entry: Entry) -> str:
    """All text of a request, whatever the wire."""
    body = entry.body
    messages = [body["system"]] if "system" in body else []
    messages += [message["content"] for message in body["messages"]]
    return "\n\n".join(content if isinstance(content, str) else "\n\n".join(block["text"] for block in content) for content in messages)


def of_others(entry: Entry) -> list[Section]:
    return [section for section in sections(prompt(entry)) if section.name not in ("mission", "values", "task")]


def by_kind(entries: list[Entry], key: str) -> list[Entry]:
    """The requests whose answer format has this key."""
    return [entry for entry in entries if f'"{key}"' in prompt(entry).split("Answer with one JSON object")[1]]


@pytest.mark.parametrize("protocol", registry.names())
@pytest.mark.parametrize("wire", WIRES)
async def test_the_server_sees_exactly_the_promised_calls_and_the_meter_agrees(wire: str, protocol: str) -> None:
    state, entries = await carried_out(wire, protocol)
    result = summary(state)
    (task,) = result["tasks"]
    promise = registry.make(protocol, {}).promise(AGENTS)
    promised = promise.calls + sum(step.calls for step in promise.once) - task["abstained"]["directed"]
    assert state.status == "done"
    assert result["calls"] == {"team": promised, "judge": 1, "repair": 0, "retry": 0}
    assert len(entries) == promised + 1
    spent = {name: result["tokens"][name] + result["judging"]["tokens"][name] for name in ("input", "cached", "output")}
    assert spent == {name: sum(getattr(entry, name) for entry in entries) for name in ("input", "cached", "output")}
    assert result["simulated"] == {"agents": True, "judge": True}, "the replies said so"
    assert result["cost_usd"] is None, "nobody knows what this server asks"


def rounds_of(protocol: str, agents: int, unplanned: frozenset[int] = frozenset()) -> list[int]:
    """How many calls set out together in each round, as recorded without a model; what it has recorded is what is promised."""
    made = registry.make(protocol, {})
    promise = made.promise(agents)
    calls = promise.calls + sum(step.calls for step in promise.once)
    diary = run(made, Setting(agents, tasks=(1,), unplanned=unplanned), calls).diary
    sizes = Counter(round(call.started) for call in diary.calls)
    assert sum(sizes.values()) == calls - len(unplanned)
    if not unplanned:
        assert len(sizes) == promise.latency + sum(step.rounds for step in promise.once)
        assert max(sizes.values()) == promise.at_once
    return [sizes[at] for at in sorted(sizes)]


def left_out(state: SessionState) -> frozenset[int]:
    return frozenset(seat.seat for seat in state.tasks[0].seats.values() if seat.status == "left out")


async def witnessed(wire: str, protocol: str, agents: int) -> None:
    """Every round arrives together at the server: the barrier lets nobody through before all of it are there."""
    unplanned: frozenset[int] = frozenset()
    promise = registry.make(protocol, {}).promise(agents)
    if any(step.kind == "plan" for step in (*promise.once, *promise.steps)):
        plain, _ = await carried_out(wire, protocol, agents=agents)
        unplanned = left_out(plain)
    sizes = await asyncio.to_thread(rounds_of, protocol, agents, unplanned)
    barriers = [Barrier(size, timeout=30) for size in sizes]
    state, entries = await carried_out(wire, protocol, barriers, agents=agents)
    assert state.status == "done", state.ended
    assert [barrier.arrived for barrier in barriers] == sizes
    assert len(entries) == sum(sizes) + 1
    assert summary(state)["calls"] == {"team": sum(sizes), "judge": 1, "repair": 0, "retry": 0}


@pytest.fixture
def same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs get the same plan, also where no seed is sent."""
    monkeypatch.setattr("selforg_tui.engine.header.new_nonce", lambda: "kqzvmwbd")


@pytest.mark.usefixtures("same_words")
@pytest.mark.parametrize("protocol", registry.names())
@pytest.mark.parametrize("wire", WIRES)
async def test_the_calls_of_each_promised_round_are_under_way_together(wire: str, protocol: str) -> None:
    await witnessed(wire, protocol, AGENTS)


@pytest.mark.usefixtures("same_words")
@pytest.mark.parametrize("protocol", registry.names())
async def test_at_sixty_four_too(protocol: str) -> None:
    await witnessed("openai", protocol, 64)


async def test_the_barrier_would_catch_a_missing_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selforg_tui.engine.ask.FIRST_WAIT", 0.01)
    state, _ = await carried_out("openai", "shared", [Barrier(AGENTS + 1, timeout=0.3)])
    assert state.status != "done"


@pytest.mark.parametrize("wire", WIRES)
async def test_request_bodies_hold_what_the_paper_says_and_nothing_more(wire: str) -> None:
    tasks = (Task("Plan the first month", "L1"), Task("Plan the second month", "L1"))
    _, shared = await carried_out(wire, "shared", tasks=tasks, agents=4)
    for entry in by_kind(shared, "contribution"):
        first = "Plan the first month" in prompt(entry)
        assert [section.name for section in of_others(entry)] == ([] if first else ["history"])

    state, broadcast = await carried_out(wire, "broadcast", agents=4)
    said = sum(bool(seat.intention) for seat in state.tasks[0].seats.values())
    for entry in by_kind(broadcast, "contribution"):
        assert [section.name for section in of_others(entry)] == ["intention"] * said

    _, coordinator = await carried_out(wire, "coordinator", agents=4)
    for entry in by_kind(coordinator, "contribution"):
        assert [section.name for section in of_others(entry)] == ["assignment"]

    state, sequential = await carried_out(wire, "sequential", tasks=tasks[:1], agents=12)
    out = [seat for seat in state.tasks[0].seats.values() if seat.status == "out"]
    assert out, "this needs a team in which somebody stays out"
    for entry in sequential:
        assert not any(seat.reason in prompt(entry) for seat in out)
    last = by_kind(sequential, "contribution")[-1]
    present = [seat.seat for seat in state.tasks[0].seats.values() if seat.status == "in" and seat.seat < AGENTS + 4]
    assert [int(section.attributes["seat"]) for section in of_others(last)] == [seat for seat in present if seat != 12]


async def test_over_http_the_same_model_says_the_same() -> None:
    state, _ = await carried_out("openai", "sequential")
    session = await asyncio.to_thread(run_unwatched, RunConfig(MISSION, agents=AGENTS), keys=Keys({}), folder=None)
    assert [task.solution for task in state.tasks] == [task.solution for task in session.state.tasks]


@pytest.mark.parametrize("wire", WIRES)
async def test_a_write_up_is_one_call_more_and_asks_for_text(wire: str) -> None:
    state, entries = await carried_out(wire, "sequential", agents=2, write_up=True)
    assert len(entries) == 4
    assert "JSON" not in prompt(entries[-1]) and "response_format" not in entries[-1].body and "output_config" not in entries[-1].body
    assert state.tasks[0].write_up.startswith("# ")
    assert summary(state)["calls"]["write_up"] == 1
