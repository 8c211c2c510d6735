"""The suite lets every protocol of ours pass, and finds each planted fault by the right finding."""

from __future__ import annotations

import asyncio
import random
import sys

import pytest

from selforg_tui.core.config import Parameter
from selforg_tui.core.errors import ConfigError
from selforg_tui.protocols import registry
from selforg_tui.protocols.base import Announced, Option, Output, Promise, Protocol, Step, Team
from selforg_tui.protocols.conformance import Finding, assert_conforms, check


class Turns(Protocol):
    """Agents take turns. The sound protocol that faults are planted in."""

    name = "turns"
    title = "Turns"
    picture = "01 ──► 02"

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            await team.contribute(agent, sees=team.outputs)

    def promise(self, n: int) -> Promise:
        working = Step("contribute", calls=n, rounds=n, at_once=1, sees="all before it", shown=n * (n - 1) // 2, most=n - 1)
        return Promise((working,))


class Rounds(Protocol):
    """All announce, then all work."""

    name = "rounds"
    title = "Rounds"
    picture = "01 02"

    async def work(self, team: Team) -> None:
        said = await team.together(team.intend(agent) for agent in team.agents)
        await team.together(team.contribute(agent, sees=said) for agent in team.agents)

    def promise(self, n: int) -> Promise:
        saying = Step("intend", calls=n, rounds=1, at_once=n)
        return Promise((saying, Step("contribute", n, 1, n, sees="all intentions", shown=n * n, most=n, whole=False)))


class LeaksOutputs(Rounds):
    """Shows whole outputs where intentions are promised."""

    async def work(self, team: Team) -> None:
        said = await team.together(team.intend(agent) for agent in team.agents)
        for agent in team.agents:
            await team.contribute(agent, sees=(*said, *team.outputs))


class LeaksTheLastTask(Turns):
    """Shows what was made in the task before."""

    kept: tuple[Output, ...] = ()

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            await team.contribute(agent, sees=self.kept[: agent.seat - 1] or team.outputs)
        self.kept = team.outputs


class LeaksAbstentions(Rounds):
    """Makes up an intention for those who announced none."""

    async def work(self, team: Team) -> None:
        said: list[Announced] = []
        for each in await asyncio.gather(*(team.intend(agent) for agent in team.agents)):
            said.append(each or Announced(len(said) + 1, "nobody", "stays out"))
        await team.together(team.contribute(agent, sees=said) for agent in team.agents)


class LeaksHistory(Turns):
    """Shows the history, too."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            await team.contribute(agent, sees=(*team.outputs, *team.history))


class LeaksRoles(Turns):
    """Gives each the role of its neighbour."""

    async def work(self, team: Team) -> None:
        plan = await team.plan(team.agents[0]) or {}
        for agent, role in zip(team.agents, reversed(plan.values()), strict=False):
            await team.contribute(agent, sees=team.outputs, role=role)


class ForgetsTheLast(Turns):
    """Never asks the last of three or more."""

    async def work(self, team: Team) -> None:
        for agent in team.agents[: max(2, len(team.agents) - 1)]:
            await team.contribute(agent, sees=team.outputs)


class TellsFailureAsAbstention(Turns):
    """Leaves out whoever gave nothing."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            if await team.contribute(agent, sees=team.outputs) is None:
                team.leave_out(agent, "had nothing to say")


class AsksAgain(Turns):
    """Asks once more where nothing came."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            if await team.contribute(agent, sees=team.outputs) is None:
                await team.contribute(agent, sees=team.outputs, step="contribute2")


class FirstComesFirst(Rounds):
    """Shows only the intention that came first."""

    async def work(self, team: Team) -> None:
        said: list[Announced] = []

        async def note(asked: object) -> None:
            if (each := await asked) is not None:  # type: ignore[misc]
                said.append(each)

        await asyncio.gather(*(note(team.intend(agent)) for agent in team.agents))
        await team.together(team.contribute(agent, sees=said) for agent in team.agents)


class Dices(Turns):
    """Takes turns by chance that no seed governs."""

    async def work(self, team: Team) -> None:
        for agent in random.sample(list(team.agents), len(team.agents)):
            await team.contribute(agent, sees=team.outputs)


class WaitsForEver(Turns):
    """Waits for a third contribution."""

    async def work(self, team: Team) -> None:
        await super().work(team)
        if len(team.agents) > 2 and len(team.outputs) < 3:
            await asyncio.Event().wait()


class TurnsRound(Turns):
    """Looks again and again."""

    async def work(self, team: Team) -> None:
        await super().work(team)
        while len(team.outputs) < len(team.agents):  # noqa: ASYNC110
            await asyncio.sleep(0)


class AsksForEver(Turns):
    """Asks until something comes, also an agent that is gone."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            turn = 1
            while await team.contribute(agent, sees=team.outputs, step=f"contribute{turn}") is None:
                turn += 1


class OneByOne(Rounds):
    """Promises all at once, and asks one after the other."""

    async def work(self, team: Team) -> None:
        said = await team.together(team.intend(agent) for agent in team.agents)
        for agent in team.agents:
            await team.contribute(agent, sees=said)


class AllAtOnce(Turns):
    """Promises turns, and asks all at once."""

    async def work(self, team: Team) -> None:
        await team.together(team.contribute(agent, sees=team.outputs) for agent in team.agents)


class Remembers(Turns):
    """Begins where it stopped in the task before."""

    start = 0

    async def work(self, team: Team) -> None:
        agents = [*team.agents[self.start :], *team.agents[: self.start]]
        self.start = (self.start + 1) % len(agents)
        for agent in agents:
            await team.contribute(agent, sees=team.outputs)


class CountsOnAll(Turns):
    """Takes for granted that everybody contributed."""

    async def work(self, team: Team) -> None:
        await super().work(team)
        assert team.outputs[len(team.agents) - 1]


class Exits(Turns):
    """Ends the program."""

    async def work(self, team: Team) -> None:
        async def ask() -> None:
            sys.exit("enough")

        await team.together([ask()])


class HoldsOn(Turns):
    """Does not let itself be stopped."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            try:
                await team.contribute(agent, sees=team.outputs)
            except BaseException:
                continue


class LeavesCalls(Turns):
    """Is over before its calls are."""

    async def work(self, team: Team) -> None:
        self.asked = [asyncio.ensure_future(team.contribute(agent)) for agent in team.agents]
        await asyncio.sleep(0)


class AsksTwice(Turns):
    """Asks in the same step twice."""

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            await team.contribute(agent, sees=team.outputs)
        await team.contribute(team.agents[0])


class CannotPromise(Turns):
    """Breaks on a team of one."""

    def promise(self, n: int) -> Promise:
        return Promise((Step("contribute", n, n, 1, "all before it", 1 // (n - 1)),))


class SaysNothing(Turns):
    """Does not say what is seen."""

    def promise(self, n: int) -> Promise:
        return Promise((Step("contribute", n, n, 1, shown=n * (n - 1) // 2, most=n - 1),))


class Choosy(Turns):
    """Breaks with one of its choices."""

    options = (Option("pace", "slow", "How.", ("slow", "fast")),)

    async def work(self, team: Team) -> None:
        if self.parameters["pace"] == "fast":
            raise ZeroDivisionError("too fast")
        await super().work(team)


FAULTS: list[tuple[type[Protocol], str, str]] = [
    (
        LeaksOutputs,
        "visibility",
        "with N = 2: shows seat 2 in step 'contribute' of task 1 an output, whole; promised: all intentions",
    ),
    (LeaksTheLastTask, "visibility", "shows seat 2 in step 'contribute' an output of another task"),
    (LeaksAbstentions, "visibility", "shows seat 1 in step 'contribute' an intention that no agent has given"),
    (LeaksHistory, "visibility", "the history of earlier tasks, which it does not promise"),
    (LeaksRoles, "visibility", "gives seat 1 in step 'contribute' the role that was planned for seat 2"),
    (ForgetsTheLast, "coverage", "Turns with N = 3: neither asks seat 3 in task 1 nor leaves it out"),
    (ForgetsTheLast, "promise", "Turns with N = 3: makes 2 calls of kind 'contribute' in task 1; promised: 3"),
    (TellsFailureAsAbstention, "failure", "leaves out seat 1 after its call in step 'contribute' failed: a failure is never an abstention"),
    (AsksAgain, "failure", "asks seat 1 2 times for 'contribute' in task 1, although it had failed; promised: 1 at most"),
    (FirstComesFirst, "determinism", "what is asked must not depend on who finishes first"),
    (Dices, "determinism", "the same seed has to give the same calls in the same order"),
    (WaitsForEver, "hang", "Turns with N = 3: waits for something that never comes in task 1, after asking seat 3 in step 'contribute'"),
    (TurnsRound, "hang", "goes round and round without an end"),
    (AsksForEver, "hang", "asks without an end"),
    (OneByOne, "promise", "Rounds with N = 2: makes the calls of kind 'contribute' in task 1 in 2 rounds; promised: 1"),
    (OneByOne, "promise", "has 1 call of kind 'contribute' under way at once in task 1; promised: 2"),
    (AllAtOnce, "promise", "has 2 calls of kind 'contribute' under way at once in task 1; promised: 1"),
    (Remembers, "memory", "only the team's history may outlive a task"),
    (CountsOnAll, "crash", "raises IndexError: tuple index out of range (line "),
    (Exits, "crash", "raises SystemExit: enough"),
    (HoldsOn, "stop", "goes on when it is stopped after 0.5 rounds"),
    (LeavesCalls, "promise", "says that task 1 is over while calls are still under way"),
    (AsksTwice, "coverage", "asks seat 1 twice in step 'contribute'"),
    (CannotPromise, "crash", "Turns with N = 1: cannot say what it promises: ZeroDivisionError"),
    (SaysNothing, "description", "shows things in calls of kind 'contribute' but says 'nothing of the others'"),
    (Choosy, "crash", "Turns with N = 1 (pace=fast): raises ZeroDivisionError: too fast"),
]


def texts(found: list[Finding], rule: str) -> str:
    return "\n".join(finding.text for finding in found if finding.rule == rule)


@pytest.mark.parametrize("name", registry.names())
def test_it_conforms(name: str) -> None:
    assert_conforms(registry.find(name))


@pytest.mark.parametrize("sound", [Turns, Rounds])
def test_the_sound_ones_that_faults_are_planted_in_conform(sound: type[Protocol]) -> None:
    assert check(sound) == []


@pytest.mark.parametrize("faulty, rule, says", FAULTS, ids=[f"{faulty.__name__}-{rule}" for faulty, rule, _ in FAULTS])
def test_a_planted_fault_is_found_by_its_finding(faulty: type[Protocol], rule: str, says: str) -> None:
    found = check(faulty, sizes=(1, 2, 3))
    assert says in texts(found, rule), "\n".join(f"{finding.rule}: {finding}" for finding in found)


def test_a_fault_that_only_a_large_team_shows_is_found() -> None:
    class Tires(Turns):
        """Stops at forty."""

        async def work(self, team: Team) -> None:
            for agent in team.agents[:40]:
                await team.contribute(agent, sees=team.outputs)

    assert "neither asks seat 41 in task 1 nor leaves it out" in texts(check(Tires), "coverage")


def test_each_fault_is_told_once_with_its_place() -> None:
    (finding,) = [finding for finding in check(Choosy) if finding.rule == "crash"]
    assert (finding.protocol, finding.n, finding.task, finding.parameters) == ("turns", 1, 1, {"pace": "fast"})


def test_given_parameters_are_tried_instead_of_those_of_the_options() -> None:
    assert check(Choosy, parameters=[{"pace": "slow"}], sizes=(2,)) == []
    assert "refuses its parameters" in texts(check(Choosy, parameters=[{"pace": "swift"}], sizes=(2,)), "description")


def test_what_a_protocol_refuses_is_not_tried() -> None:
    class Strict(Turns):
        """Takes a few numbers."""

        options = (Option("many", 2, "From 1 to 3."),)

        def __init__(self, **parameters: Parameter) -> None:
            super().__init__(**parameters)
            if not 1 <= int(self.parameters["many"]) <= 3:
                raise ConfigError("From 1 to 3.")

        async def work(self, team: Team) -> None:
            assert 1 <= int(self.parameters["many"]) <= 3
            await super().work(team)

    assert check(Strict) == []


@pytest.mark.parametrize("what", [str, Protocol, type("Half", (Turns,), {"title": ""})])
def test_what_is_no_protocol_is_told(what: type[Protocol]) -> None:
    (finding,) = check(what)
    assert finding.rule == "description"


async def test_it_can_be_asked_where_a_loop_is_running() -> None:
    assert check(Turns, sizes=(3,)) == []
    with pytest.raises(AssertionError, match="neither asks seat 3"):
        assert_conforms(ForgetsTheLast, sizes=(3,))
