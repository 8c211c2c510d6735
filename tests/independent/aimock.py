"""A test server of someone else's making, `@copilotkit/aimock` from npm: its process, its fixtures and its journal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

COMMAND = "SELFORG_TUI_AIMOCK"
"""Names the environment variable with the path of its command, for where it is not on PATH."""
Fixture = dict[str, Any]


def command() -> str | None:
    """The server's command; None where it is not installed."""
    return os.environ.get(COMMAND) or shutil.which("aimock")


class Tokens(msgspec.Struct, frozen=True):
    """What a call took, as the server says."""

    input: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.output + other.output)


class Seen(msgspec.Struct, frozen=True):
    """One request in the server's journal. `chaos` names the fault that it answered with, `tokens` what its fixture reports."""

    path: str
    status: int
    chaos: str
    cut: bool
    """The stream was broken off on purpose."""
    tokens: Tokens
    reply: Any
    body: dict[str, Any]
    headers: dict[str, str]


class Aimock:
    """A running server. Fixtures are tried in the order they were added."""

    def __init__(self, url: str) -> None:
        self.url = url

    def reset(self, fixtures: Iterable[Fixture]) -> None:
        """Forget all requests and answer by these from now on."""
        self._ask("POST", "/reset")
        added = list(fixtures)
        assert self._ask("POST", "/fixtures", {"fixtures": added}) == {"added": len(added)}

    def journal(self) -> list[Seen]:
        """Every request since the last reset, in the order of their answers."""
        return [_seen(entry) for entry in self._ask("GET", "/journal")]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/__aimock{path}", data, {"content-type": "application/json"}, method=method)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=20) as response:
            return json.loads(response.read())


@contextmanager
def running(folder: Path) -> Iterator[Aimock]:
    """A server for as long as the block lasts; its config is written into `folder`."""
    found = command()
    assert found, f"aimock is not installed: npm install @copilotkit/aimock, then put its command on PATH or into {COMMAND}"
    config = folder / "aimock.json"
    config.write_text(json.dumps({"strict": True, "llm": {"logLevel": "silent", "chunkSize": 40}}))
    with subprocess.Popen([found, "--config", str(config), "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            told = next((line for line in process.stdout if "listening on" in line), "")
            assert told, "aimock did not start; it needs Node 20 or newer"
            yield Aimock(told.split()[-1])
        finally:
            process.terminate()


def _seen(entry: dict[str, Any]) -> Seen:
    response, fixture = entry["response"], entry["response"].get("fixture") or {}
    usage = (fixture.get("response") or {}).get("usage") or {}
    served = response["status"] == 200 and "chaosAction" not in response
    return Seen(
        path=entry["path"],
        status=response["status"],
        chaos=response.get("chaosAction", ""),
        cut=bool(response.get("interrupted")),
        tokens=Tokens(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)) if served else Tokens(),
        reply=(fixture.get("response") or {}).get("content"),
        body=entry["body"],
        headers=entry["headers"],
    )
