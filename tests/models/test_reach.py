"""Who can be reached from here, as far as names tell."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.models import reach

CLAUDE, GPT = ModelSpec("anthropic", "claude-sonnet-4-6"), ModelSpec("openai", "gpt-4o")


def looked_up(*specs: ModelSpec) -> int:
    """Look up, wait for the threads; how often something changed."""
    changes: list[None] = []
    reach.look_up(specs, lambda: changes.append(None))
    for thread in [thread for thread in threading.enumerate() if thread.name == "reach"]:
        thread.join(5)
    return len(changes)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are asked for; those that begin with `api.openai` resolve."""
    asked: list[str] = []

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        if host.startswith("api.openai"):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]
        raise socket.gaierror(socket.EAI_AGAIN, "no")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return asked


def test_unknown_until_it_was_looked_up_and_then_kept(names: list[str]) -> None:
    assert reach.offline([CLAUDE, GPT]) == ""
    assert looked_up(CLAUDE, GPT, CLAUDE) == 1
    assert sorted(names) == ["api.anthropic.com", "api.openai.com"]
    assert reach.offline([CLAUDE, GPT]) == (
        "Anthropic cannot be reached from here: no connection, or its name does not resolve. Simulated models work without."
    )
    assert reach.offline([GPT]) == ""
    assert looked_up(CLAUDE, GPT) == 0
    assert len(names) == 2


def test_several_are_named_once_each(names: list[str]) -> None:
    both = (CLAUDE, ModelSpec("deepseek", "deepseek-chat"))
    looked_up(*both)
    assert reach.offline(both).startswith("Anthropic and DeepSeek cannot be reached from here: no connection, or their names do not")


def test_back_online_is_noticed(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up(CLAUDE)
    monkeypatch.setattr(reach, "KEPT", 0.0)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    assert looked_up(CLAUDE) == 1
    assert reach.offline([CLAUDE]) == ""


@pytest.mark.parametrize("text", ["sim:strong", "ollama:x", "openai:x@http://127.0.0.1:1/v1", "openai:x@https://192.0.2.1/v1", "nobody:x"])
def test_no_name_is_looked_up_where_there_is_none(names: list[str], text: str) -> None:
    assert looked_up(ModelSpec.parse(text)) == 0
    assert names == []


def test_a_proxy_would_look_it_up(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert looked_up(CLAUDE) == 0
    assert names == []
    assert reach.by_proxy("api.anthropic.com")


def test_a_name_that_cannot_be_one_does_not_resolve() -> None:
    assert not reach.resolves("a" * 70 + ".example")
