"""Takes keys out of texts before they are logged or shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

MARK = "[removed]"
SHORTEST = 8
"""Known keys shorter than this are left: they are placeholders, and ordinary words would go with them."""

_SHAPES = tuple(
    (hints, re.compile(pattern), kept)
    for hints, pattern, kept in (
        (("://",), r"(://)[^\s/@\"'<>]+@", r"\1"),
        (("Bearer", "bearer"), r"([Bb]earer\s+)[\w.~+/=-]{8,}", rf"\1{MARK}"),
        (("key=", "token="), r"((?:key|token)=)[\w.~+/-]{8,}", rf"\1{MARK}"),
        (("sk-", "pk-", "rk-"), r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}", MARK),
        (("AIza",), r"AIza[A-Za-z0-9_-]{20,}", MARK),
    )
)
"""What a key looks like: a cheap sign that there may be one, its shape, and what stays in its place."""

_SECRET_NAME = re.compile(r"key|token|secret|sig|auth|pass|code", re.I)
_PRIVATE_PART = re.compile(r"(?<=://)[^\s/@]+(?=@)|(?<=\?)\S+")
_LONG = 20
"""Characters from which on any value in a URL is taken for a secret."""


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """The text without known keys, and without what has the shape of one (`sk-…`, `Bearer …`, a name before a URL's host)."""
    text = without(text, keys)
    for hints, shape, kept in _SHAPES:
        if any(hint in text for hint in hints):
            text = shape.sub(kept, text)
    return text


def without(text: str, keys: Iterable[str]) -> str:
    """The text without known keys; what merely looks like one stays, so that JSON stays JSON."""
    for needle in _needles(frozenset(keys)):
        if needle in text:
            text = text.replace(needle, MARK)
    return text


@lru_cache(maxsize=64)
def _needles(keys: frozenset[str]) -> tuple[str, ...]:
    """The known keys, also as they stand in URLs, in base64 and in JSON of some servers; the longest first."""
    found: set[str] = set()
    for key in keys:
        if len(key) >= SHORTEST:
            coded = base64.b64encode(key.encode()).decode().rstrip("=")
            found |= {key, quote(key, safe=""), coded, key.replace("/", "\\/")}
    return tuple(sorted(found, key=lambda needle: (-len(needle), needle)))


@lru_cache(maxsize=64)
def _needles_in_json(keys: frozenset[str]) -> tuple[bytes, ...]:
    return tuple(msgspec.json.encode(needle)[1:-1] for needle in _needles(keys))


_SIGNS = tuple(hint.encode() for hints, _, _ in _SHAPES for hint in hints if hint != "://")
_NAME_BEFORE_HOST = re.compile(rb"://[^\s/@<>]+@")


def suspicious(line: bytes, keys: Iterable[str] = ()) -> bool:
    """A quick look: False only where `redact` would change nothing in any text of this line of JSON."""
    if any(sign in line for sign in _SIGNS) or (b"://" in line and _NAME_BEFORE_HOST.search(line)):
        return True
    return any(needle in line for needle in _needles_in_json(frozenset(keys)))


def secrets_in(url: str) -> frozenset[str]:
    """What of a URL is a key: a password, a name without one, and values that are called so or are long."""
    try:
        parts = urlsplit(url)
        found = {parts.password or parts.username or ""}
    except ValueError:  # no URL at all
        return frozenset()
    found |= {value for name, value in parse_qsl(parts.query) if _SECRET_NAME.search(name) or len(value) >= _LONG}
    if parts.password:
        found.add(base64.b64encode(f"{unquote(parts.username or '')}:{unquote(parts.password)}".encode()).decode())
    return frozenset(each for value in found if value for each in (value, unquote(value)))


def covered(text: str) -> str:
    """A text that is being typed, as long as it is, with dots for the name before a URL's host and for what follows its path."""
    return _PRIVATE_PART.sub(lambda match: "•" * len(match[0]), text)


class Pieces:
    """Takes known keys out of a text that comes in pieces: what may be the beginning of one is held back until it is clear what it is."""

    __slots__ = ("_held", "_needles")

    def __init__(self, keys: Iterable[str]) -> None:
        self._needles = _needles(frozenset(keys))
        self._held = ""

    def __call__(self, piece: str) -> str:
        """What can be shown by now."""
        text, held = self._held + piece, 0
        for needle in self._needles:
            if needle in text:
                text = text.replace(needle, MARK)
        for needle in self._needles:
            held = max(held, _begun(text, needle))
        if not held:
            self._held = ""
            return text
        self._held = text[-held:]
        return text[:-held]


def _begun(text: str, needle: str) -> int:
    """How many characters at the end of the text are the beginning of this one."""
    at = text.find(needle[0], max(0, len(text) - len(needle) + 1))
    while at >= 0 and not needle.startswith(text[at:]):
        at = text.find(needle[0], at + 1)
    return len(text) - at if at >= 0 else 0
