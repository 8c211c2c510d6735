"""Whether a provider can be reached from here at all: does its name resolve? Looked up beside everything else, kept for a while."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from selforg_tui.core.config import ModelSpec
from selforg_tui.models.providers import Provider, is_loopback, providers

KEPT = 30.0
"""Seconds for which an answer counts."""

_known: dict[str, tuple[float, bool]] = {}
"""When each host's name was looked up, and whether it resolved."""
_asking: set[str] = set()
_lock = threading.Lock()


def offline(specs: Iterable[ModelSpec]) -> str:
    """A sentence on those whose provider cannot be reached as far as is known now; empty where all can, or nobody knows yet."""
    remote = (provider for spec in specs if (provider := _remote(spec)) is not None)
    titles = dict.fromkeys(provider.title for provider in remote if not _known.get(_host(provider), (0.0, True))[1])
    if not titles:
        return ""
    whose = "its name does" if len(titles) == 1 else "their names do"
    return f"{' and '.join(titles)} cannot be reached from here: no connection, or {whose} not resolve. Simulated models work without."


def resolves(host: str) -> bool:
    """Look a host's name up now; as long as that takes, so call it where nobody waits."""
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        found = True
    except (OSError, UnicodeError):
        found = False
    _known[host] = time.monotonic(), found
    return found


def look_up(specs: Iterable[ModelSpec], on_change: Callable[[], None]) -> None:
    """Look the hosts of these models up, each in a thread of its own; returns at once.

    `on_change` is called in that thread where an answer is another than before. Hosts looked up within the last `KEPT` seconds
    are left, and so is what a proxy would look up.
    """
    for provider in {_host(found): found for spec in specs if (found := _remote(spec)) is not None}.values():
        host = _host(provider)
        with _lock:
            before = _known.get(host)
            if host in _asking or (before is not None and time.monotonic() - before[0] < KEPT):
                continue
            _asking.add(host)
        threading.Thread(target=_look_up, args=(provider, on_change), daemon=True, name="reach").start()


def forget() -> None:
    """Know nothing of any host again."""
    _known.clear()


def by_proxy(host: str) -> bool:
    """Whether a proxy is asked instead, as the environment says."""
    from urllib.request import getproxies, proxy_bypass

    return "https" in getproxies() and not proxy_bypass(host)


def _look_up(provider: Provider, on_change: Callable[[], None]) -> None:
    host = _host(provider)
    try:
        if by_proxy(host):
            return
        before = _known.get(host, (0.0, True))[1]
        if resolves(host) != before:
            on_change()
    finally:
        _asking.discard(host)


def _remote(spec: ModelSpec) -> Provider | None:
    """The provider of a model that is reached by a name elsewhere; None for all others."""
    declared = providers().get(spec.provider)
    provider = declared and declared.at(spec.base_url)
    if provider is None or not _host(provider) or is_loopback(provider.base_url):
        return None
    try:
        ipaddress.ip_address(_host(provider))
    except ValueError:
        return provider
    return None


def _host(provider: Provider) -> str:
    return host_of(provider.base_url)


def host_of(url: str) -> str:
    """The host's name; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
