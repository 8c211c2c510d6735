"""CPU per streamed agent call, and many calls at once, against the bare SDK in the same process and run."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OnDelta, Reply, Request, Usage
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.fold import apply
from selforg_tui.core.state import SessionState
from selforg_tui.engine.answers import LiveAnswers
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.models.simserver import Canned
from selforg_tui.sessions.live import LiveSession
from selforg_tui.sessions.log import SessionLog
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import suspicious
from tests.benchmarks import floor

pytestmark = pytest.mark.benchmark
ROUNDS = 5


async def whole_run(config: RunConfig, folder: Path) -> None:
    """As the app does it: watched, logged, folded."""
    session = LiveSession(config, keys=Keys({}), folder=folder)
    assert await session.run() == "done"


async def requests_of(config: RunConfig) -> list[Request]:
    kept = floor.Kept(LiveAnswers(config.seating(), Keys({})))
    await run(make_header(config), partial(apply, SessionState()), kept, watched=True)
    await kept.close()
    return kept.requests


class Instant:
    """An answer source that costs next to nothing: what is left is the engine, the log and the fold."""

    def __init__(self) -> None:
        canned = Canned(deltas=30)
        self._pieces = canned.pieces()
        self._reply = Reply(canned.text, Usage(input=1000, output=30), "bench")

    def facts(self, spec: ModelSpec) -> None:
        """See AnswerSource."""

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """See AnswerSource."""
        if on_delta is not None:
            for piece in self._pieces:
                on_delta(piece)
        return self._reply

    async def close(self) -> None:
        """See AnswerSource."""


async def own_share(config: RunConfig, path: Path) -> None:
    """The run without its transport."""
    state, log = SessionState(), SessionLog(path, suspects=suspicious)

    def sink(event: ev.AnyEvent) -> None:
        log.write(event)
        apply(state, event)

    assert await run(make_header(config), sink, Instant(), watched=True) == "done"
    log.close()


async def cpu(work: object, calls: int) -> float:
    """Milliseconds of this process's CPU per call."""
    before = time.process_time()
    await work  # type: ignore[misc]
    return (time.process_time() - before) * 1000 / calls


async def test_engine_cost_per_streamed_call(tmp_path: Path) -> None:
    own: dict[int, float] = {}
    with floor.canned_server(deltas=30) as url:
        for n in (8, 64, 256):
            config = floor.config(url, "sequential", n)
            requests = await requests_of(config)
            ours: list[float] = []
            bare: list[float] = []
            shares: list[float] = []
            for _ in range(ROUNDS if n < 256 else 3):
                bare.append(await cpu(floor.bare_sequence(url, requests), n))
                ours.append(await cpu(whole_run(config, tmp_path), n))
            ratio = floor.report(f"engine cost, Sequential, N={n}", ours, bare, "ms CPU a call", 0.6)
            for turn in range(9):
                shares.append(await cpu(own_share(config, tmp_path / f"{n}-{turn}.jsonl"), n))
            own[n] = min(shares)
            print(f"  of which our own share, transport subtracted: {own[n]:.2f} ms (least of {len(shares)})")
            assert ratio <= 0.6
    print(f"\nour own share grows from 64 to 256 by {own[256] / own[64] - 1:+.0%} (to reach: at most 10 %)")


async def test_sixty_four_agents_at_once(tmp_path: Path) -> None:
    with floor.canned_server(latency=0.05, deltas=30) as url:
        config = floor.config(url, "shared", 64)
        requests = await requests_of(config)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            for times, work in ((bare, floor.bare_gather(url, requests)), (ours, whole_run(config, tmp_path))):
                before = time.perf_counter()
                await asyncio.wait_for(work, 60)
                times.append((time.perf_counter() - before) * 1000)
        assert floor.report("64 agents at once, 50 ms latency", ours, bare, "ms", 0.5) <= 0.5
