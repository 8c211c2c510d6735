"""What each agent may see under a protocol: found by letting it direct a team on paper, whose answers are placeholders.

No protocol is known by name here. It is given agents that answer at once with next to nothing, and what every call is shown is
written down; so this holds for protocols of other packages as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from functools import cached_property
from typing import Any

import msgspec

from selforg_tui.core.calls import StepKind
from selforg_tui.core.clock import VirtualTimeLoop
from selforg_tui.core.config import Parameter
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.keyed import Keyed
from selforg_tui.core.text import one_line
from selforg_tui.protocols import registry
from selforg_tui.protocols.base import Agent, Announced, Mark, Output, Plan, Protocol, Remembered, Result, Signal, Team, Visible, shown_as
from selforg_tui.protocols.conformance.watch import Stuck, Watch

SECONDS = 5.0
"""Of the wall clock, after which a protocol that never ends is given up."""

RATED_ALIKE = "all outputs are rated alike"


class Case(msgspec.Struct, frozen=True):
    """What is to be run on paper, and what is known of how it went. Equal cases have equal sights."""

    protocol: str
    turns: tuple[tuple[int, str], ...]
    """Seat and model of each agent, in the order of turns."""
    parameters: tuple[tuple[str, Parameter], ...] = ()
    seed: int = 1
    task: int = 1
    history: tuple[tuple[int, tuple[tuple[int, str], ...]], ...] = ()
    """Earlier tasks, each with seats and their roles."""
    quiet: frozenset[int] = frozenset()
    """Seats that leave no output: they stay out, failed or are gone."""
    open: int = 0
    """How many agents have not spoken yet, and are taken to contribute."""
    silent: frozenset[tuple[str, int]] = frozenset()
    """Step and seat of other questions from which nothing came."""
    planned: tuple[int, ...] | None = None
    """Seats that the plan names; None: not known, and taken to be all."""
    ratings: tuple[tuple[str, int, tuple[tuple[int, int], ...]], ...] = ()
    """Step and seat of ratings that are known, with what they give to which seat."""


class Look(msgspec.Struct, frozen=True):
    """One question on paper, and what it shows."""

    seat: int
    step: str
    kind: StepKind
    sees: tuple[str, ...]
    """As a log names it (`base.shown_as`)."""
    given: bool
    """Whether a role is handed to it."""
    round: int
    """Questions of the same round go out at once; from 0."""


class Sight(msgspec.Struct, dict=True):
    """Who may see what under a protocol."""

    protocol: str
    title: str = ""
    definition: str = ""
    looks: tuple[Look, ...] = ()
    """In the order asked; what is asked once before the first task comes first."""
    marks: dict[str, int] = {}
    """By label (`m1`), with whose contribution the mark was left; only marks that somebody is shown."""
    assumed: tuple[str, ...] = ()
    """What had to be assumed, each as the end of a sentence."""
    guessed: bool = False
    """Whether what is shown depends on ratings that nobody has given."""
    trouble: str = ""
    """Why nothing is known; empty where it ran."""

    def look(self, seat: int) -> Look | None:
        """What a seat is shown when it contributes (for the last time); None where it is not asked to."""
        return self._last.get(seat)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of questions that are asked."""
        return frozenset(look.kind for look in self.looks)

    @cached_property
    def hands_out(self) -> bool:
        """Whether anybody is given a role."""
        return any(look.given for look in self.looks)

    @cached_property
    def _last(self) -> dict[int, Look]:
        return {look.seat: look for look in self.looks if look.kind == "contribute"}


def sight(case: Case) -> Sight:
    """Run the protocol on paper. Never raises for a fault of the protocol. Not to be called where an event loop is running."""
    try:
        protocol = registry.make(case.protocol, dict(case.parameters))
    except ConfigError as problem:
        return Sight(case.protocol, one_line(case.protocol, 40), trouble=one_line(str(problem), 300))
    found = Sight(case.protocol, one_line(protocol.title, 40), protocol.definition())
    book = _Book(case, 50 + 64 * len(case.turns))
    found.trouble = _directed(protocol, case, book)
    if not found.trouble:
        found.looks, found.marks, found.assumed = tuple(book.looks), book.marks, tuple(book.assumed)
        found.guessed = RATED_ALIKE in found.assumed
        if case.open and any(look.kind == "contribute" for look in book.looks):
            found.assumed = ("whoever has not spoken yet contributes", *found.assumed)
    return found


class _Endless(BaseException):
    """More questions than any sensible protocol asks."""


class _Book:
    def __init__(self, case: Case, most: int) -> None:
        self.case, self.most = case, most
        self.looks: list[Look] = []
        self.marks: dict[str, int] = {}
        self.assumed: dict[str, None] = {}
        self.rounds: dict[float, int] = {}
        """By virtual time; time never goes back."""
        self.ratings = {(step, seat): dict(given) for step, seat, given in case.ratings}


class _PaperTeam(Team):
    """Agents that answer in one virtual second, with placeholders."""

    def __init__(self, book: _Book, number: int, history: tuple[Remembered, ...]) -> None:
        self._book, self._history = book, history
        self.agents: Sequence[Agent] = tuple(Agent(seat, model) for seat, model in book.case.turns)
        self.random = Keyed(book.case.seed, number, "protocol")
        self._made: dict[int, Output] = {}
        self._snapshot: tuple[Output, ...] | None = ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """See Team."""
        if self._snapshot is None:
            self._snapshot = tuple([self._made[agent.seat] for agent in self.agents if agent.seat in self._made])
        return self._snapshot

    @property
    def history(self) -> tuple[Remembered, ...]:
        """See Team."""
        return self._history

    async def plan(self, agent: Agent) -> Plan | None:
        """See Team."""
        if not await self._ask(agent, "plan", "plan"):
            return None
        planned = self._book.case.planned
        if planned is None:
            self._book.assumed["the plan names everybody"] = None
        seats = [member.seat for member in self.agents if planned is None or member.seat in planned]
        return {seat: Assignment(seat, f"role {seat}") for seat in seats}

    async def intend(self, agent: Agent, sees: Sequence[Visible] = ()) -> Announced | None:
        """See Team."""
        came = await self._ask(agent, "intend", "intend", sees)
        return Announced(agent.seat, f"role {agent.seat}", f"aim of {agent.seat}") if came else None

    async def signal(self, agent: Agent, sees: Sequence[Visible] = (), step: str = "signal") -> Signal | None:
        """See Team."""
        return Signal(agent.seat, f"role {agent.seat}", 0.5) if await self._ask(agent, step, "signal", sees) else None

    async def rate(self, agent: Agent, sees: Sequence[Output] = (), step: str = "rate") -> dict[int, int] | None:
        """See Team."""
        if not await self._ask(agent, step, "rate", sees):
            return None
        known = self._book.ratings.get((step, agent.seat))
        if known is None:
            self._book.assumed[RATED_ALIKE] = None
            return {output.seat: 5 for output in sees}
        shown = {output.seat for output in sees}
        return {seat: rating for seat, rating in known.items() if seat in shown}

    async def contribute(
        self,
        agent: Agent,
        sees: Sequence[Visible] = (),
        role: Assignment | None = None,
        step: str = "contribute",
        origin: Output | None = None,
    ) -> Output | None:
        """See Team."""
        if not await self._ask(agent, step, "contribute", sees, role) or agent.seat in self._book.case.quiet:
            return None
        output = Output(agent.seat, role.role if role else f"role {agent.seat}", f"words of {agent.seat} in {step}")
        self._made[agent.seat], self._snapshot = output, None
        return output

    def leave_out(self, agent: Agent, reason: str) -> None:
        """See Team."""

    async def together(self, asked: Iterable[Coroutine[Any, Any, Result | None]]) -> tuple[Result, ...]:
        """See Team."""
        return tuple([answer for answer in await asyncio.gather(*asked) if answer is not None])

    async def _ask(self, agent: Agent, step: str, kind: StepKind, sees: Sequence[Visible] = (), role: Assignment | None = None) -> bool:
        book = self._book
        if len(book.looks) >= book.most:
            raise _Endless
        for thing in sees:
            if isinstance(thing, Mark):
                book.marks[thing.label] = thing.seat
        turn = book.rounds.setdefault(round(asyncio.get_running_loop().time(), 6), len(book.rounds))
        book.looks.append(Look(agent.seat, step, kind, tuple([shown_as(thing) for thing in sees]), role is not None, turn))
        await asyncio.sleep(1)
        return (step, agent.seat) not in book.case.silent


def _directed(protocol: Protocol, case: Case, book: _Book) -> str:
    """Why it did not come to its end; empty where it did."""

    async def session() -> None:
        await protocol.prepare(_PaperTeam(book, 0, ()))
        await protocol.work(_PaperTeam(book, case.task, tuple(Remembered(task, roles) for task, roles in case.history)))

    watch = Watch(turns=1000 + 40 * book.most, seconds=SECONDS)
    loop = VirtualTimeLoop(watch)
    loop.set_exception_handler(lambda loop, context: None)
    main = loop.create_task(session())
    watch.end = main.cancel
    try:
        loop.run_until_complete(main)
        return ""
    except (Exception, SystemExit, GeneratorExit, asyncio.CancelledError, Stuck, _Endless) as problem:
        said = watch.trouble or ("it asks without an end" if isinstance(problem, _Endless) else f"{type(problem).__name__}: {problem}")
        return f"It does not run on paper ({one_line(said, 200)})."
    finally:
        _close(loop)


def _close(loop: VirtualTimeLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    try:
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
    except (Exception, SystemExit, Stuck, _Endless, asyncio.CancelledError):
        pass
    finally:
        loop.close()
