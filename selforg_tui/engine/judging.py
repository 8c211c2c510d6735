"""The court at work: every judge is asked about a solution, all at once, and each on its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Block
from selforg_tui.core.config import ModelSpec, Task
from selforg_tui.core.court import step_of
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.engine.ask import Asker, Question
from selforg_tui.engine.budget import Need
from selforg_tui.engine.call import WIDE
from selforg_tui.engine.estimate import TOKENS_A_WORD
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder
from selforg_tui.judging.rubric import SCHEMA, judge_blocks, read_verdict
from selforg_tui.models.tokens import estimate_tokens

VERDICT_TOKENS = 3000
"""What a verdict may take at most, thoughts included."""


class Court:
    """The judges of one session. `limited` tells whether a limit was reached; `on_limit` takes one that is met here.

    A judge at place k, from `first` on, is asked as the step `judge`, `judge2`, …, so that each has draws of its own. All are
    shown the same text, which names nobody. One that gives no usable verdict leaves the others' alone.
    """

    def __init__(
        self,
        header: ev.Header,
        asker: Asker,
        prompter: Prompter,
        recorder: Recorder,
        on_limit: Callable[[LimitReached], None],
        limited: Callable[[], bool],
        *,
        first: int = 0,
    ) -> None:
        self._header, self._asker, self._prompter, self._recorder = header, asker, prompter, recorder
        self._on_limit, self._limited, self._first = on_limit, limited, first
        self._judges = header.config.judges
        self._alike = Counter(spec.name for spec in self._judges)

    async def judge(self, number: int, task: Task, solution: str, values: tuple[str, ...]) -> None:
        """Have the solution of a task judged, by what holds now; the verdicts are events."""
        if not self._judges or not solution:
            why = "There is no solution to judge." if self._judges else "No judge was chosen."
            self._recorder.emit(ev.Unscored(task=number, reason=why))
            return
        blocks = self.blocks(task, solution, values)
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self.ask(number, place, blocks)) for place in range(len(self._judges))]
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        reasons = [reason for one in asked if (reason := one.result())]
        if len(reasons) == len(self._judges):
            said = reasons[0] if len(self._judges) == 1 else f"None of the {len(reasons)} judges gave a verdict. {reasons[0]}"
            self._recorder.emit(ev.Unscored(task=number, reason=said))

    def blocks(self, task: Task, solution: str, values: tuple[str, ...]) -> tuple[Block, ...]:
        """The question to every judge."""
        header, config = self._header, self._header.config
        return judge_blocks(header.prompts["judge.txt"], header.nonce, config.mission, values, task.text, task.level, solution)

    async def ask(self, number: int, place: int, blocks: tuple[Block, ...]) -> str | None:
        """One judge's verdict, as an event; gives why there is none, where there is none."""
        spec, seat = self._judges[place], self._first + place
        context = self._header.contexts.get(spec.name)
        question = Question(
            number, step_of(seat), JUDGE_SEAT, "judge", spec, blocks,
            max_tokens=VERDICT_TOKENS, temperature=None if self._header.temperatures.get(spec.name) is None else 0.0,
            schema=SCHEMA, together=self._alike[spec.name],
        )  # fmt: skip
        answer: tuple[str, dict[str, ev.Score]] | str
        try:
            self._prompter.fitted(blocks, {}, None if context is None else context - min(3000, context // 4))
            answer = await self._asker.ask(question, read_verdict)
        except ModelFailure as problem:  # a judge is never shown a shortened solution
            answer = f"{spec.name}: {problem}"
        except LimitReached as limit:
            self._on_limit(limit)
            answer = str(limit)
        if isinstance(answer, str):
            if not self._limited():
                self._recorder.emit(ev.SeatFailed(task=number, seat=JUDGE_SEAT, step=question.step, reason=answer))
            if len(self._judges) > 1 or self._first:
                self._recorder.emit(ev.Unscored(task=number, reason=answer, judge=seat))
            return answer
        call, scores = answer
        self._recorder.emit(ev.Scored(task=number, call=call, model=spec.name, scores=scores, judge=seat))
        return None


def reserve(header: ev.Header, task: Task, values: tuple[str, ...], outputs: Iterable[str], under_way: int) -> Need:
    """What judging a task's solution may take, all judges together, if so many more contribute at the usual length."""
    config = header.config
    texts = (header.prompts["judge.txt"], config.mission, *values, task.text, *outputs)
    given = int((sum(estimate_tokens(text) for text in texts) + under_way * config.words * TOKENS_A_WORD) * WIDE) + 100
    needs = [_need(header, spec, given) for spec in config.judges]
    return Need(sum(need.tokens for need in needs), sum(need.usd for need in needs))


def _need(header: ev.Header, spec: ModelSpec, given: int) -> Need:
    price = header.prices.get(spec.name)
    return Need(given + VERDICT_TOKENS, price.worst(given, VERDICT_TOKENS) if price is not None else 0.0)
