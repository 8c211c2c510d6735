"""CPU per streamed agent call, and many calls at once, against the bare SDK in the same process and run."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from selforg_tui.core.calls import Request
from selforg_tui.core.config import RunConfig
from selforg_tui.core.fold import apply
from selforg_tui.core.state import SessionState
from selforg_tui.engine.answers import LiveAnswers
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys
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


async def transport(config: RunConfig, requests: list[Request]) -> None:
    """The same calls without the engine."""
    answers = LiveAnswers(config.seating(), Keys({}))
    spec = config.seating()[0]
    for request in requests:
        await answers.answer(spec, request, lambda piece: None)
    await answers.close()


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
            ours, bare, carried = [], [], []
            for _ in range(ROUNDS if n < 256 else 3):
                bare.append(await cpu(floor.bare_sequence(url, requests), n))
                ours.append(await cpu(whole_run(config, tmp_path), n))
                carried.append(await cpu(transport(config, requests), n))
            ratio = floor.report(f"engine cost, Sequential, N={n}", ours, bare, "ms CPU a call", 0.6)
            own[n] = median(ours) - median(carried)
            print(f"  transport {median(carried):.2f} ms, our own share {own[n]:.2f} ms")
            assert ratio <= 0.6
    print(f"\nour own share grows from 64 to 256 by {own[256] / own[64] - 1:+.0%} (to reach: 10 %)")


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
