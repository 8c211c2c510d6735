"""One call: its turn at the provider, its room in the budget, its events, and what it took."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OTHER_PACE, Block, Price, Reply, Request, Usage
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure, SelforgError
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.budget import NOTHING, Budget, Held, Need
from selforg_tui.engine.limiter import Limiter
from selforg_tui.engine.recorder import Recorder
from selforg_tui.models.base import Facts
from selforg_tui.models.counting import Counter
from selforg_tui.settings.diagnostics import record

if TYPE_CHECKING:
    from selforg_tui.engine.ask import Question

DELTA_SECONDS = 0.1
WIDE = 1.15
"""Counts of a prompt before it is sent are raised by this much, so that a reserve holds although they are not the provider's."""
_PACED = ("", "pace")
_NEAR = ("", "near")


class Caller:
    """Makes the calls of one session."""

    def __init__(self, header: ev.Header, recorder: Recorder, answers: AnswerSource, budget: Budget, *, watched: bool) -> None:
        self._header, self._recorder, self._answers, self._budget = header, recorder, answers, budget
        self._watched = watched
        self._clock = asyncio.get_running_loop().time
        self._counter = Counter()
        self._limiters: dict[str, Limiter] = {}
        self._unreported: set[str] = set()
        """Models whose provider does not report usage."""
        self._told: set[tuple[str, str]] = set()
        self._all_simulated = all(spec.simulated for spec in header.config.specs())
        self._wrap_up = Block.of("own", header.prompts.get("wrap_up.txt", ""))

    async def call(self, question: Question, request: Request, purpose: ev.Purpose) -> Reply:
        """The reply. Raises ModelFailure, whose event is still to be written (`failed`), and LimitReached before the call goes out."""
        spec = question.spec
        facts = self._answers.facts(spec)
        if facts is not None and (self._budget.counts or self._header.config.warm_up or spec.name in self._unreported):
            await self._counter.prepare(spec.name, facts, request.blocks)
        limiter = self._limiter(facts.place, facts.at_once) if facts is not None and facts.place else None
        began = self._clock()
        if limiter is not None:
            await self._enter(limiter)
        problem: ModelFailure | None = None
        try:
            need = self._need(question, request)
            async with self._budget.held(need, judging=question.seat <= JUDGE_SEAT) as held:
                request = self._told_to_wrap_up(question, request, purpose, need)
                self._started(question, request, purpose, round(self._clock() - began, 3))
                reply = await self._finished(question, facts, request, held)
            if facts is not None and reply.usage.source == "reported":
                self._counter.learn(spec.name, self._counter.raw(spec.name, request.blocks), reply.usage.input)
            return reply
        except ModelFailure as failure:
            problem = failure
            raise
        finally:
            if limiter is not None and facts is not None and (pause := limiter.leave(problem)) is not None:
                self._recorder.emit(ev.SlowedDown(place=facts.place, seconds=round(pause, 3), at_once=limiter.at_once))

    def failed(self, spec: ModelSpec, call: CallId, problem: ModelFailure, retry_in: float | None) -> None:
        """Write down that a call failed, and what it took all the same."""
        usage = problem.usage
        price, cost = self._cost(spec, usage) if usage is not None else (None, None)
        self._recorder.emit(
            ev.CallFailed(call=str(call), kind=problem.kind, text=str(problem), retry_in=retry_in, usage=usage, price=price, cost_usd=cost)
        )

    def worth_caching(self, spec: ModelSpec, beginning: tuple[Block, ...]) -> bool:
        """Whether a provider's cache would take this beginning of a prompt."""
        facts = self._answers.facts(spec)
        return facts is not None and facts.cache != "none" and self._counter.count(spec.name, beginning) >= facts.cache_least

    async def _enter(self, limiter: Limiter) -> None:
        try:
            async with asyncio.timeout(self._budget.seconds_left):
                await limiter.enter()
        except TimeoutError:
            self._budget.check_time()
            raise

    def _need(self, question: Question, request: Request) -> Need:
        """The worst that the call can take, as far as can be foreseen."""
        if not self._budget.counts:
            return NOTHING
        given = int(self._counter.count(question.spec.name, request.blocks) * WIDE) + 50
        price = self._header.prices.get(question.spec.name)
        usd = price.worst(given, request.max_tokens) if price is not None and self._is_money(question.spec) else 0.0
        return Need(given + request.max_tokens, usd)

    def _told_to_wrap_up(self, question: Question, request: Request, purpose: ev.Purpose, need: Need) -> Request:
        near = self._budget.near(need) if question.seat > JUDGE_SEAT and purpose in ("first", "retry") else None
        if near is None:
            return request
        if _NEAR not in self._told:
            self._told.add(_NEAR)
            what, text = near
            self._recorder.emit(ev.LimitNear(what=what, text=text))
        return replace(request, blocks=(*request.blocks, self._wrap_up))

    def _started(self, question: Question, request: Request, purpose: ev.Purpose, waited: float) -> None:
        self._recorder.blocks(request.blocks)
        self._recorder.emit(
            ev.CallStarted(
                call=str(request.call),
                kind=request.kind,
                purpose=purpose,
                model=question.spec.name,
                blocks=tuple([block.id for block in request.blocks]),
                digest=request.digest,
                sees=question.sees,
                shortened=question.shortened,
                waited=waited,
            )
        )

    async def _finished(self, question: Question, facts: Facts | None, request: Request, held: Held) -> Reply:
        spec, name = question.spec, str(request.call)
        heard = self._watched or (facts is not None and self._budget.seconds_left is not None)
        on_delta = _Deltas(self._recorder, name, shown=self._watched) if heard and request.max_tokens else None
        try:
            reply = self._checked(spec, await self._answered(spec, request, on_delta))
            if reply.usage.source != "reported" and facts is not None:
                reply = replace(reply, usage=await self._counted(spec, facts, request, reply))
        except ModelFailure as problem:
            held.settle(problem.usage, self._money(spec, self._cost(spec, problem.usage)[1] if problem.usage else None))
            raise
        price, cost = self._cost(spec, reply.usage)
        if reply.cost_usd is not None:
            cost = reply.cost_usd
        held.settle(reply.usage, self._money(spec, cost))
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
                reasoning=reply.reasoning,
                structure=reply.structure,
                saved_usd=price.saved(reply.usage) if price and (reply.usage.cached or reply.usage.cache_written) else 0.0,
            )
        )
        return reply

    async def _answered(self, spec: ModelSpec, request: Request, on_delta: _Deltas | None) -> Reply:
        limit = asyncio.timeout(self._budget.seconds_left)
        try:
            async with limit:
                return await self._answers.answer(spec, request, on_delta)
        except SelforgError:
            raise
        except Exception as problem:
            if limit.expired():
                said = "".join(on_delta.said) if on_delta else ""
                raise ModelFailure(
                    "timeout",
                    "The time limit of the run was reached before the reply was complete.",
                    usage=self._counter.usage_of(spec.name, request.blocks, said) if said else None,
                ) from None
            record(problem, f"call {request.call}")
            raise ModelFailure(
                "unexpected", f"The call failed in an unforeseen way ({type(problem).__name__}); the log file has the details."
            ) from problem

    async def _counted(self, spec: ModelSpec, facts: Facts, request: Request, reply: Reply) -> Usage:
        """What a call took whose provider does not say it; from here on its prompts are counted beforehand, too."""
        self._unreported.add(spec.name)
        await self._counter.prepare(spec.name, facts, request.blocks)
        return self._counter.usage_of(spec.name, request.blocks, reply.text, reply.reasoning)

    def _checked(self, spec: ModelSpec, reply: Reply) -> Reply:
        """The reply as it can be written down; tells once what the server would not take."""
        for name in reply.left_out:
            self._tell((spec.name, name), f"{spec.name} does not take '{name}'; its calls go without.")
        for note in reply.notes:
            self._tell((spec.name, note), note)
        if reply.wait != 1.0:
            self._tell(_PACED, OTHER_PACE)
        if reply.text.isascii() and reply.reasoning.isascii():
            return reply
        reasoning = reply.reasoning.encode("utf-8", "replace").decode("utf-8")
        return replace(reply, reasoning=reasoning, text=reply.text.encode("utf-8", "replace").decode("utf-8"))

    def _tell(self, about: tuple[str, str], text: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._recorder.emit(ev.Warned(text=text))

    def _limiter(self, place: str, fixed: int | None) -> Limiter:
        return self._limiters.get(place) or self._limiters.setdefault(place, Limiter(self._clock, fixed))

    def _cost(self, spec: ModelSpec, usage: Usage) -> tuple[Price | None, float | None]:
        """The row of the price that applies, and what it comes to; None where nobody knows."""
        price = self._header.prices.get(spec.name)
        return (None, None) if price is None else (price.row(usage.input), price.cost(usage))

    def _money(self, spec: ModelSpec, cost: float | None) -> float | None:
        """What of a cost counts against the limit: imaginary money only where there is no other."""
        return cost if self._is_money(spec) else None

    def _is_money(self, spec: ModelSpec) -> bool:
        return not spec.simulated or self._all_simulated


class _Deltas:
    """Collects streamed text and records it about ten times a second."""

    __slots__ = ("_call", "_clock", "_last", "_recorder", "_shown", "_waiting", "said")

    def __init__(self, recorder: Recorder, call: str, *, shown: bool) -> None:
        self._recorder, self._call, self._shown = recorder, call, shown
        self._clock = asyncio.get_running_loop().time
        self._last = self._clock()
        self._waiting: list[str] = []
        self.said: list[str] = []

    def __call__(self, piece: str) -> None:
        piece = piece if piece.isascii() else piece.encode("utf-8", "replace").decode("utf-8")
        self.said.append(piece)
        if not self._shown:
            return
        self._waiting.append(piece)
        now = self._clock()
        if now - self._last >= DELTA_SECONDS:
            self._recorder.emit(ev.CallDelta(call=self._call, text="".join(self._waiting)))
            self._waiting.clear()
            self._last = now
