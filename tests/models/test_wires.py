"""Both real SDKs against the sim-server over real HTTP."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from msgspec import structs

from selforg_tui.core.calls import Request
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models.base import Pace
from selforg_tui.models.registry import open_model
from selforg_tui.models.simserver import Barrier
from selforg_tui.settings.keys import Keys
from tests.models.asking import CANARY, failure_of, faulty, opened, question, simulating, spec_at

WIRES = ("openai", "anthropic")


def grown(turns: int) -> Request:
    """A prompt as the last of so many predecessors gets it: about 300 tokens each."""
    return question(*(f"Output {turn}. " + "The wards keep working while doors are locked. " * 25 for turn in range(turns)))


@pytest.mark.parametrize("wire", WIRES)
async def test_a_reply_streams_and_is_what_the_server_said(wire: str) -> None:
    async with simulating() as (server, url), opened(spec_at(wire, url)) as model:
        pieces: list[str] = []
        reply = await model.answer(question("What others wrote."), pieces.append)
    (entry,) = server.journal.entries
    assert reply.text == "".join(pieces) == entry.reply
    assert (reply.usage.input, reply.usage.output, reply.usage.source) == (entry.input, entry.output, "reported")
    assert reply.simulated
    assert reply.model == "sim-strong (simulated)"
    assert reply.finish == "stop"
    assert reply.first is not None
    assert 0 < reply.first <= reply.seconds


async def test_a_paced_reply_comes_in_pieces() -> None:
    async with simulating(tokens_per_second=400) as (_, url), opened(spec_at("openai", url)) as model:
        pieces: list[str] = []
        reply = await model.answer(question(), pieces.append)
    assert len(pieces) > 1
    assert "".join(pieces) == reply.text


@pytest.mark.parametrize("wire", WIRES)
async def test_without_a_listener_the_reply_is_the_same(wire: str) -> None:
    async with simulating() as (_, url), opened(spec_at(wire, url)) as model:
        pieces: list[str] = []
        assert (await model.answer(question(), None)).text == (await model.answer(question(), pieces.append)).text


async def test_over_http_the_model_says_what_it_says_within_the_program() -> None:
    asked = question("What others wrote.")
    async with simulating() as (_, url), opened(spec_at("openai", url)) as remote:
        outside = await remote.answer(asked, None)
        inside = await open_model(ModelSpec("sim", "strong"), Keys({}), pace=Pace(0)).answer(asked, None)
    assert outside.text == inside.text
    assert outside.usage.output == inside.usage.output
    assert abs(outside.usage.input - inside.usage.input) <= len(asked.blocks), "pieces are rounded up each"


async def test_the_openai_body_is_fixed_text_then_one_joined_text() -> None:
    async with simulating() as (server, url), opened(spec_at("openai", url)) as model:
        await model.answer(question("One.", "Two.", own="You are agent 03."), None)
    body = server.journal.entries[0].body
    assert body["messages"] == [
        {"role": "system", "content": "Rules for all."},
        {"role": "user", "content": "One.\n\nTwo.\n\nYou are agent 03."},
    ]
    assert (body["seed"], body["temperature"], body["prompt_cache_key"], body["max_tokens"]) == (7, 0.7, "session-1", 900)
    assert set(body) == {"model", "messages", "stream", "stream_options", "seed", "temperature", "prompt_cache_key", "max_tokens"}


async def test_the_anthropic_body_has_a_block_each_and_marks_what_repeats() -> None:
    async with simulating() as (server, url), opened(spec_at("anthropic", url)) as model:
        await model.answer(question("One.", "Two.", own="You are agent 03."), None)
    body = server.journal.entries[0].body
    mark = {"type": "ephemeral"}
    assert body["system"] == [{"type": "text", "text": "Rules for all.", "cache_control": mark}]
    assert body["messages"][0]["content"] == [
        {"type": "text", "text": "One."},
        {"type": "text", "text": "Two.", "cache_control": mark},
        {"type": "text", "text": "You are agent 03."},
    ]
    assert set(body) == {"model", "messages", "system", "stream", "max_tokens"}, "this model is not known to take a temperature"


@pytest.mark.parametrize(
    ("model", "sent", "version"), [("claude-sonnet-4-6", 0.7, "2023-06-01"), ("claude-sonnet-5-5", None, "2026-10-21")]
)
async def test_claude_gets_a_temperature_only_where_it_takes_one(model: str, sent: float | None, version: str) -> None:
    seen = []

    async def look(request: web.Request) -> web.StreamResponse:
        seen.append(((await request.json()).get("temperature"), request.headers["anthropic-version"]))
        return web.json_response({"type": "error", "error": {"type": "api_error", "message": "enough"}}, status=500)

    async with faulty(look) as url, opened(spec_at("anthropic", url, model)) as claude:
        with pytest.raises(ModelFailure):
            await claude.answer(question(), None)
    assert seen == [(sent, version)]


@pytest.mark.parametrize(("wire", "unit"), [("openai", 128), ("anthropic", 1)])
async def test_an_append_only_prompt_is_read_from_the_cache(wire: str, unit: int) -> None:
    async with simulating() as (server, url), opened(spec_at(wire, url)) as model:
        first = (await model.answer(grown(5), None)).usage
        second = (await model.answer(grown(6), None)).usage
        other = (await model.answer(question("Something else entirely."), None)).usage
    assert first.cached == other.cached == 0
    assert 1024 <= second.cached < first.input
    assert second.cached % unit == 0
    assert second.cached > 0.9 * first.input
    assert [entry.cached for entry in server.journal.entries] == [0, second.cached, 0]
    if wire == "anthropic":
        assert 1024 <= first.cache_written < first.input
        assert second.cached + second.cache_written < second.input, "the last block is nobody else's"


@pytest.mark.parametrize(("more", "hit"), [(1, True), (20, True), (56, True), (57, False)])
async def test_what_many_wrote_at_once_is_found_over_several_marks(more: int, hit: bool) -> None:
    """A mark looks back 20 blocks; with one every 18 blocks, within the four that there may be, 56 new ones are bridged."""
    async with simulating() as (server, url), opened(spec_at("anthropic", url)) as model:
        first = (await model.answer(grown(10), None)).usage
        second = (await model.answer(grown(10 + more), None)).usage
    body = server.journal.entries[1].body
    blocks = [*body["system"], *body["messages"][0]["content"]]
    marked = [len(blocks) - 1 - index for index, block in enumerate(blocks) if "cache_control" in block]
    assert marked == [10 + more + 1, *reversed(range(1, 10 + more + 1, 18)[:3])], "counted from the end, the seat's own block is 0"
    assert second.cached == (first.cache_written if hit else 0)
    assert first.cache_written > 0.9 * first.input


@pytest.mark.parametrize("wire", WIRES)
async def test_a_call_may_be_there_to_fill_the_cache_only(wire: str) -> None:
    async with simulating() as (server, url), opened(spec_at(wire, url)) as model:
        warming = await model.answer(structs.replace(grown(5), max_tokens=0), None)
        after = await model.answer(grown(5), None)
    asked = server.journal.entries[0].body
    assert (asked["max_tokens"], asked["stream"]) == ((0, False) if wire == "anthropic" else (1, True))
    assert warming.finish == "stop", "it is not cut off"
    assert warming.usage.output <= 1
    assert after.usage.cached > 0.9 * warming.usage.input


async def test_a_server_that_cannot_only_fill_the_cache_says_a_word() -> None:
    asked = []

    async def picky(request: web.Request) -> web.StreamResponse:
        asked.append(body := await request.json())
        if body["max_tokens"] == 0:
            told = "max_tokens: 0 cannot be combined with output_config.format"
            return web.json_response({"type": "error", "error": {"type": "invalid_request_error", "message": told}}, status=400)
        return web.Response(text=STREAM, content_type="text/event-stream")

    fill = structs.replace(question(most=0), schema={"type": "object", "properties": {}})
    async with faulty(picky) as url, opened(spec_at("anthropic", url)) as model:
        first, second = await model.answer(fill, None), await model.answer(fill, None)
    assert [(body["max_tokens"], body["stream"], "output_config" in body) for body in asked] == [
        (0, False, True),
        (1, True, True),
        (1, True, True),
    ]
    assert (first.finish, first.structure, first.left_out) == (second.finish, "schema", ()) == ("stop", "schema", ())


STREAM = """
data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":9,"output_tokens":1}}}

data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"{"}}

data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":1}}
"""


@pytest.mark.parametrize("wire", WIRES)
async def test_a_reply_that_is_too_long_is_cut_and_says_so(wire: str) -> None:
    async with simulating() as (_, url), opened(spec_at(wire, url)) as model:
        reply = await model.answer(question(most=5), None)
    assert reply.finish == "length"
    assert 0 < reply.usage.output <= 5


@pytest.mark.parametrize("wire", WIRES)
async def test_many_at_once_share_connections_and_all_come_through(wire: str) -> None:
    async with simulating() as (server, url), opened(spec_at(wire, url)) as one, opened(spec_at(wire, url, "sim-weak")) as two:
        for _ in range(3):
            replies = await asyncio.gather(*((one if seed % 2 else two).answer(question(seed=seed), None) for seed in range(64)))
            assert all(reply.text for reply in replies)
    assert len(server.journal.entries) == 192


async def test_a_cancelled_call_ends_at_once_and_harms_no_other() -> None:
    barrier = Barrier(2)
    async with simulating(barrier=barrier) as (_, url), opened(spec_at("openai", url)) as model:
        call = asyncio.create_task(model.answer(question(), None))
        other = asyncio.create_task(model.answer(question(seed=8), None))
        async with asyncio.timeout(20):
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (await asyncio.gather(other, model.answer(question(), None)))[0].text
    assert barrier.passed


async def test_the_key_goes_to_the_provider_and_nowhere_else() -> None:
    keys = Keys({"OPENAI_API_KEY": CANARY})
    async with simulating() as (server, url), opened(spec_at("openai", url), keys) as model:
        await model.answer(question(), None)
        assert CANARY not in repr(model)
    assert CANARY.encode() not in server.journal.encoded()


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_what_a_url_has_behind_its_question_mark_goes_along_and_is_shown_nowhere(wire: str) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        return web.Response(status=401, text='{"error": {"message": "who are you?"}}', content_type="application/json")

    async with faulty(handle) as url:
        spec = ModelSpec(wire, "m", f"{url}/v1?api-version=2026-01-01&door=secret-7f3a9c")
        failure = await failure_of(spec)
    (path,) = asked
    assert path.startswith("/v1/chat/completions?" if wire == "openai" else "/v1/messages?")
    assert "api-version=2026-01-01" in path and "door=secret-7f3a9c" in path
    assert "secret-7f3a9c" not in str(failure) + spec.name
