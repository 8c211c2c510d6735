"""What the benchmarks measure against: a server with no thoughts in a process of its own, and the bare SDK loop."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.models.base import Facts

MISSION = "Move a regional hospital group to zero trust without stopping care"
SERVE = """
from selforg_tui.models.simserver import Canned, serve
canned = Canned(deltas={deltas}, per_write={per_write}, pause={pause}, **{more})
serve(port=0, latency={latency}, canned=canned, announce=lambda url: print(url, flush=True))
"""


@contextmanager
def canned_server(
    *, latency: float = 0.0, deltas: int = 30, per_write: int | None = None, text: str | None = None, pause: float = 0.0
) -> Iterator[str]:
    """The URL of a server that gives every request the same streamed reply, this text if one is given; `pause`: see Canned."""
    more = {} if text is None else {"text": text}
    code = SERVE.format(latency=latency, deltas=deltas, per_write=per_write, pause=pause, more=more)
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def config(url: str, protocol: str, agents: int) -> RunConfig:
    """A team at this server, without a judge."""
    return RunConfig(MISSION, protocol=protocol, agents=agents, models=(ModelSpec("openai", "bench", f"{url}/v1"),), judge=None)


class Kept:
    """An answer source that passes on to another and keeps the requests."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.requests = inner, list[Request]()

    def facts(self, spec: ModelSpec) -> Facts | None:
        """See AnswerSource."""
        found: Facts | None = self.inner.facts(spec)
        return found

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """See AnswerSource."""
        self.requests.append(request)
        reply: Reply = await self.inner.answer(spec, request, on_delta)
        return reply

    async def close(self) -> None:
        """See AnswerSource."""
        await self.inner.close()


def messages(request: Request) -> Any:
    """As everybody sends them."""
    return [{"role": "system", "content": request.text("fixed")}, {"role": "user", "content": request.text("visible", "own")}]


async def bare_call(client: Any, request: Request) -> str:
    """What one writes with the SDK alone."""
    stream = await client.chat.completions.create(
        model="bench",
        messages=messages(request),
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=request.max_tokens,
        temperature=0.7,
    )
    text = ""
    async for chunk in stream:
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    return text


async def bare_sequence(url: str, requests: Sequence[Request]) -> None:
    """One call after another."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        for request in requests:
            await bare_call(client, request)


async def bare_gather(url: str, requests: Sequence[Request]) -> None:
    """All calls at once."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        await asyncio.gather(*(bare_call(client, request) for request in requests))


def report(what: str, ours: Sequence[float], floor: Sequence[float], unit: str, reach: float) -> float:
    """Print medians and their ratio beside the figure to reach; gives the ratio."""
    ratio = median(ours) / median(floor)
    print(f"\n{what}: {median(ours):.2f} {unit} against {median(floor):.2f} {unit} = {ratio:.2f} x (to reach: {reach} x)")
    return ratio
