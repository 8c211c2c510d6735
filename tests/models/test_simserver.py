"""The sim-server seen from outside: barriers, journal, pacing, and bodies that make no sense."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from selforg_tui.core.errors import ConfigError, ModelFailure, StorageError
from selforg_tui.models.simserver import Barrier, Canned, SimServer
from selforg_tui.models.simulated.profiles import names
from tests.models.asking import opened, question, simulating, spec_at

OPENAI = "/v1/chat/completions"
ANTHROPIC = "/v1/messages"


async def posted(url: str, path: str, body: bytes) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.post(url + path, data=body) as response:
        assert response.headers["x-selforg-simulated"] == "true"
        return response.status, await response.json()


async def test_barriers_release_when_all_have_arrived_one_after_another() -> None:
    barriers = [Barrier(3), Barrier(2)]
    async with simulating(barrier=barriers) as (server, url), opened(spec_at("openai", url)) as model:
        await asyncio.gather(*(model.answer(question(seed=seed), None) for seed in range(3)))
        assert [barrier.passed for barrier in barriers] == [True, False]
        await asyncio.gather(*(model.answer(question(seed=seed), None) for seed in range(2)))
        await model.answer(question(), None)
    assert all(barrier.passed for barrier in barriers)
    ends = [entry.ended or 0 for entry in server.journal.entries]
    assert max(entry.started for entry in server.journal.entries[:3]) <= min(ends[:3])


async def test_a_barrier_fails_all_when_one_is_missing() -> None:
    barrier = Barrier(3, timeout=0.05)
    async with simulating(barrier=barrier) as (server, url), opened(spec_at("openai", url)) as model:
        results = await asyncio.gather(*(model.answer(question(seed=seed), None) for seed in range(2)), return_exceptions=True)
        results.append(*await asyncio.gather(model.answer(question(), None), return_exceptions=True))
    assert all(isinstance(result, ModelFailure) and result.kind == "server_error" for result in results)
    assert barrier.broken
    assert not barrier.passed
    assert [entry.status for entry in server.journal.entries] == [500, 500, 500]


async def test_the_journal_holds_what_was_sent_and_answered(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    body = {"model": "sim-strong", "messages": [{"role": "user", "content": "Say something."}], "seed": 3}
    async with simulating(journal=file) as (server, url):
        status, answer = await posted(url, OPENAI, json.dumps(body).encode())
        await posted(url, OPENAI, b'{"model": "gpt-4o", "messages": []}')
        async with aiohttp.ClientSession() as session:
            async with session.get(url + "/journal") as response:
                shown = await response.json()
            async with session.delete(url + "/journal") as response:
                assert response.status == 200
        assert server.journal.entries == []
    assert status == 200
    first, second = shown
    assert first["body"] == body
    assert (first["wire"], first["status"], first["model"]) == ("openai", 200, "sim-strong (simulated)")
    usage = answer["usage"]
    assert isinstance(usage, dict)
    assert (first["usage"]["input"], first["usage"]["output"]) == (usage["prompt_tokens"], usage["completion_tokens"])
    assert first["seconds"] == first["ended"] - first["started"]
    assert (second["status"], second["body"]["model"]) == (404, "gpt-4o")
    assert [json.loads(line)["number"] for line in file.read_text().splitlines()] == [1, 2]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"\xff"', 400),
        (b"[" * 20_000, 400),
        (b'{"messages":[{"role":"user","content":"x"}],"max_tokens":9}', 400),
        (b'{"model":"sim-strong","max_tokens":9}', 400),
        (b'{"model":"sim-strong","messages":[7],"max_tokens":9}', 400),
        (b'{"model":"sim-strong","messages":[{"content":{"a":1}}],"max_tokens":9}', 400),
        (b'{"model":"sim-strong","messages":[{"role":"user","content":"x"}],"max_tokens":-1}', 400),
        (b'{"model":"sim-strong","messages":[{"role":"user","content":"x"}],"max_tokens":9,"temperature":"hot"}', 400),
        (b'{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"max_tokens":9}', 404),
    ],
)
async def test_senseless_bodies_are_refused_in_the_shape_of_the_wire(body: bytes, status: int) -> None:
    async with simulating() as (server, url):
        found, openai = await posted(url, OPENAI, body)
        assert found == status
        assert isinstance(openai["error"], dict)
        assert {"message", "type", "code"} <= set(openai["error"])
        found, anthropic = await posted(url, ANTHROPIC, body)
        assert (found, anthropic["type"]) == (status, "error")
    assert [entry.status for entry in server.journal.entries] == [status, status]


async def test_whole_replies_equal_streamed_ones() -> None:
    message = {"role": "user", "content": "Say something."}
    async with simulating() as (server, url):
        _, openai = await posted(url, OPENAI, json.dumps({"model": "strong", "messages": [message], "seed": 3}).encode())
        _, anthropic = await posted(url, ANTHROPIC, json.dumps({"model": "sim:strong", "messages": [message], "max_tokens": 900}).encode())
        replies = [entry.reply for entry in server.journal.entries]
    assert openai["choices"][0]["message"]["content"] == replies[0]  # type: ignore[index]
    assert anthropic["content"][0]["text"] == replies[1]  # type: ignore[index]


async def test_models_are_listed_as_simulated() -> None:
    async with simulating() as (_, url), aiohttp.ClientSession() as session:
        async with session.get(url + "/v1/models") as response:
            listed = (await response.json())["data"]
        async with session.get(url) as response:
            assert (await response.json())["simulated"] is True
    assert {row["id"] for row in listed} == {f"sim-{name}" for name in names()}
    assert all("simulated" in row["owned_by"] for row in listed)


@pytest.mark.parametrize("per_write", [None, 4])
async def test_a_canned_server_says_its_piece(per_write: int | None) -> None:
    canned = Canned(deltas=30, per_write=per_write)
    async with simulating(canned=canned) as (_, url), opened(spec_at("openai", url)) as one, opened(spec_at("anthropic", url)) as two:
        for model in (one, two):
            reply = await model.answer(question(), None)
            assert (reply.text, reply.usage.output, reply.simulated) == (canned.text, 30, True)


async def test_a_journal_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="--journal"):
        await SimServer(journal=tmp_path).start()


async def test_a_taken_port_is_said() -> None:
    async with simulating() as (server, _):
        with pytest.raises(ConfigError, match="--port"):
            await SimServer(port=server.port).start()
