"""Short questions to servers on this machine, and to no other: no name is resolved, no proxy used, no redirect followed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

CONNECT = 0.5
"""Seconds for a connection and for each silence afterwards."""
WHOLE = 1.0
"""Seconds for a whole answer, however slowly it comes."""
MOST_BODY = 1_000_000
"""Bytes; a longer answer is no list of models."""
_BOTH = ("127.0.0.1", "::1")


class Answer(msgspec.Struct, frozen=True):
    """What a server said. `value` is the JSON in the body, None where there is none."""

    status: int
    value: Any = None


def ask(url: str, *, body: bytes | None = None, key: str = "", whole: float = WHOLE) -> Answer | None:
    """Ask with GET, or POST where there is a body. None where nobody answers in time, or with too much, or where `url` is not loopback."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    for address in _addresses(parts.hostname or ""):
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(address, port, timeout=min(CONNECT, whole))
        try:
            connection.connect()
        except (OSError, ssl.SSLError):
            continue
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _asked(connection, target, parts.netloc.rpartition("@")[2], body, key, whole)
    return None


def _asked(connection: HTTPConnection, target: str, host: str, body: bytes | None, key: str, whole: float) -> Answer | None:
    headers = {"Host": host, "Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key:
        headers["Authorization"] = f"Bearer {key}"
    watch = threading.Timer(whole, _end, (connection.sock,))  # timeouts alone would let it drip
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET" if body is None else "POST", target, body, headers)
        response = connection.getresponse()
        data = response.read(MOST_BODY + 1)
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        watch.cancel()
        connection.close()
    if len(data) > MOST_BODY:
        return None
    try:
        return Answer(response.status, msgspec.json.decode(data))
    except (ValueError, RecursionError):
        return Answer(response.status)


def _addresses(host: str) -> tuple[str, ...]:
    """The addresses of this machine that a host's name stands for; none for other machines."""
    if host == "localhost" or host.endswith(".localhost"):
        return _BOTH
    try:
        return (host,) if ipaddress.ip_address(host).is_loopback else ()
    except ValueError:
        return ()


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
