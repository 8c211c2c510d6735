"""The JSON object in a model's reply, with fences, prose around it, trailing commas or a cut-off end.

Every step takes time in proportion to the reply, whatever it holds, but for the repair library, which may take the
square of it: so it comes last, and is given short texts only.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

MOST_CHARACTERS = 200_000
MOST_REPAIRED = 4_000
MOST_OPENED = 40
"""Braces and brackets in a text that the repair library is given; many unclosed ones cost it seconds."""
MOST_STARTS = 50

_MARK = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f]")
_CLOSING = {"{": "}", "[": "]"}


class Unreadable(ValueError):
    """The reply holds no object of the asked form; the text says what is missing, as a clause."""


def object_in(reply: str) -> dict[str, Any]:
    """The first object that the reply holds. Raises Unreadable."""
    if len(reply) > MOST_CHARACTERS:
        raise Unreadable(f"it is longer than {MOST_CHARACTERS:,} characters")
    whole = _strict(reply)
    if whole is not None:
        return whole
    first = start = reply.find("{")
    if start < 0:
        raise Unreadable("it holds no JSON object")
    for _ in range(MOST_STARTS):
        pieces, end = _pieces(reply, start)
        found = _strict(_closed(pieces))
        if found is not None:
            return found
        start = reply.find("{", end)
        if start < 0:
            break
    return _repaired(reply[first:])


def _strict(text: str) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _pieces(text: str, start: int) -> tuple[list[str], int]:
    """The object that opens at `start` in pieces, without trailing commas and with line ends in strings escaped, and where it ends."""
    pieces: list[str] = []
    depth, place = 0, start
    for match in _MARK.finditer(text, start):
        gap, mark, place = text[place : match.start()].strip(), match[0], match.end()
        if gap:
            pieces.append(gap)
        if mark in "}]":
            if pieces[-1] == ",":
                pieces.pop()
            depth -= 1
        elif mark in "{[":
            depth += 1
        elif mark[0] == '"':
            mark = _CONTROL.sub(lambda control: f"\\u{ord(control[0]):04x}", mark)
        pieces.append(mark)
        if not depth:
            return pieces, place
    return [*pieces, text[place:].strip()], len(text)


def _closed(pieces: list[str]) -> str:
    """The pieces with what is still open closed."""
    pieces, open_ = list(pieces), list[str]()
    for piece in pieces:
        if piece in _CLOSING:
            open_.append(_CLOSING[piece])
        elif piece in ("}", "]") and open_:
            open_.pop()
    while pieces and pieces[-1] in ("", ","):
        pieces.pop()
    if pieces and pieces[-1][0] == '"' and not _whole(pieces[-1]):
        pieces[-1] = re.sub(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z", r"\1", pieces[-1]) + '"'
    return "".join([*pieces, *reversed(open_)])


def _whole(string: str) -> bool:
    return len(string) > 1 and re.fullmatch(r'"(?:[^"\\]|\\.)*"', string, re.DOTALL) is not None


def _repaired(text: str) -> dict[str, Any]:
    if len(text) > MOST_REPAIRED or text.count("{") + text.count("[") > MOST_OPENED:
        raise Unreadable("its JSON is broken")
    from json_repair import repair_json  # only unusual replies pay for the import

    try:
        found = repair_json(text, return_objects=True, skip_json_loads=True)
    except Exception:  # whatever it stumbles over, the reply is at fault
        raise Unreadable("its JSON is broken") from None
    if isinstance(found, list):  # several objects in one reply: the first is the answer
        found = next((item for item in found if isinstance(item, dict)), None)
    if not isinstance(found, dict):
        raise Unreadable("it holds no JSON object")
    return found
