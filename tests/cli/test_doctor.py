"""`doctor` and `models` as people start them, and the program with name resolution cut."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Start, environment
from tests.models.asking import CANARY, simulating

CUT = """
import socket
def cut(*_, **__):
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
socket.getaddrinfo = cut
"""
CANNOT_UNSHARE = (
    shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode != 0
)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A simulated server on this machine, whose replies stream."""
    async with simulating(tokens_per_second=400) as (_, url):
        yield url


async def run(start: Start, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(start, *words, **more)


def test_without_a_key_all_is_well(start: Start) -> None:
    done = start("doctor")
    assert done.returncode == 0
    assert "Anthropic      no key, not asked" in done.stdout
    assert "Ollama         not running" in done.stdout or "Ollama         runs here" in done.stdout
    assert "Simulated models (sim:strong, …) need no key" in done.stdout
    assert done.stderr == ""  # nobody watches


def test_offline_with_a_key_fails_and_says_what_to_do(start: Start) -> None:
    done = start("doctor", before=CUT, ANTHROPIC_API_KEY=CANARY)
    assert done.returncode == 4
    assert "key: ANTHROPIC_API_KEY; offline: there is no connection, or its name does not resolve." in done.stdout
    assert "Check the connection; simulated models work without." in done.stdout
    assert CANARY[:12] not in done.stdout + done.stderr


def test_as_one_json_object(start: Start) -> None:
    done = start("doctor", "--json", before=CUT, OPENAI_API_KEY=CANARY)
    found = json.loads(done.stdout)
    assert found["works"] is False
    openai = next(each for each in found["places"] if each["provider"] == "openai")
    assert (openai["key"], openai["reach"], openai["state"]) == ("OPENAI_API_KEY", "offline", "trouble")
    assert {each["about"] for each in found["machine"]} >= {"Python", "colours", "sessions", "config.toml", "prompts"}
    assert openai["models"][0]["price"]["input"] > 0
    assert CANARY[:12] not in done.stdout


def test_a_mistake_in_a_file_and_a_folder_in_the_way_have_their_codes(start: Start, own_world: Path) -> None:
    file = own_world / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[keys]\nopnai = 'echo'")
    done = start("doctor")
    assert done.returncode == 2
    assert "FAILS  config.toml" in done.stdout
    (own_world / "data").write_text("")
    assert start("doctor").returncode == 5


async def test_a_server_here_and_a_model_that_it_has_not(start: Start, server: str) -> None:
    fine = await run(start, "doctor", "-m", f"openai:sim-strong@{server}/v1")
    assert fine.returncode == 0
    assert "runs here, with" in fine.stdout
    missing = await run(start, "doctor", "-m", f"openai:sim-wise@{server}/v1")
    assert missing.returncode == 4
    assert "not listed" in missing.stdout


async def test_live_asks_over_both_wires_and_says_what_it_may_cost(start: Start, server: str) -> None:
    words = ("doctor", "--live", "-m", f"openai:sim-strong@{server}/v1", "-m", f"anthropic:sim-strong@{server}")
    done = await run(start, *words, "--yes")
    assert done.returncode == 0
    assert "--live asks 2 models one short question" in done.stderr
    assert "unknown price" in done.stderr
    assert done.stdout.count("SIMULATED  Its reply") == 2
    assert done.stdout.count("streamed · ") == 2
    assert done.stdout.count("(reported)") == 2
    assert "temperature taken" in done.stdout
    assert "takes no temperature" in done.stdout


async def test_live_asks_nobody_unasked(start: Start, server: str) -> None:
    done = await run(start, "doctor", "--live", "-m", f"openai:sim-strong@{server}/v1")
    assert done.returncode == 2
    assert "--yes asks the models" in done.stderr
    assert done.stdout == ""
    nobody = await run(start, "doctor", "--live", "--yes")
    assert nobody.returncode == 2
    assert "nobody to ask" in nobody.stderr


async def test_a_live_call_that_fails_is_told_and_counts(start: Start) -> None:
    done = await run(start, "doctor", "--live", "--yes", "--json", "-m", "openai:x@http://127.0.0.1:9/v1")
    assert done.returncode == 4
    assert json.loads(done.stdout)["live"][0]["state"] == "trouble"


async def test_models_lists_those_that_run_here(start: Start, server: str, own_world: Path) -> None:
    file = own_world / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[run]\nmodels = ["openai:sim-strong@{server}/v1"]')
    more = {"SELFORG_TUI_DISCOVER": "1"}
    assert f"openai:sim-weak@{server}/v1" in (await run(start, "models", **more)).stdout
    running = json.loads((await run(start, "models", "--json", **more)).stdout)["running"]
    assert f"{server}/v1" in [each["url"] for each in running]
    for words, off in ((("models", "--no-discover"), more), (("models",), {"SELFORG_TUI_DISCOVER": "0"})):
        assert "running here" not in (await run(start, *words, **off)).stdout


def test_a_simulated_run_looks_no_name_up(start: Start) -> None:
    """Not even one that never answers: it would wait for ever."""
    hangs = "import socket, threading\nsocket.getaddrinfo = lambda *_, **__: threading.Event().wait()"
    done = start("run", "Plan a harbour", "--no-save", "--json", before=hangs)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "done"


@pytest.mark.skipif(CANNOT_UNSHARE, reason="this system gives no network of one's own to a process")
def test_without_any_network(tmp_path: Path) -> None:
    """Not even the loopback is up in there."""

    def inside(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = ["unshare", "-rn", sys.executable, "-m", "selforg_tui", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment(**more), timeout=60, check=False)

    done = inside("run", "Plan a harbour", "--no-save", "--json", SELFORG_TUI_DISCOVER="1")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "done")
    doctor = inside("doctor", OPENAI_API_KEY=CANARY, SELFORG_TUI_DISCOVER="1")
    assert doctor.returncode == 4
    assert "offline" in doctor.stdout
    assert "Ollama         not running" in doctor.stdout
