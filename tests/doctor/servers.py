"""A machine elsewhere, which is really this one: its name resolves to the loopback."""

from __future__ import annotations

import socket
from typing import Any

import pytest

NAME = "models.example.org"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """A host's name that leads to this machine, as a provider's would to its own."""
    really = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return really("127.0.0.1" if name == NAME else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for proxy in _PROXIES:
        monkeypatch.delenv(proxy, raising=False)
    return NAME
