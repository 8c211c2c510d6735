"""Mixed teams over two wires and two servers: each server's journal is the witness of what the table says of its model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from selforg_tui.core.config import Arrangement, ModelSpec, RunConfig, Task
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.summary import summary
from selforg_tui.models.simserver import Entry, SimServer
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys

TASKS = (
    Task("List the wards", "L1"),
    Task("Draw up the whole plan", "L4"),
    Task("Choose the first ward", "L3"),
    Task("Name the owners", "L2"),
)
NAMES = ("input", "cached", "cache_written", "output")


async def worked(
    arrangement: Arrangement, protocol: str = "sequential", agents: int = 6, seats: tuple[int | None, int | None] = (None, None)
) -> tuple[SessionState, list[Entry], list[Entry]]:
    """The state, what the stronger model's server (Anthropic's wire) saw, and what the other's (OpenAI's) saw. The first one judges."""
    strong, weak = SimServer(), SimServer()
    first, second = await strong.start(), await weak.start()
    models = (ModelSpec("anthropic", "sim-strong", first, seats[0]), ModelSpec("openai", "sim-weak", f"{second}/v1", seats[1]))
    judge = ModelSpec("openai", "sim-judge", f"{first}/v1")
    config = RunConfig(
        "Move a hospital to zero trust", TASKS, agents=agents, models=models, judge=judge, arrangement=arrangement, protocol=protocol
    )
    try:
        session = LiveSession(config, keys=Keys({}), folder=None)
        await session.run()
        return session.state, list(strong.journal.entries), list(weak.journal.entries)
    finally:
        await asyncio.gather(strong.stop(), weak.stop())


def asked(entries: list[Entry], model: str) -> list[Entry]:
    return [entry for entry in entries if entry.model.removesuffix(" (simulated)") == model]


def sums(entries: list[Entry]) -> dict[str, int]:
    return {name: sum(getattr(entry, name) for entry in entries) for name in NAMES}


def check(row: dict[str, Any], entries: list[Entry]) -> None:
    assert entries and row["calls"]["answered"] == len(entries)
    assert {name: row["tokens"][name] for name in NAMES} == sums(entries)
    assert row["cost_usd"] is None and row["unpriced_calls"] == len(entries), "nobody knows what these servers ask"
    assert row["known_usd"] == row["imaginary_usd"] == 0


@pytest.mark.parametrize("protocol", ["sequential", "broadcast", "shared", "coordinator", "fixed-roles"])
@pytest.mark.parametrize("arrangement", ["interleaved", "strong-last"])
async def test_each_models_row_is_the_sum_of_its_servers_journal(arrangement: Arrangement, protocol: str) -> None:
    state, strong, weak = await worked(arrangement, protocol, agents=5, seats=(2, 3))
    result = summary(state)
    other, first, judge = result["by_model"]
    assert [first["model"], other["model"], judge["judge"]] == [*(spec.name for spec in state.started.config.models), True]
    check(first, asked(strong, "sim-strong"))
    check(other, asked(weak, "sim-weak"))
    check(judge, asked(strong, "sim-judge"))
    assert len(weak) == other["calls"]["answered"], "nothing else went to this server"
    assert (first["seats"], other["seats"]) == ([2] * 4, [3] * 4)
    whole = result["tokens"]
    assert {name: first["tokens"][name] + other["tokens"][name] for name in NAMES} == {name: whole[name] for name in NAMES}
    rows = (first, other)
    tasks = result["tasks"]
    assert sum(row["contributions"] for row in rows) == sum(len(task["roles"]) for task in tasks)
    assert sum(row["abstained"]["voluntary"] for row in rows) == sum(task["abstained"]["voluntary"] for task in tasks)
    assert sum(row["abstained"]["directed"] for row in rows) == sum(task["abstained"]["directed"] for task in tasks)
    assert sum(row["failed"] for row in rows) == sum(task["failed"] for task in tasks)
    assert sum(row["built_on"] for row in rows) == sum(edge.kind == "depends" for task in state.tasks for edge in task.edges)
    assert sum(row["words"] for row in rows) == sum(len(task["solution"].split()) for task in tasks)


@pytest.mark.parametrize("protocol", ["sequential", "fixed-roles"])
async def test_by_level_each_task_goes_to_the_server_it_says(protocol: str) -> None:
    state, strong, weak = await worked("by-level", protocol)
    result = summary(state)
    names = result["models"]
    first, other = ({row["model"]: row for row in result["by_model"]}[name] for name in names)
    assert [task["models"] for task in result["tasks"]] == [[names[1]], [names[0]], [names[0]], [names[1]]]
    assert (first["seats"], other["seats"]) == ([0, 6, 6, 0], [6, 0, 0, 6])
    for task in state.tasks:
        hard = task.level in ("L3", "L4")
        there, elsewhere = (asked(strong, "sim-strong"), weak) if hard else (weak, asked(strong, "sim-strong"))
        replies = [state.calls[name].text for name in task.calls if CallId.parse(name).seat != JUDGE_SEAT]
        assert sorted(replies) == sorted(entry.reply for entry in there if task.text in entry.raw.decode())
        assert len(replies) >= 6
        assert not any(task.text in entry.raw.decode() for entry in elsewhere), "the other server has not even heard of this task"
    check(first, asked(strong, "sim-strong"))
    check(other, weak)
    qualities = {task["level"]: task["q"] for task in result["tasks"]}
    assert first["q"] == pytest.approx((qualities["L3"] + qualities["L4"]) / 2)
    assert other["q"] == pytest.approx((qualities["L1"] + qualities["L2"]) / 2)
