"""One question to one model until there is a usable answer or a visible failure: retries, one repair, limits, events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Block, Reply, Request, StepKind
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure, SelforgError
from selforg_tui.core.ids import CallId, digest
from selforg_tui.core.keyed import whole
from selforg_tui.core.reader import Unreadable
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.budget import Budget
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder
from selforg_tui.settings.diagnostics import record

Answer = TypeVar("Answer")
Read = Callable[[str], Answer]

RETRIES = 2
LONGEST_WAIT = 30.0
DELTA_SECONDS = 0.1
_PACED = ("", "pace")
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


class Asker:
    """Asks for one session. Never raises but on cancel, on a full disk, and for limits (LimitReached)."""

    def __init__(
        self, header: ev.Header, recorder: Recorder, answers: AnswerSource, budget: Budget, prompter: Prompter, *, watched: bool
    ) -> None:
        self._header = header
        self._recorder = recorder
        self._answers = answers
        self._budget = budget
        self._prompter = prompter
        self._watched = watched
        self._told: set[tuple[str, str]] = set()
        self._cache_key = digest(header.nonce, header.id)

    async def ask(self, question: Question, read: Read[Answer]) -> tuple[str, Answer] | str:
        """The call that answered and what it said; a text where there is no usable answer, saying why. Raises LimitReached."""
        blocks, attempt, retries = question.blocks, 0, 0
        purpose: ev.Purpose = "first"
        while True:
            attempt += 1
            self._budget.check()
            call = CallId(question.task, question.step, question.seat, attempt)
            request = self._request(call, question, blocks, repair=len(blocks) > len(question.blocks))
            try:
                reply = await self._call(question, request, purpose)
            except ModelFailure as problem:
                wait = self._wait(problem, retries)
                self._recorder.emit(ev.CallFailed(call=str(call), kind=problem.kind, text=str(problem), retry_in=wait))
                if wait is None:
                    return str(problem)
                retries += 1
                purpose = "retry"
                await asyncio.sleep(wait)
                continue
            try:
                return str(call), read(reply.text)
            except Unreadable as unreadable:
                problem_text = f"it was cut off at its greatest length ({unreadable})" if reply.finish == "length" else str(unreadable)
                repairing = len(blocks) == len(question.blocks)
                self._recorder.emit(ev.Unread(call=str(call), text=problem_text, repairing=repairing))
                if not repairing:
                    return f"The reply could not be used, also when asked again: {problem_text}."
                blocks = (*question.blocks, *self._prompter.repair(reply.text, problem_text))
                purpose = "repair"

    def _request(self, call: CallId, question: Question, blocks: tuple[Block, ...], *, repair: bool) -> Request:
        seed = whole(self._header.config.seed, call.task, call.seat, call.step, "repair" if repair else "answer") & SEEDS
        return Request(call, question.kind, blocks, question.max_tokens, seed, self._cache_key, question.temperature)

    async def _call(self, question: Question, request: Request, purpose: ev.Purpose) -> Reply:
        name, spec = str(request.call), question.spec
        self._recorder.blocks(request.blocks)
        self._recorder.emit(
            ev.CallStarted(
                call=name,
                kind=request.kind,
                purpose=purpose,
                model=spec.name,
                blocks=tuple([block.id for block in request.blocks]),
                digest=request.digest,
                sees=question.sees,
                shortened=question.shortened,
            )
        )
        on_delta = _Deltas(self._recorder, name) if self._watched else None
        limit = asyncio.timeout(self._budget.seconds_left)
        try:
            async with limit:
                reply = await self._answers.answer(spec, request, on_delta)
        except SelforgError:
            raise
        except Exception as problem:
            if limit.expired():
                raise ModelFailure("timeout", "The time limit of the run was reached before the reply was complete.") from None
            record(problem, f"call {name}")
            raise ModelFailure(
                "unexpected", f"The call failed in an unforeseen way ({type(problem).__name__}); the log file has the details."
            ) from problem
        reply = self._checked(spec, reply)
        price = self._header.prices.get(spec.name)
        cost = reply.cost_usd if reply.cost_usd is not None else price.cost(reply.usage) if price else None
        self._budget.spend(reply.usage, cost)
        self._recorder.emit(
            ev.CallFinished(
                call=name,
                text=reply.text,
                usage=reply.usage,
                model=reply.model,
                finish=reply.finish,
                seconds=round(reply.seconds, 6),
                first=reply.first,
                price=price,
                cost_usd=cost,
                simulated=reply.simulated,
            )
        )
        return reply

    def _checked(self, spec: ModelSpec, reply: Reply) -> Reply:
        """The reply as it can be written down; tells once what the server would not take."""
        for name in reply.left_out:
            if (spec.name, name) not in self._told:
                self._told.add((spec.name, name))
                self._recorder.emit(ev.Warned(text=f"{spec.name} does not take '{name}'; its calls go without."))
        if reply.wait != 1.0 and _PACED not in self._told:
            self._told.add(_PACED)
            self._recorder.emit(
                ev.Warned(text="Simulated models were made faster or slower than their profiles: times in this session are not theirs.")
            )
        if reply.text.isascii():
            return reply
        return replace(reply, text=reply.text.encode("utf-8", "replace").decode("utf-8"))

    @staticmethod
    def _wait(problem: ModelFailure, retries: int) -> float | None:
        """Seconds until the call is tried again; None where it is not."""
        if not problem.retryable or retries >= RETRIES:
            return None
        if problem.retry_after is not None:
            return problem.retry_after if problem.retry_after <= LONGEST_WAIT else None
        return 0.5 * float(4**retries)


class _Deltas:
    """Collects streamed text and records it about ten times a second."""

    __slots__ = ("_call", "_clock", "_last", "_recorder", "_waiting")

    def __init__(self, recorder: Recorder, call: str) -> None:
        self._recorder, self._call = recorder, call
        self._clock = asyncio.get_running_loop().time
        self._last = self._clock()
        self._waiting: list[str] = []

    def __call__(self, piece: str) -> None:
        self._waiting.append(piece if piece.isascii() else piece.encode("utf-8", "replace").decode("utf-8"))
        now = self._clock()
        if now - self._last >= DELTA_SECONDS:
            self._recorder.emit(ev.CallDelta(call=self._call, text="".join(self._waiting)))
            self._waiting.clear()
            self._last = now
