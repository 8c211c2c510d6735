"""The write-up: one call more turns a task's solution into a text that people read. It is priced, and never judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Block
from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.fences import fence
from selforg_tui.core.ids import WRITER_SEAT
from selforg_tui.core.reader import Unreadable
from selforg_tui.engine.ask import Asker, Question
from selforg_tui.engine.estimate import TOKENS_A_WORD
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder

STEP = "writeup"
LEAST_TOKENS, MOST_TOKENS = 2000, 16000
"""What a write-up may take at least and at most, thoughts included."""


def writer(config: RunConfig) -> ModelSpec:
    """Who writes up: the model of the first seat."""
    return config.seating()[0]


class Writer:
    """Writes up the solutions of one session. `on_limit` takes a limit that is met here."""

    def __init__(
        self, header: ev.Header, asker: Asker, prompter: Prompter, recorder: Recorder, on_limit: Callable[[LimitReached], None]
    ) -> None:
        self._header, self._asker, self._prompter, self._recorder, self._on_limit = header, asker, prompter, recorder, on_limit

    async def write(self, number: int, task: Task, values: tuple[str, ...], parts: Sequence[str]) -> None:
        """Have a task's contributions written up; the text, or why there is none, is an event."""
        header, spec = self._header, writer(self._header.config)
        if not parts:
            self._recorder.emit(ev.Unwritten(task=number, reason="There is no solution to write up."))
            return
        blocks = self.blocks(task, values, parts)
        context = header.contexts.get(spec.name)
        most = min(MOST_TOKENS, max(LEAST_TOKENS, int(header.config.words * TOKENS_A_WORD * 1.5) * len(parts)))
        question = Question(number, STEP, WRITER_SEAT, "write-up", spec, blocks, most, header.temperatures.get(spec.name))
        try:
            self._prompter.fitted(blocks, {}, None if context is None else context - min(most, context // 4))
            answer = await self._asker.ask(question, read_text)
        except ModelFailure as problem:
            answer = f"{spec.name}: {problem}"
        except LimitReached as limit:
            self._on_limit(limit)
            self._recorder.emit(ev.Unwritten(task=number, reason=str(limit)))
            return
        if isinstance(answer, str):
            self._recorder.emit(ev.SeatFailed(task=number, seat=WRITER_SEAT, step=STEP, reason=answer))
            self._recorder.emit(ev.Unwritten(task=number, reason=answer))
        else:
            call, text = answer
            self._recorder.emit(ev.WrittenUp(task=number, call=call, model=spec.name, text=text))

    def blocks(self, task: Task, values: tuple[str, ...], parts: Sequence[str]) -> tuple[Block, ...]:
        """The whole question: mission, values, task and the parts, without who gave them."""
        header, nonce = self._header, self._header.nonce
        about = [header.prompts["write_up.txt"], fence("mission", nonce, header.config.mission)]
        if values:
            about.append(fence("values", nonce, "\n".join(f"- {value}" for value in values)))
        about.append(fence("task", nonce, task.text, level=task.level))
        given = (Block.of("visible", fence("part", nonce, text, place=str(place))) for place, text in enumerate(parts, 1))
        return (Block.of("fixed", "\n\n".join(about)), *given, Block.of("own", "Write up the parts above as you were told."))


def read_text(reply: str) -> str:
    """The text, without a fence around the whole of it. Raises Unreadable for an empty one."""
    text = reply.strip()
    lines = text.splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```":
        text = "\n".join(lines[1:-1]).strip()
    if not text:
        raise Unreadable("the reply is empty")
    return text
