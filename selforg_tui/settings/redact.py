"""Takes keys out of texts before they are logged or shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

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


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """The text without known keys, and without what has the shape of one (`sk-…`, `Bearer …`, a name before a URL's host)."""
    for key in sorted((key for key in keys if len(key) >= SHORTEST), key=len, reverse=True):
        text = text.replace(key, MARK)
    for hints, shape, kept in _SHAPES:
        if any(hint in text for hint in hints):
            text = shape.sub(kept, text)
    return text


_SIGNS = tuple(hint.encode() for hints, _, _ in _SHAPES for hint in hints if hint != "://")
_NAME_BEFORE_HOST = re.compile(rb"://[^\s/@<>]+@")


def suspicious(line: bytes, keys: Iterable[str] = ()) -> bool:
    """A quick look: False only where `redact` would change nothing in any text of this line of JSON."""
    if any(sign in line for sign in _SIGNS) or (b"://" in line and _NAME_BEFORE_HOST.search(line)):
        return True
    return any(msgspec.json.encode(key)[1:-1] in line for key in keys if len(key) >= SHORTEST)
