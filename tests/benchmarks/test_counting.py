"""What counting tokens takes of the CPU of a whole run, and whether it counts right."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from selforg_tui.core.calls import Request
from selforg_tui.models import tokenizer
from selforg_tui.models.base import Facts
from selforg_tui.models.counting import MESSAGE, START, Counter
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys
from tests.benchmarks import floor
from tests.benchmarks.test_engine import requests_of

pytestmark = pytest.mark.benchmark
AGENTS, WORDS, REACH = 256, 200, 0.05
SENTENCE = "The wards keep working while access is checked at every door, step by step, and somebody is named for each. "
FACTS = Facts("bench", encoding_exact=True)
LOAD = """
import time
from selforg_tui.models import tokenizer
tokenizer.load("o200k_base"); tokenizer.forget()  # what is imported and written once
import tiktoken.registry
tiktoken.registry.ENCODINGS.clear()
before = time.process_time()
assert tokenizer.load("o200k_base")
print(time.process_time() - before)
"""


def reply() -> str:
    """A contribution of about 200 words."""
    said = (SENTENCE * (WORDS // len(SENTENCE.split()) + 1)).split()[:WORDS]
    decision = {"participate": True, "role": "planner", "reason": "needed", "depends_on": [], "contribution": " ".join(said)}
    return json.dumps(decision)


async def counting(requests: list[Request]) -> float:
    """Seconds of CPU, all threads together, for all that the engine asks of a Counter in this run."""
    counter, before = Counter(), time.process_time()
    for request in requests:
        await counter.prepare("bench", FACTS, request.blocks)
        counter.count("bench", request.blocks)  # the reserve
        counter.learn("bench", counter.raw("bench", request.blocks), 1000)
    return time.process_time() - before


async def test_counting_takes_little_of_a_run(tmp_path: Path) -> None:
    assert await asyncio.to_thread(tokenizer.load, FACTS.encoding)
    runs: list[float] = []
    counts: list[float] = []
    with floor.canned_server(deltas=30, text=reply()) as url:
        config = floor.config(url, "sequential", AGENTS)
        requests = await requests_of(config)
        for _ in range(5):
            before = time.process_time()
            assert await LiveSession(config, keys=Keys({}), folder=tmp_path).run() == "done"
            runs.append(time.process_time() - before)
            counts.append(await counting(requests))
    loading = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    blocks = {block.id: block.text for request in requests for block in request.blocks}
    share = median(counts) / median(runs)
    print(
        f"\ncounting, Sequential, N={AGENTS}, {len(blocks)} blocks, {sum(map(len, blocks.values())):,} characters: "
        f"{median(counts) * 1000:.0f} ms of {median(runs) * 1000:.0f} ms CPU = {share:.1%} (to reach: {REACH:.0%})\n"
        f"  loading the tokenizer, once in a process: {float(loading.stdout) * 1000:.0f} ms"
    )
    await right(requests)
    assert share < REACH


async def right(requests: list[Request]) -> None:
    """Every prompt against the tokenizer itself."""
    counter, worst = Counter(), 0
    for request in requests:
        await counter.prepare("bench", FACTS, request.blocks)
        messages = [request.text("fixed"), request.text("visible", "own")]
        sent = sum(tokenizer.count(FACTS.encoding, message) + MESSAGE for message in messages) + START
        worst = max(worst, abs(counter.raw("bench", request.blocks) - sent))
    print(f"  farthest from what is sent: {worst} tokens")
    assert worst <= 4
