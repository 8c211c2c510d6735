"""Providers, looked at over real HTTP: who is asked, with what, and what is said of the answer."""

from __future__ import annotations

import asyncio
import socket
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.doctor.check import check, wanted
from selforg_tui.doctor.findings import PlaceFinding, Report
from selforg_tui.doctor.served import ANTHROPIC_VERSION, lists
from selforg_tui.models.providers import providers
from selforg_tui.settings.keys import COMMAND, Keys
from tests.doctor.servers import elsewhere
from tests.models.asking import CANARY, Handler, faulty, simulating

__all__ = ["elsewhere"]


async def looked(keys: Keys, *specs: str, within: float = 6.0) -> Report:
    return await asyncio.to_thread(check, [ModelSpec.parse(text) for text in specs], keys, within=within)


def place(report: Report, title: str) -> PlaceFinding:
    return next(each for each in report.places if each.title.startswith(title))


def listing(*names: str) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {CANARY}":
            return web.json_response({"error": {"message": f"bad key {request.headers.get('authorization')}"}}, status=401)
        return web.json_response({"data": [{"id": name} for name in names]})

    return handle


async def test_without_a_key_nobody_is_asked() -> None:
    report = await looked(Keys({}))
    remote = [each for each in report.places if each.needs_key]
    assert {(each.reach, each.state, each.text) for each in remote} == {("not asked", "off", "no key, not asked")}
    assert {each.provider for each in report.places} == set(providers())
    assert report.models_work


async def test_a_provider_with_a_key_is_asked_and_offline_is_said() -> None:
    report = await looked(Keys({"OPENAI_API_KEY": CANARY}))
    found = place(report, "OpenAI")
    assert (found.key, found.reach, found.state) == ("OPENAI_API_KEY", "offline", "trouble")
    assert "does not resolve" in found.text
    assert "simulated models work" in found.advice
    assert not report.models_work


async def test_what_it_lists_and_what_is_known(elsewhere: str) -> None:
    async with faulty(listing("gpt-4o-2024-08-06", "other")) as url:
        at = url.replace("127.0.0.1", elsewhere) + "/v1"
        report = await looked(Keys({"OPENAI_API_KEY": CANARY}), f"openai:gpt-4o@{at}", f"openai:missing@{at}")
    found = place(report, f"OpenAI at {elsewhere}")
    assert [(model.served, model.context, model.temperature, model.price) for model in found.models] == [
        (True, 128_000, True, None),
        (False, None, True, None),
    ]
    assert (found.reach, found.state) == ("reached", "trouble")
    assert f"but not openai:missing@{at}" in found.text
    assert found.seconds is not None


async def test_a_key_that_is_not_accepted_is_said_without_it(elsewhere: str) -> None:
    async with faulty(listing()) as url:
        report = await looked(Keys({"OPENAI_API_KEY": "sk-wrong-0123456789"}), f"openai:x@{url.replace('127.0.0.1', elsewhere)}/v1")
    found = place(report, f"OpenAI at {elsewhere}")
    assert (found.reach, found.state) == ("refused", "trouble")
    assert "does not accept the key" in found.text
    assert "OPENAI_API_KEY" in found.advice
    assert b"sk-wrong" not in msgspec.json.encode(report)


async def test_the_anthropic_wire_is_asked_in_its_own_way(elsewhere: str) -> None:
    asked: list[tuple[str, str | None]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append((request.path_qs, request.headers.get("anthropic-version")))
        return web.json_response({"data": [{"id": "claude-sonnet-4-6"}]})

    async with faulty(handle) as url:
        report = await looked(Keys({"ANTHROPIC_API_KEY": CANARY}), f"anthropic:claude-sonnet-4-6@{url.replace('127.0.0.1', elsewhere)}")
    assert asked == [("/v1/models?limit=1000", ANTHROPIC_VERSION)]
    assert place(report, f"Anthropic at {elsewhere}").models[0].served is True


def test_the_version_is_that_of_the_sdk() -> None:
    from anthropic._constants import ANTHROPIC_API_VERSION

    assert ANTHROPIC_API_VERSION == ANTHROPIC_VERSION, version("anthropic")


@pytest.mark.parametrize(
    ("status", "body", "reach", "state"),
    [
        (404, "no", "reached", "note"),
        (200, "<html>", "reached", "note"),
        (500, "oops", "refused", "trouble"),
        (302, "", "refused", "trouble"),
        (429, '{"error": {"message": "slow down"}}', "refused", "trouble"),
    ],
)
async def test_other_answers(elsewhere: str, status: int, body: str, reach: str, state: str) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(status=status, text=body, headers={"location": "http://127.0.0.1:9/"} if status == 302 else {})

    async with faulty(handle) as url:
        report = await looked(Keys({"OPENAI_API_KEY": CANARY}), f"openai:x@{url.replace('127.0.0.1', elsewhere)}/v1")
    found = place(report, f"OpenAI at {elsewhere}")
    assert (found.reach, found.state) == (reach, state), found
    assert asked == ["/v1/models"]


async def test_who_does_not_answer_is_not_waited_for(elsewhere: str) -> None:
    async def hanging(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    async with faulty(hanging) as url:
        began = time.monotonic()
        report = await looked(Keys({"OPENAI_API_KEY": CANARY}), f"openai:x@{url.replace('127.0.0.1', elsewhere)}/v1", within=0.7)
        assert time.monotonic() - began < 2
    found = place(report, "OpenAI at")
    assert (found.reach, found.state) == ("silent", "trouble")
    assert "did not answer within" in found.text


async def test_servers_here(own_world: Path) -> None:
    with socket.socket() as nobody:  # whoever runs these tests may have a real one running
        nobody.bind(("127.0.0.1", 0))
        closed = f'base_url = "http://localhost:{nobody.getsockname()[1]}/v1"'
    own_world.joinpath("config").mkdir(parents=True)
    own_world.joinpath("config", "providers.toml").write_text(f"[ollama]\n{closed}\n[vllm]\n{closed}\n")
    async with simulating() as (_, url):
        report = await looked(Keys({}), f"openai:sim-strong@{url}/v1", f"openai:sim-wise@{url}/v1", "ollama:llama3.2")
    here = place(report, "OpenAI at 127.0.0.1")
    assert [(model.served, model.wanted) for model in here.models] == [(True, True), (False, True)]
    assert here.state == "trouble"
    assert "sim-wise" in here.text
    ollama = place(report, "Ollama")
    assert ollama.state == "trouble"  # it was named, and it does not run
    assert "Start it" in ollama.advice
    assert place(report, "vLLM").state == "off"


async def test_a_key_command_is_run_for_its_provider_and_told_where_it_fails(own_world: Path) -> None:
    ran = own_world.parent / "ran"
    report = await looked(Keys({}, {"deepseek": "false", "nobody": f"touch {ran}"}))
    found = place(report, "DeepSeek")
    assert (found.key, found.state, found.reach) == (COMMAND, "trouble", "not asked")
    assert "failed with exit code 1" in found.text
    assert "config.toml" in found.advice
    assert not ran.exists()


async def test_a_provider_of_one_s_own_whose_key_is_exchanged_for_a_token(elsewhere: str, own_world: Path) -> None:
    asked: list[tuple[str, str]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append((f"{request.method} {request.path}", request.headers["authorization"]))
        if request.path == "/oauth":
            return web.json_response({"access_token": "short-lived-1234", "expires_at": 0})
        return web.json_response({"data": [{"id": "acme-large"}]})

    async with faulty(handle) as url:
        at = url.replace("127.0.0.1", elsewhere)
        file = own_world / "config" / "providers.toml"
        file.parent.mkdir(parents=True)
        file.write_text(
            f'[acme]\ntitle = "Acme"\nbase_url = "{at}/v1"\nkeys = ["ACME_KEY"]\ntoken = {{ url = "{at}/oauth", scope = "ALL" }}\n'
            'models = [{ match = "acme-large", suggest = true }]\n'
        )
        report = await looked(Keys({"ACME_KEY": CANARY}))
    assert asked == [("POST /oauth", f"Basic {CANARY}"), ("GET /v1/models", "Bearer short-lived-1234")]
    found = place(report, "Acme")
    assert (found.reach, found.key, [model.served for model in found.models]) == ("reached", "ACME_KEY", [True])
    assert b"short-lived" not in msgspec.json.encode(report)


async def test_certificates_that_cannot_be_used_are_said(own_world: Path) -> None:
    file = own_world / "config" / "providers.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[openai]\nca_bundle = "/nowhere/ca.pem"\n')
    found = place(await looked(Keys({"OPENAI_API_KEY": CANARY})), "OpenAI")
    assert (found.reach, found.state) == ("not asked", "trouble")
    assert "/nowhere/ca.pem" in found.text


async def test_a_mistake_in_the_providers_is_told_among_the_files(own_world: Path) -> None:
    file = own_world / "config" / "providers.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[openai]\nbase_uri = 'x'\n")
    report = await looked(Keys({}), "sim:strong")
    assert report.places == ()
    told = next(each for each in report.machine if each.about == "providers")
    assert told.state == "trouble"
    assert "base_uri" in told.text


async def test_no_finding_holds_a_key_or_a_part_of_one(elsewhere: str) -> None:
    async def echo(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": {"message": f"{CANARY} {CANARY[:12]}"}}, status=400)

    async with faulty(echo) as url:
        keys = Keys({"OPENAI_API_KEY": CANARY}, {"deepseek": f"echo {CANARY}"})
        at = url.replace("127.0.0.1", f"user:{CANARY}@{elsewhere}")
        report = await looked(keys, f"openai:x@{url.replace('127.0.0.1', elsewhere)}/v1", f"gemini:x@{at}/v1")
    assert place(report, "Google Gemini at").key == "in the URL"
    assert CANARY.encode() not in msgspec.json.encode(report).replace(f"user:{CANARY}@".encode(), b"")


async def test_a_model_that_cannot_exist_is_said() -> None:
    with pytest.raises(ConfigError, match="nobody"):
        await looked(Keys({}), "nobody:x")


def test_which_models_are_looked_at(own_world: Path) -> None:
    assert [spec.name for spec in wanted()] == ["sim:strong"]
    file = own_world / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[run]\nmodels = ["openai:gpt-4o=2", "ollama:x"]\njudge = "anthropic:claude-sonnet-4-6"\n')
    assert [spec.name for spec in wanted()] == ["openai:gpt-4o", "ollama:x", "anthropic:claude-sonnet-4-6"]
    assert [spec.name for spec in wanted([ModelSpec("sim", "weak")])] == ["sim:weak"]
    file.write_text("[run")
    assert wanted() == ()


@pytest.mark.parametrize(
    ("name", "model", "listed"),
    [
        ("gpt-4o", "gpt-4o", True),
        ("gpt-4o-2024-08-06", "gpt-4o", True),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5", True),
        ("llama3.2:latest", "llama3.2", True),
        ("gpt-4o-mini", "gpt-4o", False),
        ("gpt-4", "gpt-4o", False),
    ],
)
def test_what_counts_as_listed(name: str, model: str, listed: bool) -> None:
    assert lists(frozenset({name}), model) is listed
