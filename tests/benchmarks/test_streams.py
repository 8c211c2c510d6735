"""Two hundred and fifty-six streams at once: what they cost, and whether the event loop stays free for keys and frames."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import floor
from tests.benchmarks.test_engine import requests_of, whole_run

pytestmark = pytest.mark.benchmark

STREAMS, CHUNKS = 256, 790
TICK = 0.005


async def measured(work: Coroutine[Any, Any, None]) -> tuple[float, float, float, float]:
    """Seconds of CPU and of waiting that the work takes; the longest that the loop was blocked, and the longest by its own work."""
    loop, worst, own, over = asyncio.get_running_loop(), 0.0, 0.0, False

    async def watch() -> None:
        nonlocal worst, own
        while not over:
            before, worked = loop.time(), time.thread_time()
            await asyncio.sleep(TICK)
            own = max(own, time.thread_time() - worked)
            worst = max(worst, loop.time() - before - TICK)

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(0)
    cpu, wall = time.process_time(), time.perf_counter()
    await work
    found = time.process_time() - cpu, time.perf_counter() - wall
    over = True
    await watching
    return *found, worst, own


async def test_many_streams_at_once(tmp_path: Path) -> None:
    with floor.canned_server(deltas=CHUNKS, per_write=1) as url:
        config = floor.config(url, "shared", STREAMS)
        requests = await requests_of(floor.config(url, "shared", STREAMS))
        await whole_run(floor.config(url, "shared", 1), tmp_path)  # what is imported once
        gc.collect()
        gc.freeze()  # the collector need not walk what belongs to the test runner
        ours, wall, blocked, own = await measured(whole_run(config, tmp_path))
        bare, bare_wall, bare_blocked, _ = await measured(floor.bare_gather(url, requests))
    ratio = floor.report(f"{STREAMS} streams at once, {CHUNKS} chunks each", [ours], [bare], "s CPU", 0.3)
    print(
        f"  wall {wall:.1f} s against {bare_wall:.1f} s; loop blocked at most {blocked * 1000:.0f} ms (to reach: 100), {own * 1000:.0f} ms"
    )
    print(f"  of it by its own work, the rest waiting for a core; the bare loop was blocked for {bare_blocked:.1f} s")
    assert ratio <= 0.3 and own <= 0.1
