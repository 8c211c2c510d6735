"""What goes wrong is said in a sentence that helps, and never shows a key."""

from __future__ import annotations

import json
import socket

import pytest
from aiohttp import web

from selforg_tui.core.calls import Usage
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models.base import Patience
from selforg_tui.models.openai_wire import OpenAIModel
from selforg_tui.models.registry import open_model
from selforg_tui.models.wire import WireModel
from selforg_tui.settings.keys import Keys
from tests.models.asking import CANARY, failure_of, faulty, opened, question, saying, simulating, spec_at

WIRES = ("openai", "anthropic")
TELLING = f"Incorrect API key provided: {CANARY}, Bearer {CANARY}"


def error(wire: str, message: str, code: str = "") -> str:
    if wire == "openai":
        return json.dumps({"error": {"message": message, "type": "error", "code": code or None}})
    return json.dumps({"type": "error", "error": {"type": code or "api_error", "message": message}})


STATUSES = [
    (401, "", "wrong_key", False),
    (402, "", "no_credit", False),
    (403, "", "wrong_key", False),
    (404, "", "unknown_model", False),
    (400, "the answer is 42", "bad_request", False),
    (400, "This model's maximum context length is 8192 tokens", "too_long", False),
    (400, "Your credit balance is too low", "no_credit", False),
    (413, "", "too_long", False),
    (429, "", "rate_limit", True),
    (429, "You exceeded your current quota: insufficient_quota", "no_credit", False),
    (500, "", "server_error", True),
    (503, "", "server_error", True),
    (529, "", "server_error", True),
]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("status", "message", "kind", "retryable"), STATUSES)
async def test_statuses_become_failures_without_the_key(wire: str, status: int, message: str, kind: str, retryable: bool) -> None:
    keys = Keys({})
    keys.paste(wire, CANARY)
    async with faulty(saying(status, error(wire, f"{message} {TELLING}"), retry_after="3")) as url:
        failure = await failure_of(spec_at(wire, url), keys)
    assert (failure.kind, failure.retryable) == (kind, retryable), str(failure)
    assert failure.retry_after == 3
    assert CANARY not in str(failure) + repr(failure)
    assert failure.__cause__ is None, "a printed chain of causes could show a request with its headers"
    assert len(str(failure)) < 400


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("status", [401, 402, 404, 429, 500])
async def test_a_server_of_ones_own_is_called_by_its_address_and_not_by_the_provider(wire: str, status: int) -> None:
    async with faulty(saying(status, error(wire, "no"))) as url:
        failure = await failure_of(spec_at(wire, url))
        assert url.removeprefix("http://") in str(failure)
        assert not [word for word in ("OpenAI", "Anthropic", "_API_KEY") if word in str(failure)], str(failure)


async def test_a_server_of_ones_own_that_wants_a_key_says_where_to_put_it() -> None:
    async def wants(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        return await saying(401, error("openai", f"no: {given}"))(request)

    async with faulty(wants) as url:
        assert "wants a key, and none was sent" in str(await failure_of(spec_at("openai", url)))
        with_key = spec_at("openai", url.replace("http://", f"http://{CANARY}@"))
        refused = await failure_of(with_key)
    assert "does not accept the key" in str(refused)
    assert CANARY not in str(refused)


@pytest.mark.parametrize("wire", WIRES)
async def test_an_unknown_model_is_named(wire: str) -> None:
    async with simulating() as (_, url):
        failure = await failure_of(spec_at(wire, url, "sim-stronk"))
    assert failure.kind == "unknown_model"
    assert "sim-stronk" in str(failure)


@pytest.mark.parametrize("wire", WIRES)
async def test_no_server_names_the_url(wire: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        failure = await failure_of(spec_at(wire, url))
    assert (failure.kind, failure.retryable) == ("no_server", False)
    assert url in str(failure)


@pytest.mark.parametrize(("wire", "variable"), [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")])
def test_no_key_names_the_variable(wire: str, variable: str) -> None:
    with pytest.raises(ModelFailure, match=variable) as caught:
        open_model(ModelSpec(wire, "some-model"), Keys({}))
    assert caught.value.kind == "no_key"


BEGINNINGS = {
    "openai": 'data: {"model":"m","choices":[{"delta":{"content":"half a "}}]}\n\n',
    "anthropic": 'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":9}}}\n\n'
    'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"half a "}}\n\n',
}


@pytest.mark.parametrize("wire", WIRES)
async def test_a_stream_that_ends_early_is_cut_off(wire: str) -> None:
    async with faulty(saying(200, BEGINNINGS[wire])) as url:
        failure = await failure_of(spec_at(wire, url))
    assert (failure.kind, failure.retryable) == ("cut_off", True)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_connection_that_drops_in_the_middle_is_cut_off(wire: str) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(BEGINNINGS[wire].encode())
        assert request.transport is not None
        request.transport.close()
        return response

    async with faulty(drop) as url:
        failure = await failure_of(spec_at(wire, url))
    assert (failure.kind, failure.retryable) == ("cut_off", True)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_connection_that_drops_before_the_reply_can_be_tried_again(wire: str) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with faulty(drop) as url:
        failure = await failure_of(spec_at(wire, url))
    assert (failure.kind, failure.retryable) == ("server_error", True)


@pytest.mark.parametrize(
    ("wire", "stream", "kind"),
    [
        ("openai", 'data: {"error":{"message":"upstream fell over","code":502}}\n\n', "server_error"),
        ("openai", 'data: {"choices":[{"delta":{"refusal":"I will not."},"finish_reason":"stop"}]}\n\n', "refused"),
        ("openai", 'data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}\n\n', "refused"),
        ("openai", "<html>not a model</html>", "cut_off"),
        ("openai", "data: <html>\n\n", "unexpected"),
        ("anthropic", 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n', "server_error"),
        ("anthropic", 'data: {"type":"error","error":{"type":"rate_limit_error","message":"slow"}}\n\n', "rate_limit"),
        ("anthropic", 'data: {"type":"message_delta","delta":{"stop_reason":"refusal"}}\n\n', "refused"),
    ],
)
async def test_errors_inside_a_stream(wire: str, stream: str, kind: str) -> None:
    async with faulty(saying(200, stream)) as url:
        assert (await failure_of(spec_at(wire, url))).kind == kind


@pytest.mark.parametrize("wire", WIRES)
async def test_a_page_is_no_reply(wire: str) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Welcome</html>", content_type="text/html")

    async with faulty(page) as url:
        failure = await failure_of(spec_at(wire, url))
    assert failure.kind == "unexpected"
    assert url in str(failure)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("first", "total"), [(0.05, 60), (60, 0.05)])
async def test_a_server_that_is_silent_too_long_times_out(wire: str, first: float, total: float) -> None:
    async with simulating(latency=30) as (_, url), opened(spec_at(wire, url)) as model:
        assert isinstance(model, WireModel)
        model.patience = Patience(first, total)
        with pytest.raises(ModelFailure) as caught:
            await model.answer(question(), None)
    assert (caught.value.kind, caught.value.retryable) == ("timeout", True)


async def test_a_reply_that_never_ends_times_out_after_its_first_token() -> None:
    async with simulating(tokens_per_second=2) as (_, url), opened(spec_at("openai", url)) as model:
        assert isinstance(model, WireModel)
        model.patience = Patience(call=0.3)
        pieces: list[str] = []
        with pytest.raises(ModelFailure) as caught:
            await model.answer(question(), pieces.append)
    assert caught.value.kind == "timeout"
    assert pieces, "what had arrived was passed on"


async def test_usage_is_estimated_where_a_server_reports_none() -> None:
    stream = 'data: {"choices":[{"delta":{"content":"four words for you"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    async with faulty(saying(200, stream)) as url, opened(spec_at("openai", url)) as model:
        reply = await model.answer(question(), None)
    assert reply.usage == Usage(input=9, output=5, source="estimate")
    assert not reply.simulated


async def test_a_server_that_does_not_stream_is_understood() -> None:
    choice = {"message": {"content": "all at once"}, "finish_reason": "stop"}
    whole = json.dumps({"model": "m", "choices": [choice], "usage": {"prompt_tokens": 8, "completion_tokens": 3}})

    async def handle(_: web.Request) -> web.StreamResponse:
        return web.Response(text=whole, content_type="application/json")

    async with faulty(handle) as url, opened(spec_at("openai", url)) as model:
        reply = await model.answer(question(), None)
    assert (reply.text, reply.usage) == ("all at once", Usage(8, 3))


async def test_cached_and_reasoning_tokens_and_the_cost_are_read_by_all_their_names() -> None:
    counts = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 130, "prompt_cache_hit_tokens": 64, "cost": 0.02}
    usage = json.dumps({**counts, "completion_tokens_details": {"reasoning_tokens": 20}})
    stream = 'data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}\n\n' + f'data: {{"choices":[],"usage":{usage}}}\n\n'
    async with faulty(saying(200, stream)) as url, opened(spec_at("openai", url)) as model:
        reply = await model.answer(question(), None)
    assert reply.usage == Usage(input=100, output=30, cached=64, reasoning=20)
    assert reply.cost_usd == 0.02


async def test_a_parameter_that_a_server_does_not_take_is_left_out() -> None:
    bodies = []

    async def picky(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        bodies.append(body)
        for name in ("temperature", "prompt_cache_key"):
            if name in body:
                return web.json_response({"error": {"message": f"Unsupported parameter: '{name}'"}}, status=400)
        if "max_tokens" in body:
            hint = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return web.json_response({"error": {"message": hint, "param": "max_tokens"}}, status=400)
        return await saying(200, 'data: {"choices":[{"delta":{"content":"fine"},"finish_reason":"stop"}]}\n\n')(request)

    async with faulty(picky) as url, opened(spec_at("openai", url)) as model:
        assert isinstance(model, OpenAIModel)
        assert (await model.answer(question(), None)).text == "fine"
        assert model.refused == {"temperature", "prompt_cache_key", "max"}
        asked = len(bodies)
        await model.answer(question(), None)
    assert len(bodies) == asked + 1, "it is remembered"
    assert bodies[-1]["max_completion_tokens"] == 900
