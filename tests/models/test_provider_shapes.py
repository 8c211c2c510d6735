"""What each provider is asked and what is made of its answer: recorded shapes over real HTTP, through the real SDKs.

A file in `shapes` holds what a provider's documentation or SDK says it sends. Where no provider can be called this is as
near to the truth as it gets; `doctor --live` is for the rest.
"""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import pytest

from selforg_tui.core.calls import Request, Usage
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models.base import Model
from selforg_tui.models.provider_files import declared
from selforg_tui.models.providers import provider_of
from selforg_tui.settings.keys import Keys, every_key
from tests.models.asking import CANARY, opened, question
from tests.models.shaped import Answered, Shaped, moved, serving

SHAPES = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted((Path(__file__).parent / "shapes").glob("*.toml"))}
OURS = declared(Path("no such file"))
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"role": {"type": "string", "description": "A few words.", "maxLength": 60}},
    "required": ["role"],
    "additionalProperties": False,
}
NOT_OF_THE_REPLY = ("usage", "left_out")


def asked_for(*visible: str, most: int = 900, temperature: float = 0.7) -> Request:
    asked = question(*visible, most=most, temperature=temperature)
    return Request(asked.call, asked.kind, asked.blocks, most, asked.seed, asked.cache_key, temperature=asked.temperature, schema=SCHEMA)


def keys_of(spec: ModelSpec) -> Keys:
    names = OURS[spec.provider].keys
    return Keys({names[0]: CANARY} if names else {})


async def outcome(model: Model) -> dict[str, Any]:
    """The reply or the failure, in the words of a shape."""
    pieces: list[str] = []
    try:
        reply = await model.answer(asked_for(), pieces.append)
    except ModelFailure as failure:
        return {"kind": failure.kind, "retryable": failure.retryable, "usage": failure.usage}
    assert "".join(pieces) == reply.text, "what streams in is the answer and nothing else"
    return {name: getattr(reply, name) for name in reply.__struct_fields__}


@pytest.mark.parametrize("name", SHAPES)
async def test_what_is_asked_and_what_comes_out(name: str) -> None:
    shape = SHAPES[name]
    spec = ModelSpec.parse(shape["model"])
    refusals = [Answered(**refusal) for refusal in shape.get("refusals", ())]
    server = Shaped([*refusals, Answered(shape["stream"])])
    async with serving(server) as url:
        if shape.get("own"):
            spec = ModelSpec(spec.provider, spec.model, url)
        else:
            moved(spec.provider, url)
        async with opened(spec, keys_of(spec)) as model:
            found = await outcome(model)
            if "reply" in shape:
                again = await outcome(model)

    # what comes out
    wanted = shape.get("reply") or shape["failure"]
    assert found["usage"] == (Usage(**wanted["usage"]) if "usage" in wanted else None)
    assert list(found.get("left_out", ())) == wanted.get("left_out", [])
    assert {field: found[field] for field in wanted if field not in NOT_OF_THE_REPLY} == {
        field: value for field, value in wanted.items() if field not in NOT_OF_THE_REPLY
    }
    if "reply" in shape:
        assert found["finish"] == wanted.get("finish", "stop")
        assert (again["text"], again["structure"]) == (found["text"], found["structure"])

    # what was asked
    assert len(server.asked) == len(refusals) + (2 if "reply" in shape else 1), "what was refused once is not asked again"
    last = server.asked[-1]
    assert last.path == shape["path"]
    for header, value in shape["headers"].items():
        assert last.headers[header] == value.replace("{key}", CANARY)
    assert sorted(last.body) == sorted(shape["body"])
    assert {field: last.body[field] for field in shape.get("sent", {})} == shape.get("sent", {})
    if "format" in shape:
        assert last.body["response_format"]["type"] == shape["format"]


def test_every_provider_has_a_shape_and_is_at_the_wire_that_it_was_recorded_of() -> None:
    assert {ModelSpec.parse(shape["model"]).provider for shape in SHAPES.values()} == set(OURS)


async def test_the_form_of_a_schema_in_chat_completions() -> None:
    server = Shaped([Answered(SHAPES["openai"]["stream"])])
    async with serving(server) as url:
        moved("openai", url)
        spec = ModelSpec("openai", "gpt-4o")
        async with opened(spec, keys_of(spec)) as model:
            await model.answer(asked_for(), None)
    wanted = {"name": "contribute", "strict": True, "schema": SCHEMA}
    assert server.asked[0].body["response_format"] == {"type": "json_schema", "json_schema": wanted}


async def test_the_form_of_a_schema_in_messages() -> None:
    server = Shaped([Answered(SHAPES["anthropic"]["stream"])])
    async with serving(server) as url:
        moved("anthropic", url)
        spec = ModelSpec("anthropic", "claude-sonnet-5-5")
        async with opened(spec, keys_of(spec)) as model:
            await model.answer(asked_for(), None)
            await model.answer(question(), None)
    form = server.asked[0].body["output_config"]["format"]
    assert form["type"] == "json_schema"
    assert form["schema"]["required"] == ["role"]
    assert "maxLength" not in form["schema"]["properties"]["role"], "this interface refuses limits"
    assert "maxLength" in form["schema"]["properties"]["role"]["description"]
    assert "output_config" not in server.asked[1].body, "no schema, no form"


async def test_what_one_call_finds_out_holds_for_all_at_that_place_but_not_elsewhere() -> None:
    refusal, stream = Answered('{"error":{"message":"unknown field output_config"}}', 400), Answered(SHAPES["anthropic"]["stream"])
    server = Shaped([refusal, stream])
    async with serving(server) as url:
        moved("anthropic", url)
        spec = ModelSpec("anthropic", "claude-sonnet-5-5")
        for _ in range(2):
            async with opened(spec, keys_of(spec)) as model:
                reply = await model.answer(asked_for(), None)
                assert (reply.structure, reply.left_out) == ("text", ("json_schema",))
        async with opened(ModelSpec("anthropic", "claude-opus-5-5"), keys_of(spec)) as model:
            assert (await model.answer(asked_for(), None)).structure == "schema"
    assert ["output_config" in asked.body for asked in server.asked] == [True, False, False, True]


async def test_many_at_once_whose_form_is_refused_all_come_through() -> None:
    class Strict(Shaped):
        async def answer(self, request: Any) -> Any:
            body = await request.json()
            self.answers = [stream if "response_format" not in body and "max_tokens" not in body else refusal(body)]
            return await super().answer(request)

    def refusal(body: dict[str, Any]) -> Answered:
        if "max_tokens" in body:
            return Answered('{"error":{"message":"max_tokens is unknown, use max_completion_tokens"}}', 400)
        return Answered('{"error":{"message":"response_format is unknown"}}', 400)

    stream = Answered(SHAPES["any_url"]["stream"])
    async with serving(Strict([stream])) as url, opened(ModelSpec("openai", "mine", url)) as model:
        replies = await asyncio.gather(*(model.answer(asked_for(), None) for _ in range(16)))
    assert {reply.structure for reply in replies} == {"text"}


async def test_a_prompt_that_is_too_long_is_not_taken_for_a_refused_form() -> None:
    told = '{"error":{"message":"maximum context length is 4096 tokens; the response_format schema counts too"}}'
    server = Shaped([Answered(told, 400)])
    async with serving(server) as url, opened(ModelSpec("openai", "mine", url)) as model:
        with pytest.raises(ModelFailure) as caught:
            await model.answer(asked_for(), None)
    assert caught.value.kind == "too_long"
    assert len(server.asked) == 1


# ── prompts that are cut without a word ──────────────────────────────────────────────────────────────────────────────────


def counting(tokens: int) -> Answered:
    return Answered(
        'data: {"model":"m","choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":'
        + str(tokens)
        + ',"completion_tokens":1}}\n\n'
    )


@pytest.mark.parametrize(
    ("provider", "words", "counted", "told"),
    [
        ("ollama", 8000, 4096, True),
        ("ollama", 8000, 9000, False),
        ("ollama", 8000, 7900, False),
        ("ollama", 900, 400, False),  # too short to tell
        ("ollama", 8000, 0, False),  # not counted at all
        ("vllm", 8000, 4096, False),  # refuses what is too long
    ],
)
async def test_a_prompt_that_was_cut_without_a_word_is_noticed(provider: str, words: int, counted: int, told: bool) -> None:
    server = Shaped([counting(counted)])
    async with serving(server) as url:
        moved(provider, url)
        async with opened(ModelSpec(provider, "llama3.2")) as model:
            reply = await model.answer(asked_for("word " * words), None)
    assert bool(reply.notes) is told
    if told:
        assert "llama3.2" in reply.notes[0]
        assert "OLLAMA_CONTEXT_LENGTH" in reply.notes[0]


# ── tokens that are bought with a key ────────────────────────────────────────────────────────────────────────────────────

GIGACHAT = ModelSpec("gigachat", "GigaChat-2-Max")
SPEAKS = Answered(SHAPES["gigachat"]["stream"])


async def test_a_token_is_bought_with_the_key_and_never_shown() -> None:
    server = Shaped([SPEAKS])
    async with serving(server) as url:
        moved("gigachat", url)
        keys = Keys({"GIGACHAT_CREDENTIALS": CANARY, "GIGACHAT_SCOPE": "GIGACHAT_API_CORP"})
        async with opened(GIGACHAT, keys) as model:
            await asyncio.gather(*(model.answer(asked_for(temperature=0), None) for _ in range(8)))
            bought = server.tokens[0]
    assert len(server.tokens) == 1, "calls at once share one"
    assert bought.headers["authorization"] == f"Basic {CANARY}"
    assert len(bought.headers["rquid"]) == 36
    assert bought.body == {"scope": "GIGACHAT_API_CORP"}
    assert all(CANARY not in str(asked) for asked in server.asked)
    assert server.asked[0].body["temperature"] == 0.001, "it takes no 0"
    assert "token-1" in keys.values() & every_key()


async def test_a_token_is_renewed_before_its_end() -> None:
    server = Shaped([SPEAKS], lives=30)
    async with serving(server) as url:
        moved("gigachat", url)
        async with opened(GIGACHAT, keys_of(GIGACHAT)) as model:
            for _ in range(2):
                await model.answer(asked_for(), None)
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer token-1", "Bearer token-2"]


async def test_a_token_that_is_refused_is_renewed_once() -> None:
    server = Shaped([SPEAKS])
    async with serving(server) as url:
        moved("gigachat", url)
        async with opened(GIGACHAT, keys_of(GIGACHAT)) as model:
            await model.answer(asked_for(), None)
            server.unknown = {"token-1"}
            replies = await asyncio.gather(*(model.answer(asked_for(), None) for _ in range(4)))
            assert all(reply.text for reply in replies)
            assert len(server.tokens) == 2, "calls at once share the new one too"
            server.unknown = {f"token-{number}" for number in range(9)}
            with pytest.raises(ModelFailure) as caught:
                await model.answer(asked_for(), None)
    assert caught.value.kind == "wrong_key"
    assert len(server.tokens) == 3


async def test_whoever_gives_up_leaves_the_new_token_to_the_others() -> None:
    server = Shaped([SPEAKS])
    server.held = asyncio.Event()
    async with serving(server) as url:
        moved("gigachat", url)
        async with opened(GIGACHAT, keys_of(GIGACHAT)) as model:
            impatient = asyncio.create_task(model.answer(asked_for(), None))
            patient = asyncio.create_task(model.answer(asked_for(), None))
            async with asyncio.timeout(20):
                await server.bought.wait()
                impatient.cancel()
                server.held.set()
                assert (await patient).text
    assert impatient.cancelled()
    assert len(server.tokens) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answered(f'{{"code":4,"message":"Can\'t decode {CANARY}"}}', 400), "wrong_key", "GIGACHAT_CREDENTIALS"),
        (Answered('{"code":6,"message":"credentials doesn\'t match db data"}', 401), "wrong_key", "scope"),
        (Answered('{"status":429,"message":"Too many requests"}', 429), "rate_limit", "no more calls"),
        (Answered("<html>maintenance</html>"), "unexpected", "/oauth"),
        (Answered('{"access_token":"","expires_at":0}'), "unexpected", "/oauth"),
    ],
)
async def test_no_token_is_said(answer: Answered, kind: str, said: str) -> None:
    server = Shaped([SPEAKS])
    server.token_answer = answer
    async with serving(server) as url:
        moved("gigachat", url)
        async with opened(GIGACHAT, keys_of(GIGACHAT)) as model:
            with pytest.raises(ModelFailure, match=said) as caught:
                await model.answer(asked_for(), None)
    assert caught.value.kind == kind
    assert CANARY not in str(caught.value)
    assert caught.value.usage is None
    assert not server.asked


def test_a_server_of_ones_own_on_this_machine_is_not_given_tokens() -> None:
    assert provider_of(GIGACHAT).token is not None
    assert provider_of(ModelSpec("gigachat", "GigaChat-2-Max", "http://127.0.0.1:8090/v1")).token is None
    assert provider_of(ModelSpec("gigachat", "GigaChat-2-Max", "https://api.giga.chat/v1")).token is not None
