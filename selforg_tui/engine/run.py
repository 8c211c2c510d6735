"""A whole session: prepare, work task by task, have each judged, end with a status that tells the truth."""

from __future__ import annotations

import asyncio
from collections import deque

from selforg_tui.core import events as ev
from selforg_tui.core.config import Shock, Task
from selforg_tui.core.errors import LimitReached
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.ask import Asker
from selforg_tui.engine.budget import Budget
from selforg_tui.engine.directing import Directing
from selforg_tui.engine.judging import Court, reserve
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder, Sink
from selforg_tui.engine.shocks import Shocks
from selforg_tui.engine.team import LiveTeam
from selforg_tui.engine.writing import Writer
from selforg_tui.judging.rubric import solution_of
from selforg_tui.protocols import offered, registry
from selforg_tui.protocols.base import Remembered


async def run(
    header: ev.Header,
    sink: Sink,
    answers: AnswerSource,
    *,
    watched: bool,
    by_hand: deque[Shock] | None = None,
    only_prepare: bool = False,
) -> ev.Status:
    """Run the session that the header describes; events go to the sink. `watched`: replies are streamed. `only_prepare`: what
    the protocol does before the first task, and no task.

    `by_hand`: where shocks arrive that somebody sets off meanwhile; of each only kind, model and text are looked at.

    On cancel the session is ended as interrupted and the cancel goes on. Raises what the sink raises, and ConfigError
    for a protocol that there is not.
    """
    session = _Session(header, sink, answers, watched, by_hand)
    return await session.run(() if only_prepare else header.config.tasks)


class _Session:
    def __init__(self, header: ev.Header, sink: Sink, answers: AnswerSource, watched: bool, by_hand: deque[Shock] | None) -> None:
        self._header, self._config = header, header.config
        self._protocol = registry.make(self._config.protocol, self._config.parameters)
        self._failures = self._solved = 0
        self._limit: LimitReached | None = None
        self._history: list[Remembered] = []
        self._directing = Directing(self._config.protocol)
        self._recorder = Recorder(self._directing.minding(self._counting(sink)))
        at_work = offered.at_work(self._protocol, self._config.agents)
        self._shocks = Shocks(header, self._recorder, at_work, by_hand)
        self._budget = Budget(self._config.limits, lambda: self._recorder.now)
        self._prompter = Prompter(header, at_work)
        self._asker = Asker(header, self._recorder, answers, self._budget, self._prompter, watched=watched)
        self._court = Court(header, self._asker, self._prompter, self._recorder, self._note_limit, lambda: self._limit is not None)
        self._writer = Writer(header, self._asker, self._prompter, self._recorder, self._note_limit)

    async def run(self, tasks: tuple[Task, ...]) -> ev.Status:
        self._recorder.emit(ev.SessionStarted(header=self._header))
        try:
            await self._directing.by(self._protocol.prepare, self._team(0, None), "before the first task")
            for number, task in enumerate(tasks, 1):
                if self._limit is not None or self._directing.broken:
                    break
                await self._work(number, task)
        except asyncio.CancelledError:
            self._recorder.emit(ev.SessionEnded(status="interrupted", text="The run was stopped; what was done is kept."))
            raise
        self._shocks.close()
        status, text = self._outcome()
        self._recorder.emit(ev.SessionEnded(status=status, text=text))
        return status

    async def _work(self, number: int, task: Task) -> None:
        self._recorder.emit(ev.TaskStarted(task=number, level=task.level, text=task.text))
        self._shocks.strike()
        team = self._team(number, task)
        self._budget.judging = lambda under_way: reserve(
            self._header, task, self._values, [output.text for output in team.outputs], under_way
        )
        if not await self._directing.by(self._protocol.work, team, f"in task {number}"):
            return
        self._note_time()
        outputs = sorted(team.outputs, key=lambda output: output.seat)
        solution = solution_of([output.text for output in outputs])
        self._solved += bool(solution)
        self._history.append(Remembered(number, tuple((output.seat, output.role) for output in outputs)))
        await self._court.judge(number, task, solution, self._values)
        self._recorder.emit(ev.TaskEnded(task=number, solution=solution))
        if self._config.write_up and self._limit is not None:
            self._recorder.emit(ev.Unwritten(task=number, reason=str(self._limit)))
        elif self._config.write_up:
            await self._writer.write(number, task, self._values, [output.text for output in outputs])

    @property
    def _values(self) -> tuple[str, ...]:
        """What the solution is held against: the values, and what the team has been told since."""
        return (*self._config.values, *self._shocks.notices)

    def _note_time(self) -> None:
        """The limit on time may have ended the last call, so that nobody met it afterwards."""
        try:
            self._budget.check_time()
        except LimitReached as limit:
            self._note_limit(limit)

    def _team(self, number: int, task: Task | None) -> LiveTeam:
        history = tuple(self._history)
        return LiveTeam(number, task, self._header, self._asker, self._prompter, self._recorder, history, self._note_limit, self._shocks)

    def _note_limit(self, limit: LimitReached) -> None:
        if self._limit is None:
            self._limit = limit
            self._recorder.emit(ev.Limit(what=limit.what, text=str(limit)))

    def _counting(self, sink: Sink) -> Sink:
        """Counts failures on their way to the sink."""

        def take(event: ev.AnyEvent) -> None:
            self._failures += isinstance(event, ev.SeatFailed)
            self._shocks.take(event)
            sink(event)

        return take

    def _outcome(self) -> tuple[ev.Status, str]:
        if self._directing.broken:
            return "failed", self._directing.broken
        if self._limit is not None:
            return "limit", str(self._limit)
        if self._failures and not self._solved:
            return "failed", "There is no solution, because models failed."
        if self._failures:
            return (
                "done_with_failures",
                f"{self._failures} step{'s' if self._failures > 1 else ''} failed; the result is not that of a whole team.",
            )
        return "done", ""
