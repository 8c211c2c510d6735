"""The tiny real call: over both wires, to servers on this machine only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest
from aiohttp import web

from selforg_tui.core.config import ModelSpec
from selforg_tui.doctor import live
from selforg_tui.doctor.findings import LiveFinding
from selforg_tui.models.providers import providers
from selforg_tui.settings.keys import Keys
from tests.models.asking import CANARY, faulty, simulating, spec_at


async def asked(*specs: ModelSpec, keys: Keys | None = None) -> tuple[LiveFinding, ...]:
    return await asyncio.to_thread(live.ask_all, specs, keys or Keys({}))


def streaming(pieces: Sequence[str], usage: dict[str, object] | None = None, refuse: str = "") -> tuple[list[dict[str, object]], object]:
    """A server of the OpenAI kind, and what it is sent."""
    sent: list[dict[str, object]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        sent.append(await request.json())
        if refuse and refuse in sent[-1]:
            return web.json_response({"error": {"message": f"unsupported {refuse}", "param": refuse}}, status=400)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            chunk = {"model": "m", "choices": [{"index": 0, "delta": {"content": piece}}]}
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
            await asyncio.sleep(0.02)
        end = {"model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}
        await response.write(f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n".encode())
        return response

    return sent, handle


async def test_a_good_model_is_found_good() -> None:
    usage: dict[str, object] = {"prompt_tokens": 40, "completion_tokens": 9, "cost": 0.00031, "prompt_tokens_details": {"cached_tokens": 8}}
    sent, handle = streaming(['{"ans', 'wer": ', "12}"], usage)
    async with faulty(handle) as url:  # type: ignore[arg-type]
        (found,) = await asked(spec_at("openai", url))
    assert (found.state, found.text) == ("fine", "It answers as it should.")
    assert (found.streamed, found.reported, found.kept, found.temperature) == (True, True, True, True)
    assert found.usage is not None
    assert (found.usage.input, found.usage.cached, found.usage.output) == (40, 8, 9)
    assert (found.cost_usd, found.stated_usd) == (None, 0.00031)
    assert sent[0]["temperature"] == live.TEMPERATURE
    assert live.MOST_OUT in sent[0].values()
    assert len(json.dumps(sent[0]["messages"])) < 4 * live.MOST_IN


async def test_what_is_missing_is_said() -> None:
    _, handle = streaming(["Of course: twelve."], refuse="temperature")
    async with faulty(handle) as url:  # type: ignore[arg-type]
        (found,) = await asked(spec_at("openai", url))
    assert found.state == "note"
    assert (found.streamed, found.reported, found.kept, found.temperature) == (False, False, False, False)
    for words in ("not just the JSON", "they are estimated", "in one piece", "does not take: temperature"):
        assert words in found.text


async def test_a_wrong_answer_is_said() -> None:
    _, handle = streaming(['{"answer"', ": 13}"])
    async with faulty(handle) as url:  # type: ignore[arg-type]
        (found,) = await asked(spec_at("openai", url))
    assert found.kept
    assert "Its answer was wrong." in found.text


async def test_simulated_models_behind_both_wires_and_a_failure_beside_them() -> None:
    async with simulating(tokens_per_second=400) as (server, url):
        found = await asked(spec_at("openai", url), spec_at("anthropic", url), ModelSpec("openai", "x", "http://127.0.0.1:9/v1"))
        assert server.journal.encoded().count(b'"wire"') == 2
    assert [each.state for each in found] == ["note", "note", "trouble"]
    for each in found[:2]:
        assert each.simulated
        assert each.streamed
        assert each.reported
    assert found[0].temperature is True
    assert found[1].temperature is None
    assert "Nobody answers" in found[2].text


def test_of_each_provider_with_a_key_the_cheapest_is_asked() -> None:
    keys = Keys({"OPENAI_API_KEY": CANARY, "ANTHROPIC_API_KEY": CANARY})
    chosen = live.chosen((), keys)
    assert [spec.provider for spec in chosen] == ["anthropic", "openai"]
    for spec in chosen:
        costs = [live.most_usd(ModelSpec(spec.provider, known.match)) for known in providers()[spec.provider].models if known.suggest]
        assert live.most_usd(spec) == min(cost for cost in costs if cost is not None)
    assert live.chosen((), Keys({})) == ()
    named = (ModelSpec("sim", "strong"), ModelSpec("openai", "x"))
    assert live.chosen(named, keys) == named[1:]


@pytest.mark.parametrize("provider", ["anthropic", "openai", "gemini", "deepseek", "glm"])
def test_it_costs_about_a_cent_at_most(provider: str) -> None:
    costs = [live.most_usd(ModelSpec(provider, known.match)) for known in providers()[provider].models if known.suggest]
    assert costs
    assert all(cost is None or 0 < cost <= 0.011 for cost in costs)
    assert live.most_usd(ModelSpec("openai", "nobody-knows-it")) is None
