"""A whole session: prepare, work task by task, have each judged, end with a status that tells the truth."""

from __future__ import annotations

import asyncio
from collections import deque

from selforg_tui.core import events as ev
from selforg_tui.core.config import Shock, Task
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.ask import Asker, Question
from selforg_tui.engine.budget import NOTHING, Budget, Need
from selforg_tui.engine.call import WIDE
from selforg_tui.engine.estimate import TOKENS_A_WORD
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder, Sink
from selforg_tui.engine.shocks import Shocks
from selforg_tui.engine.team import LiveTeam
from selforg_tui.judging.rubric import SCHEMA, judge_blocks, read_verdict, solution_of
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols import registry
from selforg_tui.protocols.base import Remembered

VERDICT_TOKENS = 3000
"""What a verdict may take at most, thoughts included."""


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
        self._recorder = Recorder(self._counting(sink))
        self._shocks = Shocks(header, self._recorder, self._protocol.at_work(self._config.agents), by_hand)
        self._budget = Budget(self._config.limits, lambda: self._recorder.now)
        self._prompter = Prompter(header, self._protocol.at_work(self._config.agents))
        self._asker = Asker(header, self._recorder, answers, self._budget, self._prompter, watched=watched)

    async def run(self, tasks: tuple[Task, ...]) -> ev.Status:
        self._recorder.emit(ev.SessionStarted(header=self._header))
        try:
            await self._protocol.prepare(self._team(0, None))
            for number, task in enumerate(tasks, 1):
                if self._limit is not None:
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
        self._budget.judging = lambda under_way: self._judging(task, team, under_way)
        await self._protocol.work(team)
        self._note_time()
        outputs = sorted(team.outputs, key=lambda output: output.seat)
        solution = solution_of([output.text for output in outputs])
        self._solved += bool(solution)
        self._history.append(Remembered(number, tuple((output.seat, output.role) for output in outputs)))
        await self._judge(number, task, solution)
        self._recorder.emit(ev.TaskEnded(task=number, solution=solution))

    async def _judge(self, number: int, task: Task, solution: str) -> None:
        spec, config = self._config.judge, self._config
        if spec is None or not solution:
            reason = "No judge was chosen." if spec is None else "There is no solution to judge."
            self._recorder.emit(ev.Unscored(task=number, reason=reason))
            return
        instructions = self._header.prompts["judge.txt"]
        blocks = judge_blocks(instructions, self._header.nonce, config.mission, self._values, task.text, task.level, solution)
        context = self._header.contexts.get(spec.name)
        question = Question(
            number, "judge", JUDGE_SEAT, "judge", spec, blocks,
            max_tokens=VERDICT_TOKENS, temperature=None if self._header.temperatures.get(spec.name) is None else 0.0,
            schema=SCHEMA,
        )  # fmt: skip
        answer: tuple[str, dict[str, ev.Score]] | str
        try:
            self._prompter.fitted(blocks, {}, None if context is None else context - min(3000, context // 4))
            answer = await self._asker.ask(question, read_verdict)
        except ModelFailure as problem:  # a judge is never shown a shortened solution
            answer = f"{spec.name}: {problem}"
        except LimitReached as limit:
            self._note_limit(limit)
            answer = str(limit)
        if isinstance(answer, str):
            if self._limit is None:
                self._recorder.emit(ev.SeatFailed(task=number, seat=JUDGE_SEAT, step="judge", reason=answer))
            self._recorder.emit(ev.Unscored(task=number, reason=answer))
            return
        call, scores = answer
        self._recorder.emit(ev.Scored(task=number, call=call, model=spec.name, scores=scores))

    def _judging(self, task: Task, team: LiveTeam, under_way: int) -> Need:
        """What judging this task's solution may take, if so many more contribute at the usual length."""
        config, spec = self._config, self._config.judge
        if spec is None:
            return NOTHING
        texts = (self._header.prompts["judge.txt"], config.mission, *self._values, task.text, *(output.text for output in team.outputs))
        given = int((sum(estimate_tokens(text) for text in texts) + under_way * config.words * TOKENS_A_WORD) * WIDE) + 100
        price = self._header.prices.get(spec.name)
        return Need(given + VERDICT_TOKENS, price.worst(given, VERDICT_TOKENS) if price is not None else 0.0)

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
