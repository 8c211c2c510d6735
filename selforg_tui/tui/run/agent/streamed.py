"""A reply that is still arriving, made readable: the longest text of the JSON as far as it came."""

from __future__ import annotations

import re

_STRING = re.compile(r'"(?P<key>\w+)"\s*:\s*"(?P<text>(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[^u])", re.DOTALL)
_NAMED = {"n": "\n", "t": "    ", "r": "", "b": "", "f": ""}


def fields(partial: str) -> dict[str, str]:
    """The text fields of a JSON object that may be cut off anywhere; those inside lists do not count."""
    found: dict[str, str] = {}
    for match in _STRING.finditer(partial):
        found.setdefault(match["key"], _ESCAPE.sub(_plain, match["text"]))
    return found


def _plain(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] == "u" and len(escape) == 5:
        return chr(int(escape[1:], 16))
    return _NAMED.get(escape, escape)
