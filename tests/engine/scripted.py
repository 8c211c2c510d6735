"""An answer source that says what a test wants said, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request, Usage
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.models.base import Facts

Script = Callable[[Request], str]


def contribution(seat: int, **changes: Any) -> str:
    """A decision to take part, whose text names the seat."""
    decision = {"participate": True, "role": f"role {seat}", "reason": "needed", "depends_on": [], "contribution": f"words of {seat}"}
    return json.dumps({**decision, **changes})


def abstention(reason: str = "all is covered") -> str:
    """A decision to stay out."""
    return json.dumps({"participate": False, "role": "", "reason": reason, "depends_on": [], "contribution": ""})


def verdict(score: int = 3) -> str:
    """The same score on all dimensions."""
    return json.dumps(
        {name: {"rationale": "because", "score": score} for name in ("accuracy", "completeness", "coherence", "actionability", "mission")}
    )


def usual(request: Request) -> str:
    """A sensible answer to every kind of step."""
    if request.kind == "plan":
        return json.dumps({"assignments": [{"seat": "01", "role": "first", "brief": "do one"}, {"seat": "02", "role": "second"}]})
    if request.kind == "intend":
        return json.dumps({"participate": True, "role": f"planned {request.call.seat}", "intention": f"aim of {request.call.seat}"})
    if request.kind == "signal":
        return json.dumps({"role": f"tending {request.call.seat}", "intensity": 0.5})
    if request.kind == "rate":
        return json.dumps({"ratings": [{"output": f"{seat:02d}", "affinity": 1 + seat % 10} for seat in range(1, 257)]})
    return verdict() if request.kind == "judge" else contribution(request.call.seat)


class Scripted:
    """Answers by the script; what the script raises is raised. `most_at_once` counts calls under way together."""

    def __init__(self, script: Script = usual, usage: Usage | None = None) -> None:
        self._script = script
        self._usage = usage or Usage(input=100, output=10)
        self.known: Facts | None = None
        self.requests: list[Request] = []
        self.under_way = self.most_at_once = 0

    def facts(self, spec: ModelSpec) -> Facts | None:
        """See AnswerSource."""
        return self.known

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """See AnswerSource."""
        self.requests.append(request)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(1)  # virtual
            text = self._script(request)
        finally:
            self.under_way -= 1
        if on_delta is not None:
            on_delta(text)
        return Reply(text, self._usage, spec.name, seconds=1.0)

    async def close(self) -> None:
        """Nothing is held open."""

    def prompts(self, step: str, task: int = 1) -> dict[int, str]:
        """By seat, the prompt of this step."""
        return {request.call.seat: request.text() for request in self.requests if (request.call.task, request.call.step) == (task, step)}


async def carried_out(config: RunConfig, answers: Scripted, *, watched: bool = False) -> tuple[SessionState, list[ev.AnyEvent]]:
    """Run to the end; the state and all events."""
    events: list[ev.AnyEvent] = []
    await run(make_header(config), events.append, answers, watched=watched)
    return fold(events), events
