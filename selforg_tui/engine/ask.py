"""One question to one model until there is a usable answer or a visible failure: retries, and one repair."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Block, Request, StepKind
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import LimitReached, ModelFailure
from selforg_tui.core.ids import CallId, digest
from selforg_tui.core.keyed import whole
from selforg_tui.core.reader import Unreadable
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.budget import Budget
from selforg_tui.engine.call import Caller
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder

Answer = TypeVar("Answer")
Read = Callable[[str], Answer]

RETRIES = 4
"""With three of ten calls failing, one seat in four hundred is lost."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 120.0
"""Seconds before the first retry, doubled for each further one; the longest that a server may ask for."""
SEEDS = 0x7FFFFFFF
"""Seeds have the 31 bits that every provider takes, so that the same model at a server draws the same."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a step of a seat, and the blocks of its prompt. `sees` and `shortened` are labels."""

    task: int
    step: str
    seat: int
    kind: StepKind
    spec: ModelSpec
    blocks: tuple[Block, ...]
    max_tokens: int
    temperature: float | None
    sees: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    schema: dict[str, Any] | None = field(default=None, repr=False)
    together: int = 1
    """How many questions go out with this one."""
    prose: bool = False
    """The answer is a text for people: it has no form that could be mended, so that it is asked for once, and cut off it is none."""


class Asker:
    """Asks for one session. Never raises but on cancel, on a full disk, and for limits (LimitReached)."""

    def __init__(
        self, header: ev.Header, recorder: Recorder, answers: AnswerSource, budget: Budget, prompter: Prompter, *, watched: bool
    ) -> None:
        self._header = header
        self._recorder = recorder
        self._prompter = prompter
        self._caller = Caller(header, recorder, answers, budget, watched=watched)
        self._cache_key = digest(header.nonce, header.id)
        self._warm: dict[str, asyncio.Task[None]] = {}

    async def ask(self, question: Question, read: Read[Answer]) -> tuple[str, Answer] | str:
        """The call that answered and what it said; a text where there is no usable answer, saying why. Raises LimitReached."""
        if question.together > 1 and self._header.config.warm_up:
            await self._warmed(question)
        blocks, attempt, retries, repairing = question.blocks, 0, 0, False
        purpose: ev.Purpose = "first"
        while True:
            attempt += 1
            call = CallId(question.task, question.step, question.seat, attempt)
            try:
                reply = await self._caller.call(question, self._request(call, question, blocks, repairing), purpose)
            except LimitReached as limit:
                limit.begun = attempt > 1
                raise
            except ModelFailure as problem:
                wait = self._wait(problem, retries, call)
                self._caller.failed(question.spec, call, problem, wait)
                if wait is None:
                    return str(problem)
                retries += 1
                purpose = "retry"
                await asyncio.sleep(wait)
                continue
            try:
                if question.prose and reply.finish == "length":
                    raise Unreadable(f"{question.max_tokens:,} tokens")
                return str(call), read(reply.text)
            except Unreadable as unreadable:
                problem_text = f"it was cut off at its greatest length ({unreadable})" if reply.finish == "length" else str(unreadable)
                if question.prose:
                    self._recorder.emit(ev.Unread(call=str(call), text=problem_text, repairing=False))
                    return f"The reply could not be used: {problem_text}."
                self._recorder.emit(ev.Unread(call=str(call), text=problem_text, repairing=not repairing))
                if repairing:
                    return f"The reply could not be used, also when asked again: {problem_text}."
                blocks = (*question.blocks, *self._prompter.repair(reply.text, problem_text))
                repairing, purpose = True, "repair"

    def _request(self, call: CallId, question: Question, blocks: tuple[Block, ...], repairing: bool) -> Request:
        seed = whole(self._header.config.seed, call.task, call.seat, call.step, "repair" if repairing else "answer") & SEEDS
        return Request(
            call, question.kind, blocks, question.max_tokens, seed, self._cache_key, question.temperature, schema=question.schema
        )

    async def _warmed(self, question: Question) -> None:
        """Wait until what this question begins with is in the provider's cache, if it is worth it; the first to ask sees to it."""
        beginning = [block for block in question.blocks if block.part != "own"]
        if not self._caller.worth_caching(question.spec, tuple(beginning)):
            return
        name = digest(question.spec.name, *(block.id for block in beginning))
        warming = self._warm.get(name)
        if warming is None:
            warming = self._warm[name] = asyncio.create_task(self._warm_up(question))
        await asyncio.shield(warming)

    async def _warm_up(self, question: Question) -> None:
        """One call for its prompt's sake. Whether it goes well or not, the others go."""
        call = CallId(question.task, f"warm-{question.step}", question.seat)
        request = Request(call, question.kind, question.blocks, 0, 0, self._cache_key, question.temperature, schema=question.schema)
        try:
            await self._caller.call(question, request, "warm-up")
        except ModelFailure as problem:
            self._caller.failed(question.spec, call, problem, None)

    def _wait(self, problem: ModelFailure, retries: int, call: CallId) -> float | None:
        """Seconds until the call is tried again, a little more or less for each seat; None where it is not."""
        if not problem.retryable or retries >= RETRIES:
            return None
        if problem.retry_after is not None:
            return problem.retry_after if problem.retry_after <= LONGEST_WAIT else None
        spread = whole(self._header.config.seed, str(call), "wait") % 1000 / 2000
        return round(FIRST_WAIT * 2.0**retries * (0.75 + spread), 3)
