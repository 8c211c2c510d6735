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
from selforg_tui.engine.budget import NOTHING, Need
from selforg_tui.engine.call import WIDE
from selforg_tui.engine.foreseen import FENCE, TOKENS_A_WORD
from selforg_tui.engine.recorder import Recorder
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols.base import Output

STEP = "writeup"
LEAST_TOKENS, MOST_TOKENS = 2000, 16000
"""What a write-up may take at least and at most, thoughts included."""


class Writer:
    """Writes up the solutions of one session. `on_limit` takes a limit that is met here.

    Nothing of a solution is ever shortened for it. A text that is empty, or that was cut off at its greatest length, is none.
    """

    def __init__(self, header: ev.Header, asker: Asker, recorder: Recorder, on_limit: Callable[[LimitReached], None]) -> None:
        self._header, self._asker, self._recorder, self._on_limit = header, asker, recorder, on_limit

    async def write(self, number: int, task: Task, values: tuple[str, ...], parts: Sequence[str]) -> None:
        """Have a task's contributions written up; the text, or why there is none, is an event."""
        header, spec = self._header, self._header.config.writer
        if spec is None:
            return
        if not parts:
            self._recorder.emit(ev.Unwritten(task=number, reason="There is no solution to write up."))
            return
        blocks = self.blocks(task, values, parts)
        most = most_tokens(header.config, len(parts))
        question = Question(number, STEP, WRITER_SEAT, "write-up", spec, blocks, most, header.temperatures.get(spec.name), prose=True)
        try:
            self._check_room(spec, blocks, most)
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

    def _check_room(self, spec: ModelSpec, blocks: tuple[Block, ...], most: int) -> None:
        context = self._header.contexts.get(spec.name)
        size = sum(estimate_tokens(block.text) + 1 for block in blocks)
        if context is not None and size > context - min(most, context // 4):
            raise ModelFailure(
                "too_long",
                f"The whole solution has about {size:,} tokens, and of the model's {context:,} some have to be left for the text. "
                "It is not shortened for this: have a model with a larger context write it up (--write-up-by).",
            )

    def blocks(self, task: Task, values: tuple[str, ...], parts: Sequence[str]) -> tuple[Block, ...]:
        """The whole question: mission, values, task and the parts, without who gave them."""
        header, nonce = self._header, self._header.nonce
        about = [header.prompts["write_up.txt"], fence("mission", nonce, header.config.mission)]
        if values:
            about.append(fence("values", nonce, "\n".join(f"- {value}" for value in values)))
        about.append(fence("task", nonce, task.text, level=task.level))
        given = (Block.of("visible", fence("part", nonce, text, place=str(place))) for place, text in enumerate(parts, 1))
        return (Block.of("fixed", "\n\n".join(about)), *given, Block.of("own", "Write up the parts above as you were told."))


def most_tokens(config: RunConfig, parts: int) -> int:
    """What a write-up of so many parts may take at most."""
    return min(MOST_TOKENS, max(LEAST_TOKENS, int(config.words * TOKENS_A_WORD * 1.5) * parts))


def reserve(header: ev.Header, task: Task, values: tuple[str, ...], outputs: Sequence[Output], under_way: int) -> Need:
    """What writing up a task may take at worst, if so many more contribute at the usual length; nothing where it is not wanted."""
    config = header.config
    spec, number = config.writer, len(outputs) + under_way
    if spec is None:
        return NOTHING
    texts = (header.prompts["write_up.txt"], config.mission, *values, task.text, *(output.text for output in outputs))
    contributing = under_way * config.words * TOKENS_A_WORD
    given = int((sum(map(estimate_tokens, texts)) + FENCE * number + contributing) * WIDE) + 150
    written, price = most_tokens(config, number), header.prices.get(spec.name)
    counts = not spec.simulated or all(each.simulated for each in config.specs())
    return Need(given + written, price.worst(given, written) if price is not None and counts else 0.0)


def read_text(reply: str) -> str:
    """The text, without a fence around the whole of it. Raises Unreadable for an empty one."""
    text = reply.strip()
    lines = text.splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```":
        text = "\n".join(lines[1:-1]).strip()
    if not text:
        raise Unreadable("the reply is empty")
    return text
