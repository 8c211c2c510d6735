"""Answers out of a log: the engine runs again and is told what it was told before."""

from __future__ import annotations

import asyncio

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import FailureKind, ModelFailure
from selforg_tui.sessions.reader import Recording


class RecordedAnswers:
    """Answers every call that the recording has. `changed` names calls whose prompt is no longer the one recorded."""

    def __init__(self, recording: Recording) -> None:
        self._digests: dict[str, str] = {}
        self._took: dict[str, float] = {}
        self._replies: dict[str, ev.CallFinished] = {}
        self._failures: dict[str, ev.CallFailed] = {}
        self.changed: list[str] = []
        for event in recording.events:
            if isinstance(event, ev.CallStarted):
                self._digests[event.call] = event.digest
                self._took[event.call] = -event.t
            elif isinstance(event, ev.CallFinished):
                self._replies[event.call] = event
                self._took[event.call] += event.t
            elif isinstance(event, ev.CallFailed):
                self._failures[event.call] = event
                self._took[event.call] += event.t

    def facts(self, spec: ModelSpec) -> None:
        """Nothing real is called."""

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """The recorded reply, after the time it took. Raises the recorded failure, or ModelFailure where nothing was recorded."""
        call = str(request.call)
        if self._digests.get(call, request.digest) != request.digest:
            self.changed.append(call)
        await asyncio.sleep(self._took.get(call, 0.0))
        failure, reply = self._failures.get(call), self._replies.get(call)
        if failure is not None:
            kind: FailureKind = failure.kind
            raise ModelFailure(kind, failure.text, retryable=failure.retry_in is not None, retry_after=failure.retry_in)
        if reply is None:
            raise ModelFailure("unexpected", f"The recording has no reply to {call}.")
        if on_delta is not None:
            on_delta(reply.text)
        return Reply(
            reply.text, reply.usage, reply.model, reply.finish, reply.simulated, reply.seconds, reply.first, cost_usd=reply.cost_usd
        )

    async def close(self) -> None:
        """Nothing is held open."""
