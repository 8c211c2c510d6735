"""Running a protocol on paper: whatever a package offers, the answer is what it shows, or why that is unknown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import pytest

from selforg_tui.protocols import registry, sight
from selforg_tui.protocols.base import Promise, Protocol, Step, Team
from selforg_tui.protocols.sight import Case, Sight

TURNS = tuple((seat, "a:model") for seat in (2, 1, 3, 4))


def on_paper(monkeypatch: pytest.MonkeyPatch, work: Callable[[Team], Awaitable[None]], **about: object) -> Sight:
    class Mine(Protocol):
        """Somebody else's protocol."""

        name, title, picture = "mine", "Mine\x1b[31m own", "01"

        async def work(self, team: Team) -> None:
            await work(team)

        def promise(self, n: int) -> Promise:
            return Promise((Step("contribute", n, n, 1),))

    monkeypatch.setattr(registry, "make", lambda name, parameters: Mine())
    return sight.sight(Case("mine", TURNS, **about))  # type: ignore[arg-type]


def test_a_protocol_that_knows_nothing_of_paper_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pairs(team: Team) -> None:
        first, second, *others = team.agents
        said = [thing for thing in await asyncio.gather(team.intend(first), team.intend(second)) if thing]
        await asyncio.sleep(0.5)
        await team.contribute(first, sees=said)
        async with asyncio.TaskGroup() as group:
            for agent in others:
                group.create_task(team.contribute(agent, sees=(*team.outputs, *said[:1])))

    found = on_paper(monkeypatch, pairs)
    assert not found.trouble and found.title == "Mine own" and found.definition == "Somebody else's protocol."
    assert [(look.seat, look.kind, look.sees, look.round) for look in found.looks] == [
        (2, "intend", (), 0), (1, "intend", (), 0),
        (2, "contribute", ("intention 02", "intention 01"), 1),
        (3, "contribute", ("02", "intention 02"), 2), (4, "contribute", ("02", "intention 02"), 2),
    ]  # fmt: skip
    assert found.look(1) is None, "it is asked what it intends, and not to contribute"


async def _raises(team: Team) -> None:
    raise ZeroDivisionError("by nothing")


async def _asks_for_ever(team: Team) -> None:
    while True:
        await team.contribute(team.agents[0])


async def _turns_for_ever(team: Team) -> None:
    while team.agents:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def _waits_for_ever(team: Team) -> None:
    await asyncio.Event().wait()


async def _leaves(team: Team) -> None:
    sys.exit("good-bye")


async def _stops(team: Team) -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (_raises, "ZeroDivisionError: by nothing"),
        (_asks_for_ever, "without an end"),
        (_turns_for_ever, "without an end"),
        (_waits_for_ever, "waits for something that never comes"),
        (_leaves, "good-bye"),
        (_stops, "CancelledError"),
    ],
)
def test_what_does_not_run_on_paper_is_unknown_and_says_why(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[Team], Awaitable[None]], why: str
) -> None:
    found = on_paper(monkeypatch, work)
    assert found.trouble.startswith("It does not run on paper (") and why in found.trouble
    assert found.looks == () and found.look(1) is None


def test_a_protocol_that_there_is_not_is_unknown() -> None:
    found = sight.sight(Case("telepathy", TURNS))
    assert "no protocol 'telepathy'" in found.trouble


def test_who_leaves_no_output_is_seen_by_nobody_and_what_is_assumed_is_said() -> None:
    found = sight.sight(Case("sequential", TURNS, quiet=frozenset({1}), open=3))
    assert {seat: look.sees for seat in (1, 2, 3, 4) if (look := found.look(seat))} == {2: (), 1: ("02",), 3: ("02",), 4: ("02", "03")}
    assert found.assumed == ("whoever has not spoken yet contributes",) and not found.guessed
    assert sight.sight(Case("coordinator", TURNS)).assumed == ("the plan names everybody",)
    cloned = sight.sight(Case("clonal", TURNS))
    assert cloned.guessed and cloned.assumed == (sight.RATED_ALIKE,)
    assert sight.sight(Case("coordinator", TURNS, planned=(1, 3))).look(2) is None


@pytest.mark.parametrize("protocol", registry.OURS)
def test_all_ours_run_on_paper_with_many_agents(protocol: str) -> None:
    found = sight.sight(Case(protocol, tuple((seat, "a:model") for seat in range(1, 257)), history=((1, ((1, "keeper"),)),), task=2))
    assert not found.trouble and found.looks
