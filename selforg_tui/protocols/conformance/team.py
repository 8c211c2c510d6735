"""A team that answers by rule, at once in real time and a second later in virtual time, and writes down what it was asked."""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Literal

import msgspec

from selforg_tui.core.decisions import Assignment
from selforg_tui.core.keyed import Keyed
from selforg_tui.protocols.base import Agent, Announced, Mark, Output, Plan, Remembered, Result, Signal, Team, Visible
from selforg_tui.protocols.conformance.finding import Rule, Spot

Kind = Literal["plan", "intend", "signal", "rate", "contribute"]
Fate = Literal["answers", "abstains", "fails", "gone"]
"""What becomes of a call: `gone` is an agent that was removed, which is not even called."""
Fates = Callable[[int, str, int, Kind], Fate]
"""By task, step, seat and kind."""
NAME = "conforming"
_STEP = re.compile("[a-z][a-z0-9_-]{0,39}")


class Endless(BaseException):
    """Far more calls than were promised: raised out of the call, so that nothing goes on."""


class Left(Exception):
    """Plugin code called sys.exit where that would end the loop."""


class Call(msgspec.Struct, eq=False):
    """One wish of the protocol. Times are virtual seconds; a call takes one."""

    task: int
    step: str
    seat: int
    kind: Kind
    sees: tuple[Any, ...]
    role: Assignment | None
    origin: Output | None
    started: float
    fate: Fate

    @property
    def id(self) -> tuple[int, str, int]:
        """Task, step and seat: the same in every run."""
        return self.task, self.step, self.seat

    @property
    def shown(self) -> list[Any]:
        """The things of others that a promise counts; the history of earlier tasks is not among them."""
        return [thing for thing in self.sees if not isinstance(thing, Remembered)]


class Diary(msgspec.Struct, eq=False):
    """All that happened in one session."""

    seed: int
    fates: Fates
    delay: Callable[[int], float]
    """What the how-manieth call takes beyond its second; decides who finishes first."""
    most_calls: int
    texts: str = ""
    """The protocol's parameters as one text: roles may come from there."""
    left_out_by_plans: frozenset[int] = frozenset()
    """Seats to which plans give no role."""
    calls: list[Call] = []
    asked: set[tuple[int, str, int]] = msgspec.field(default_factory=set)
    left_out: dict[tuple[int, int], str] = {}
    spots: list[Spot] = []
    under_way: Counter[str] = msgspec.field(default_factory=Counter)
    peaks: dict[str, int] = {}
    """Most calls at the same time in the task at hand, by kind; `all` whatever the kind."""
    peak_of: dict[int, dict[str, int]] = {}
    """The same by task."""
    took: dict[int, float] = {}
    """Virtual seconds by task."""
    handed: dict[int, tuple[Any, int]] = {}
    """By identity, what was handed out, and in which task."""

    def spot(self, rule: Rule, about: str, says: str, place: Call | tuple[int, str, int | None]) -> None:
        """Note a fault, at a call or at a task, step and seat."""
        self.spots.append(Spot(rule, about, says, *(place.id if isinstance(place, Call) else place)))

    def hand(self, thing: Any, task: int) -> Any:
        """Remember that the team has given this away."""
        self.handed[id(thing)] = (thing, task)
        return thing

    def at(self, task: int) -> list[Call]:
        """The calls of a task, in the order made."""
        return [call for call in self.calls if call.task == task]


class RecordingTeam(Team):
    """The agents at work on task `number` (0: before the first)."""

    def __init__(self, diary: Diary, number: int, agents: Sequence[Agent], history: tuple[Remembered, ...]) -> None:
        self._diary, self.number, self._history = diary, number, history
        self.agents = tuple(agents)
        self.random = Keyed(diary.seed, number, "protocol")
        self._outputs: dict[int, Output] = {}
        self._said: dict[int, str] = {}
        """By seat, role and text of what it has contributed, in small letters."""
        self.over = False

    @property
    def outputs(self) -> tuple[Output, ...]:
        """See Team."""
        return tuple(self._outputs[agent.seat] for agent in self.agents if agent.seat in self._outputs)

    @property
    def history(self) -> tuple[Remembered, ...]:
        """See Team."""
        return self._history

    async def plan(self, agent: Agent) -> Plan | None:
        """See Team."""
        if not await self._ask(agent, "plan", "plan"):
            return None
        seats = [member.seat for member in self.agents if member.seat not in self._diary.left_out_by_plans]
        return {seat: self._diary.hand(Assignment(seat, f"planned {seat}"), self.number) for seat in seats or [agent.seat]}

    async def intend(self, agent: Agent, sees: Sequence[Visible] = ()) -> Announced | None:
        """See Team."""
        if not await self._ask(agent, "intend", "intend", sees):
            return None
        said: Announced = self._diary.hand(Announced(agent.seat, f"role {agent.seat}", f"aim of {agent.seat}"), self.number)
        return said

    async def signal(self, agent: Agent, sees: Sequence[Visible] = (), step: str = "signal") -> Signal | None:
        """See Team."""
        if not await self._ask(agent, step, "signal", sees):
            return None
        draw = Keyed(self._diary.seed, self.number, agent.seat, step)
        sent: Signal = self._diary.hand(Signal(agent.seat, f"role {draw.below(5, 'role')}", draw.unit("intensity")), self.number)
        return sent

    async def rate(self, agent: Agent, sees: Sequence[Output] = (), step: str = "rate") -> dict[int, int] | None:
        """See Team."""
        if not await self._ask(agent, step, "rate", sees) or not sees:
            return None
        draw = Keyed(self._diary.seed, self.number, agent.seat, step)
        return {output.seat: 1 + draw.below(10, output.seat) for output in sees}

    async def contribute(
        self,
        agent: Agent,
        sees: Sequence[Visible] = (),
        role: Assignment | None = None,
        step: str = "contribute",
        origin: Output | None = None,
    ) -> Output | None:
        """See Team."""
        if not await self._ask(agent, step, "contribute", sees, role, origin):
            return None
        built_on = [thing.seat for thing in sees[-1:] if isinstance(thing, Output | Mark) and thing.seat != agent.seat]
        text = f"words of {agent.seat} in {step} of task {self.number}"
        made = Output(agent.seat, role.role if role else f"role {agent.seat}", text, tuple(built_on))
        self._outputs[agent.seat] = made
        self._said[agent.seat] = f"{self._said.get(agent.seat, '')} {made.role} {made.text}".lower()
        output: Output = self._diary.hand(made, self.number)
        return output

    def leave_out(self, agent: Agent, reason: str) -> None:
        """See Team."""
        diary, where = self._diary, (self.number, "", agent.seat)
        asked = [call for call in diary.at(self.number) if call.seat == agent.seat]
        if agent not in self.agents:
            diary.spot("coverage", "stranger left out", f"leaves out seat {agent.seat}, which is not in the team", where)
        elif (self.number, agent.seat) in diary.left_out:
            diary.spot("coverage", "left out twice", f"leaves out seat {agent.seat} twice in task {self.number}", where)
        elif failed := next((call for call in asked if call.fate == "fails"), None):
            diary.spot(
                "failure", "failure told as abstention",
                f"leaves out seat {agent.seat} after its call in step '{failed.step}' failed: a failure is never an abstention", failed,
            )  # fmt: skip
        elif call := next((call for call in asked if call.kind == "contribute" and call.fate != "gone"), None):
            diary.spot(
                "coverage", "left out after asking",
                f"leaves out seat {agent.seat} after asking it in step '{call.step}': what it decided would be told twice", call,
            )  # fmt: skip
        if not str(reason).strip():
            diary.spot("coverage", "no reason", f"leaves out seat {agent.seat} without a reason", where)
        diary.left_out[self.number, agent.seat] = reason

    async def together(self, asked: Iterable[Coroutine[Any, Any, Result | None]]) -> tuple[Result, ...]:
        """See Team."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_kept(work)) for work in asked]
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        return tuple(result for result in (task.result() for task in tasks) if result is not None)

    async def _ask(
        self,
        agent: Agent,
        step: str,
        kind: Kind,
        sees: Sequence[Visible] = (),
        role: Assignment | None = None,
        origin: Output | None = None,
    ) -> bool:
        """Whether an answer came."""
        diary, now = self._diary, asyncio.get_running_loop().time()
        fate = diary.fates(self.number, step, agent.seat, kind)
        call = Call(self.number, step, agent.seat, kind, tuple(sees), role, origin, now, fate)
        self._look_at(call, agent)
        diary.calls.append(call)
        diary.asked.add(call.id)
        if len(diary.calls) > diary.most_calls:
            raise Endless
        if fate == "gone":
            return False
        for what in (kind, "all"):
            diary.under_way[what] += 1
            diary.peaks[what] = max(diary.peaks.get(what, 0), diary.under_way[what])
        try:
            await asyncio.sleep(1 + diary.delay(len(diary.calls)))
        finally:
            for what in (kind, "all"):
                diary.under_way[what] -= 1
        return fate == "answers"

    def _look_at(self, call: Call, agent: Agent) -> None:
        diary = self._diary
        if agent not in self.agents:
            diary.spot("coverage", "stranger", f"asks seat {agent.seat}, which is not in the team", call)
        if call.id in diary.asked:
            diary.spot(
                "coverage", "asked twice", f"asks seat {call.seat} twice in step '{call.step}': a second turn needs another step", call
            )
        if (call.task, call.seat) in diary.left_out and call.kind == "contribute":
            diary.spot("coverage", "asked after leaving out", f"asks seat {call.seat} in step '{call.step}' after leaving it out", call)
        if not _STEP.fullmatch(call.step):
            diary.spot("description", "step", f"calls a step '{call.step}': a step is a short word in small letters, with a number", call)
        if self.over:
            diary.spot("promise", "after the end", f"asks seat {call.seat} in step '{call.step}' after its work on the task was over", call)
        for thing in call.sees:
            if trouble := self._unseen(thing):
                diary.spot("visibility", f"{call.kind} {trouble}", f"shows seat {call.seat} in step '{call.step}' {trouble}", call)
        if call.origin is not None and all(call.origin is not thing for thing in call.sees):
            diary.spot("visibility", "origin", f"has seat {call.seat} vary an output in step '{call.step}' that it does not show it", call)
        if call.role is not None and (trouble := self._unplanned(call.role, call.seat)):
            diary.spot("visibility", f"role {trouble}", f"gives seat {call.seat} in step '{call.step}' {trouble}", call)

    def _unseen(self, thing: Any) -> str:
        """Why this may not be shown now; empty where it may."""
        if isinstance(thing, Remembered):
            return "" if any(thing is known for known in self._history) else "a history that the team has not given"
        if isinstance(thing, Mark):
            return self._unmarked(thing)
        if not isinstance(thing, Output | Announced | Signal):
            return f"something that is none of the things that can be shown ({type(thing).__name__})"
        kind = {Output: "output", Announced: "intention", Signal: "signal"}[type(thing)]
        known, task = self._diary.handed.get(id(thing), (None, 0))
        if known is not thing:
            return f"an {kind} that no agent has given".replace("an s", "a s")
        return "" if task == self.number else f"an {kind} of another task".replace("an s", "a s")

    def _unmarked(self, mark: Mark) -> str:
        if mark.seat not in self._said:
            return f"a mark of seat {mark.seat}, which has contributed nothing to this task"
        topic = " ".join(mark.topic.lower().split())
        if not topic or not (topic in self._said[mark.seat] or any(topic in said for said in self._said.values())):
            return "a mark whose topic is in no contribution to this task"
        return "" if math.isfinite(mark.strength) and mark.strength >= 0 else f"a mark of strength {mark.strength}"

    def _unplanned(self, role: Assignment, seat: int) -> str:
        known, task = self._diary.handed.get(id(role), (None, 0))
        if known is not role:
            return "" if role.role and role.role in self._diary.texts else "a role that is in no plan and no parameter"
        if role.seat != seat:
            return f"the role that was planned for seat {role.seat}"
        return "" if task in (0, self.number) else "a role that was planned for another task"


async def _kept(work: Coroutine[Any, Any, Result | None]) -> Result | None:
    try:
        return await work
    except SystemExit as leaving:
        raise Left(f"SystemExit: {leaving}") from leaving
