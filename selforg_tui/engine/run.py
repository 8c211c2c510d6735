"""A whole session: prepare, work task by task, have each judged, end with a status that tells the truth."""

from __future__ import annotations

import asyncio

from selforg_tui.core import events as ev
from selforg_tui.core.config import Task
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.ask import Asker, Question
from selforg_tui.engine.budget import NOTHING, Budget, Need
from selforg_tui.engine.call import WIDE
from selforg_tui.engine.directing import Directing
from selforg_tui.engine.estimate import TOKENS_A_WORD
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder, Sink
from selforg_tui.engine.team import LiveTeam
from selforg_tui.judging.rubric import SCHEMA, judge_blocks, read_verdict, solution_of
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols import offered, registry
from selforg_tui.protocols.base import Remembered

VERDICT_TOKENS = 3000
"""What a verdict may take at most, thoughts included."""


async def run(header: ev.Header, sink: Sink, answers: AnswerSource, *, watched: bool) -> ev.Status:
    """Run the session that the header describes; events go to the sink. `watched`: replies are streamed.

    On cancel the session is ended as interrupted and the cancel goes on. Raises what the sink raises, and ConfigError
    for a protocol that there is not.
    """
    session = _Session(header, sink, answers, watched)
    return await session.run()


class _Session:
    def __init__(self, header: ev.Header, sink: Sink, answers: AnswerSource, watched: bool) -> None:
        self._header, self._config = header, header.config
        self._protocol = registry.make(self._config.protocol, self._config.parameters)
        self._failures = self._solved = 0
        self._limit: LimitReached | None = None
        self._history: list[Remembered] = []
        self._directing = Directing(self._config.protocol)
        self._recorder = Recorder(self._directing.minding(self._counting(sink)))
        self._budget = Budget(self._config.limits, lambda: self._recorder.now)
        self._prompter = Prompter(header, offered.at_work(self._protocol, self._config.agents))
        self._asker = Asker(header, self._recorder, answers, self._budget, self._prompter, watched=watched)

    async def run(self) -> ev.Status:
        self._recorder.emit(ev.SessionStarted(header=self._header))
        try:
            await self._directing.by(self._protocol.prepare, self._team(0, None), "before the first task")
            for number, task in enumerate(self._config.tasks, 1):
                if self._limit is not None or self._directing.broken:
                    break
                await self._work(number, task)
        except asyncio.CancelledError:
            self._recorder.emit(ev.SessionEnded(status="interrupted", text="The run was stopped; what was done is kept."))
            raise
        status, text = self._outcome()
        self._recorder.emit(ev.SessionEnded(status=status, text=text))
        return status

    async def _work(self, number: int, task: Task) -> None:
        self._recorder.emit(ev.TaskStarted(task=number, level=task.level, text=task.text))
        team = self._team(number, task)
        self._budget.judging = lambda under_way: self._judging(task, team, under_way)
        if not await self._directing.by(self._protocol.work, team, f"in task {number}"):
            return
        self._note_time()
        solution = solution_of([output.text for output in team.outputs])
        self._solved += bool(solution)
        self._history.append(Remembered(number, tuple((output.seat, output.role) for output in team.outputs)))
        await self._judge(number, task, solution)
        self._recorder.emit(ev.TaskEnded(task=number, solution=solution))

    async def _judge(self, number: int, task: Task, solution: str) -> None:
        spec, config = self._config.judge, self._config
        if spec is None or not solution:
            reason = "No judge was chosen." if spec is None else "There is no solution to judge."
            self._recorder.emit(ev.Unscored(task=number, reason=reason))
            return
        instructions = self._header.prompts["judge.txt"]
        blocks = judge_blocks(instructions, self._header.nonce, config.mission, config.values, task.text, task.level, solution)
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
        texts = (self._header.prompts["judge.txt"], config.mission, *config.values, task.text, *(output.text for output in team.outputs))
        given = int((sum(estimate_tokens(text) for text in texts) + under_way * config.words * TOKENS_A_WORD) * WIDE) + 100
        price = self._header.prices.get(spec.name)
        return Need(given + VERDICT_TOKENS, price.worst(given, VERDICT_TOKENS) if price is not None else 0.0)

    def _note_time(self) -> None:
        """The limit on time may have ended the last call, so that nobody met it afterwards."""
        try:
            self._budget.check_time()
        except LimitReached as limit:
            self._note_limit(limit)

    def _team(self, number: int, task: Task | None) -> LiveTeam:
        return LiveTeam(number, task, self._header, self._asker, self._prompter, self._recorder, tuple(self._history), self._note_limit)

    def _note_limit(self, limit: LimitReached) -> None:
        if self._limit is None:
            self._limit = limit
            self._recorder.emit(ev.Limit(what=limit.what, text=str(limit)))

    def _counting(self, sink: Sink) -> Sink:
        """Counts failures on their way to the sink."""

        def take(event: ev.AnyEvent) -> None:
            self._failures += isinstance(event, ev.SeatFailed)
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
