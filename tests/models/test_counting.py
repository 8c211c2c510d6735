"""Counting prompts: right against the tokenizer itself, once per block, off the loop, and corrected by what is reported."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter as Tally
from collections.abc import Iterator
from functools import partial

import pytest

from selforg_tui.core.calls import Block, Request
from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.fold import apply
from selforg_tui.core.state import SessionState
from selforg_tui.engine.answers import LiveAnswers
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.models import tokenizer
from selforg_tui.models.base import Facts
from selforg_tui.models.counting import AT_HAND, MESSAGE, START, Counter
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.settings.keys import Keys
from tests.benchmarks.floor import Kept

EXACT = Facts("exact", encoding_exact=True)
ALIKE = Facts("alike")
PROMPT = (
    Block.of("fixed", "Some rules."),
    Block.of("visible", "<output>What another said.</output>"),
    Block.of("own", "You are agent 02."),
)


@pytest.fixture
def anew() -> Iterator[None]:
    """No tokenizer in memory."""
    tokenizer.forget()
    yield
    tokenizer.forget()


def session_prompts(protocol: str, agents: int) -> list[Request]:
    """Everything that is asked in a run of simulated models."""
    config = RunConfig(
        "Reopen the city library", (Task("Plan the first month"), Task("Планируйте второй месяц")), protocol=protocol, agents=agents
    )
    kept = Kept(LiveAnswers(config.specs(), Keys({})))
    run_virtual(run(make_header(config), partial(apply, SessionState()), kept, watched=False))
    return kept.requests


@pytest.mark.parametrize("protocol", ["sequential", "broadcast"])
async def test_a_prompt_counts_as_the_tokenizer_itself_counts_what_is_sent(protocol: str) -> None:
    requests = await asyncio.to_thread(session_prompts, protocol, 6)
    counter = Counter()
    for request in requests:
        await counter.prepare("m", EXACT, request.blocks)
        messages = [request.text("fixed"), request.text("visible", "own")]
        sent = sum(tokenizer.count("o200k_base", message) + MESSAGE for message in messages) + START
        assert 0 <= counter.raw("m", request.blocks) - sent <= len(messages), "at most the joint after the last block is too much"
    assert counter.source("m") == "tokenizer"


async def test_what_stands_between_blocks_is_counted() -> None:
    blocks = (Block.of("fixed", "rules"), *(Block.of("visible", f"a line that ends in a word {number} times") for number in range(40)))
    counter = Counter()
    await counter.prepare("m", EXACT, blocks)
    sent = sum(tokenizer.count("o200k_base", "\n\n".join(block.text for block in part)) for part in (blocks[:1], blocks[1:]))
    assert 0 <= counter.raw("m", blocks) - sent - START - 2 * MESSAGE <= 2


async def test_a_prompt_that_was_estimated_before_is_counted_once_it_can_be() -> None:
    blocks = (Block.of("own", "Öffnet die Bücherei am Möwenweg! " * 30),)
    counter = Counter()
    await counter.prepare("m", EXACT, PROMPT)
    before = counter.raw("m", blocks)
    await counter.prepare("m", EXACT, blocks)
    assert counter.raw("m", blocks) != before
    assert counter.raw("m", list(blocks)) == counter.raw("m", blocks) == counter.raw("m", iter(blocks))


async def test_each_block_is_counted_once_per_tokenizer_and_not_once_per_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: Tally[tuple[str, str]] = Tally()
    real = tokenizer.count

    def watched(encoding: str, text: str) -> int:
        counted[encoding, text] += 1
        return real(encoding, text)

    monkeypatch.setattr(tokenizer, "count", watched)
    requests = await asyncio.to_thread(session_prompts, "sequential", 8)
    counter = Counter()
    for facts in (EXACT, ALIKE, Facts("older", encoding="cl100k_base")):
        await asyncio.gather(*(counter.prepare(facts.title, facts, request.blocks) for request in requests))
        for request in requests:
            counter.count(facts.title, request.blocks)
    blocks = {block.id for request in requests for block in request.blocks}
    assert sum(len(request.blocks) for request in requests) > 2 * len(blocks), "prompts repeat their blocks"
    assert len(counted) == 2 * len(blocks)
    assert set(counted.values()) == {1}


async def test_loading_and_long_counts_leave_the_loop_free(anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[str, set[int]] = {"load": set(), "count": set()}
    for name, real in (("load", tokenizer.load), ("count", tokenizer.count)):

        def watched(*given: str, name: str = name, real: object = real) -> object:
            threads[name].add(threading.get_ident())
            return real(*given)  # type: ignore[operator]

        monkeypatch.setattr(tokenizer, name, watched)
    counter = Counter()
    await asyncio.gather(*(counter.prepare("m", ALIKE, (Block.of("own", f"short {number}"),)) for number in range(20)))
    await counter.prepare("m", ALIKE, (Block.of("visible", "long words " * AT_HAND),))
    assert threads["load"] and threads["count"]
    assert threading.get_ident() not in threads["load"] | threads["count"]
    assert counter.raw("m", (Block.of("own", "short 7"),)) > START + MESSAGE


async def test_one_that_gives_up_does_not_stop_the_count_for_others(anew: None) -> None:
    counter = Counter()
    hasty = asyncio.create_task(counter.prepare("m", EXACT, PROMPT))
    patient = asyncio.create_task(counter.prepare("m", EXACT, PROMPT))
    await asyncio.sleep(0)
    hasty.cancel()
    await patient
    assert hasty.cancelled()
    assert counter.source("m") == "tokenizer"


def test_simulated_models_are_not_counted_and_time_is_not_left(anew: None) -> None:
    with pytest.raises(StopIteration):  # it ends without having waited for anything
        Counter().prepare("sim:strong", Facts("s", simulated=True), PROMPT).send(None)
    assert not tokenizer.tried("o200k_base")


async def test_without_a_tokenizer_counts_are_estimates(anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "_packed", lambda wanted: None)
    counter = Counter()
    assert counter.raw("m", PROMPT) == START + 2 * MESSAGE + sum(estimate_tokens(block.text) + 1 for block in PROMPT)
    for _ in range(2):
        await asyncio.wait_for(asyncio.gather(*(counter.prepare("m", EXACT, PROMPT) for _ in range(3))), 10)
    await counter.prepare("n", Facts("n", encoding="of-its-own"), PROMPT)
    assert counter.raw("m", PROMPT) == counter.raw("n", PROMPT) == counter.raw("unheard-of", PROMPT)
    assert {counter.source("m"), counter.source("n"), counter.source("unheard-of")} == {"estimate"}
    assert counter.usage_of("m", PROMPT, "a reply").source == "estimate"


async def test_counts_follow_what_is_reported() -> None:
    counter = Counter()
    await counter.prepare("m", ALIKE, PROMPT)
    raw = counter.raw("m", PROMPT)
    assert (counter.factor("m"), counter.count("m", PROMPT)) == (1.0, raw)
    for reported in (2 * raw, raw, 3 * raw):
        counter.learn("m", raw, reported)
    assert counter.factor("m") == 2.0, "all that was reported by all that was counted"
    assert counter.count("m", PROMPT) == 2 * raw
    assert counter.factor("another") == 1.0
    assert counter.source("m") == "estimate", "correction is no count"
    counter.learn("m", raw, 0)
    counter.learn("m", 0, raw)
    assert counter.factor("m") == 2.0, "nothing can be learned from nothing"


@pytest.mark.parametrize(("reported", "factor"), [(1, 0.3), (10**9, 3.0)])
def test_a_correction_has_bounds(reported: int, factor: float) -> None:
    counter = Counter()
    counter.learn("m", 1000, reported)
    assert counter.factor("m") == factor


async def test_usage_that_nobody_reported_is_counted_and_labelled() -> None:
    counter = Counter()
    await counter.prepare("m", EXACT, PROMPT)
    text, thought = "A reply of several words. " * 20, "Let me see. " * 9
    found = counter.usage_of("m", PROMPT, text, thought)
    assert found.input == counter.count("m", PROMPT)
    assert found.reasoning == tokenizer.count("o200k_base", thought)
    assert found.output == tokenizer.count("o200k_base", text) + found.reasoning
    assert (found.cached, found.cache_written, found.source) == (0, 0, "tokenizer")
    assert counter.usage_of("m", PROMPT, "word " * 10_000).output == estimate_tokens("word " * 10_000), "long ones are not waited for"
    counter.learn("m", 100, 150)
    assert counter.usage_of("m", PROMPT, text).output == round(1.5 * tokenizer.count("o200k_base", text))
    assert counter.usage_of("m", PROMPT, "").output == 0


def test_a_name_stands_for_what_it_was_prepared_with() -> None:
    async def both() -> None:
        counter = Counter()
        exact, alike = ModelSpec("openai", "gpt-4o").name, ModelSpec("deepseek", "deepseek-chat").name
        await counter.prepare(exact, EXACT, PROMPT)
        await counter.prepare(alike, ALIKE, PROMPT)
        assert (counter.source(exact), counter.source(alike)) == ("tokenizer", "estimate")
        assert counter.raw(exact, PROMPT) == counter.raw(alike, PROMPT)

    asyncio.run(both())
