"""The team that a protocol directs: every wish becomes a question to a model and an event about its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar, cast

from selforg_tui.core import events as ev
from selforg_tui.core.calls import StepKind
from selforg_tui.core.config import ModelSpec, Task
from selforg_tui.core.decisions import (
    SCHEMAS,
    Assignment,
    Decision,
    Intention,
    read_decision,
    read_intention,
    read_plan,
    read_ratings,
    read_signal,
    seat_of,
)
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.keyed import Keyed
from selforg_tui.core.reader import Unreadable
from selforg_tui.engine.ask import Asker, Question
from selforg_tui.engine.directing import DirectedTeam, kept_in
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder
from selforg_tui.engine.shocks import Shocks
from selforg_tui.engine.turns import in_turns
from selforg_tui.protocols.base import Agent, Announced, Mark, Output, Plan, Remembered, Result, Signal, Visible, shown_as

Answer = TypeVar("Answer")
Choosing = TypeVar("Choosing", Decision, Intention)
AT_ONCE = 32
"""Steps that set out in one round of the event loop, where many go together."""
_TOGETHER: ContextVar[int] = ContextVar("together", default=1)
"""How many questions go out at once, for those among them."""


class LiveTeam(DirectedTeam):
    """The team at work on task `number` (0, with no task: before the first)."""

    def __init__(
        self,
        number: int,
        task: Task | None,
        header: ev.Header,
        asker: Asker,
        prompter: Prompter,
        recorder: Recorder,
        history: tuple[Remembered, ...],
        on_limit: Callable[[LimitReached], None],
        shocks: Shocks,
    ) -> None:
        config = header.config
        self._number, self._task, self._header, self._config = number, task, header, config
        self._asker, self._prompter, self._recorder, self._on_limit = asker, prompter, recorder, on_limit
        self._shocks = shocks
        self._level = task.level if task else None
        self._outputs: dict[int, Output] = {}
        self._history = history
        turns = in_turns(config, number, shocks.seating(self._level))
        self.agents: Sequence[Agent] = tuple(agent for agent in turns if agent.seat not in shocks.removed)
        self.random = Keyed(config.seed, number, "protocol")
        self.out_of_budget = False
        self.under_way: set[asyncio.Task[Any]] = set()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """See Team."""
        return tuple([self._outputs[agent.seat] for agent in self.agents if agent.seat in self._outputs])

    @property
    def history(self) -> tuple[Remembered, ...]:
        """See Team."""
        return self._history

    async def plan(self, agent: Agent) -> Plan | None:
        """See Team."""
        answer = await self._ask(
            agent, "plan", "plan", (), None, lambda reply: read_plan(reply, self._config.agents), 2000 + 100 * self._config.agents
        )
        if answer is None:
            return None
        call, planned = answer
        assignments = tuple(assignment for assignment in planned if assignment.seat not in self._shocks.removed)
        self._recorder.emit(ev.Planned(task=self._number, seat=agent.seat, call=call, assignments=assignments))
        if self._number:
            for assignment in assignments:
                if assignment.seat != agent.seat:
                    self._recorder.emit(ev.Edge(task=self._number, parent=agent.seat, child=assignment.seat, kind="assigned"))
        return {assignment.seat: assignment for assignment in assignments}

    async def intend(self, agent: Agent, sees: Sequence[Visible] = ()) -> Announced | None:
        """See Team."""
        answer = await self._ask(agent, "intend", "intend", sees, None, self._taking_part(read_intention), 1500)
        if answer is None:
            return None
        call, said = answer
        self._recorder.emit(
            ev.Intended(task=self._number, seat=agent.seat, call=call, participate=said.participate, role=said.role, text=said.intention)
        )
        return Announced(agent.seat, said.role, said.intention) if said.participate else None

    async def signal(self, agent: Agent, sees: Sequence[Visible] = (), step: str = "signal") -> Signal | None:
        """See Team."""
        answer = await self._ask(agent, step, "signal", sees, None, read_signal, 1500)
        if answer is None:
            return None
        call, (role, intensity) = answer
        self._recorder.emit(ev.Signalled(task=self._number, seat=agent.seat, call=call, role=role, intensity=intensity))
        return Signal(agent.seat, role, intensity)

    async def rate(self, agent: Agent, sees: Sequence[Output] = (), step: str = "rate") -> dict[int, int] | None:
        """See Team."""
        seats = {output.seat for output in sees}
        answer = await self._ask(agent, step, "rate", sees, None, lambda reply: read_ratings(reply, seats), 1500 + 20 * len(seats))
        if answer is None:
            return None
        call, ratings = answer
        told = {str(seat): rating for seat, rating in ratings.items()}
        self._recorder.emit(ev.Rated(task=self._number, seat=agent.seat, call=call, ratings=told))
        return ratings

    async def contribute(
        self,
        agent: Agent,
        sees: Sequence[Visible] = (),
        role: Assignment | None = None,
        step: str = "contribute",
        origin: Output | None = None,
    ) -> Output | None:
        """See Team."""
        answer = await self._ask(agent, step, "contribute", sees, role, self._taking_part(read_decision), 2000 + 8 * self._config.words)
        if answer is None:
            return None
        call, decision = answer
        if not decision.participate:
            self._recorder.emit(
                ev.Abstained(task=self._number, seat=agent.seat, kind="voluntary", reason=decision.reason, role=decision.role, call=call)
            )
            return None
        parents, dropped = _resolved(decision, sees, agent.seat)
        self._recorder.emit(
            ev.Decided(
                task=self._number,
                seat=agent.seat,
                call=call,
                role=decision.role,
                reason=decision.reason,
                contribution=decision.contribution,
                dropped=dropped,
            )
        )
        for place, (parent, used) in enumerate(parents.items()):
            self._recorder.emit(
                ev.Edge(task=self._number, parent=parent, child=agent.seat, kind="depends", essential=place == 0, used=used)
            )
        if origin is not None:
            self._recorder.emit(ev.Edge(task=self._number, parent=origin.seat, child=agent.seat, kind="clone"))
        output = Output(agent.seat, decision.role, decision.contribution, tuple(parents))
        self._outputs[agent.seat] = output
        return output

    def leave_out(self, agent: Agent, reason: str) -> None:
        """See Team."""
        if not self.out_of_budget and agent.seat not in self._shocks.removed:
            self._recorder.emit(ev.Abstained(task=self._number, seat=agent.seat, kind="directed", reason=reason))

    async def together(self, asked: Iterable[Coroutine[Any, Any, Result | None]]) -> tuple[Result, ...]:
        """See Team."""
        works = list(asked)
        self._strike()
        asking = _TOGETHER.set(len(works))
        try:
            async with asyncio.TaskGroup() as group:
                tasks = []
                for place, work in enumerate(works, 1):
                    tasks.append(group.create_task(kept_in(work)))
                    if place % AT_ONCE == 0:  # a key that is pressed meanwhile need not wait for all of them to set out
                        await asyncio.sleep(0)
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            _TOGETHER.reset(asking)
        return tuple(result for result in (task.result() for task in tasks) if result is not None)

    def _taking_part(self, read: Callable[[str], Choosing]) -> Callable[[str], Choosing]:
        """The reader, to which staying out is nothing that can be read where nobody may stay out."""
        if self._config.abstention:
            return read

        def reading(reply: str) -> Choosing:
            found = read(reply)
            if not found.participate:
                raise Unreadable('"participate" is false, but nobody stays out of this work')
            return found

        return reading

    async def _ask(
        self,
        agent: Agent,
        step: str,
        kind: StepKind,
        sees: Sequence[Visible],
        role: Assignment | None,
        read: Callable[[str], Answer],
        max_tokens: int,
    ) -> tuple[str, Answer] | None:
        self._strike()
        if agent.seat in self._shocks.removed:
            return None
        spec = self._spec(agent)
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self.under_way.add(task)
        try:
            question = self._question(agent, step, kind, sees, role, max_tokens)
            answer = await self._asker.ask(question, read)
        except LimitReached as limit:
            self.out_of_budget = True
            self._on_limit(limit)
            if not limit.begun:
                return None
            answer = f"The reply could not be used, and the limit leaves no room to ask again. {limit}"
        except ModelFailure as problem:  # the prompt does not fit
            answer = f"{spec.name}: {problem}"
        finally:
            self.under_way.discard(task)
        if isinstance(answer, str):
            self._recorder.emit(ev.SeatFailed(task=self._number, seat=agent.seat, step=step, reason=answer))
            return None
        return answer

    def _strike(self) -> None:
        """Let happen to the team what is due, but not in the middle of a round, nor where nothing new starts."""
        if _TOGETHER.get() == 1 and not self.out_of_budget:
            self._shocks.strike()

    def _spec(self, agent: Agent) -> ModelSpec:
        return self._shocks.seating(self._level)[agent.seat - 1]

    def _question(
        self, agent: Agent, step: str, kind: StepKind, sees: Sequence[Visible], role: Assignment | None, max_tokens: int
    ) -> Question:
        spec, prompter = self._spec(agent), self._prompter
        own = partial(prompter.own, agent.seat, role, gone=self._shocks.removed if kind == "plan" else ())
        context = self._header.contexts.get(spec.name)
        shown = [prompter.visible(thing) for thing in sees]
        redraft = agent.seat in self._outputs and any(isinstance(thing, Output) and thing.seat == agent.seat for thing in sees)
        blocks = (*prompter.fixed(kind, self._task), *shown, *prompter.notices(self._shocks.notices), own(redraft=redraft))
        room = None if context is None else context - min(max_tokens, context // 4)
        outputs = {block.id: thing for block, thing in zip(shown, sees, strict=True) if isinstance(thing, Output)} if room else {}
        fitted, shortened = prompter.fitted(blocks, outputs, room)
        if shortened:
            fitted = (*fitted[:-1], own(redraft=redraft, shortened=True))
        return Question(
            self._number, step, agent.seat, kind, spec, fitted,
            max_tokens=max_tokens, temperature=self._header.temperatures.get(spec.name),
            sees=tuple([shown_as(thing) for thing in sees]), shortened=shortened, schema=SCHEMAS[kind], together=_TOGETHER.get(),
        )  # fmt: skip


def _resolved(decision: Decision, sees: Sequence[Visible], own: int) -> tuple[dict[int, str], int]:
    """Declared parents among the outputs that were seen, with the words used; and how many named something that was not."""
    parents: dict[int, str] = {}
    dropped = 0
    if not decision.depends_on:
        return parents, dropped
    marks = {thing.label.lower(): thing.seat for thing in sees if isinstance(thing, Mark)}
    shown = {thing.seat for thing in sees if isinstance(thing, Output)} | set(marks.values())
    for dependence in decision.depends_on:
        seat = marks.get(dependence.label.strip().lower()) if marks else seat_of(dependence.label)
        if seat is None or seat not in shown:
            dropped += seat != own
        elif seat != own:
            parents.setdefault(seat, dependence.used)
    return parents, dropped
