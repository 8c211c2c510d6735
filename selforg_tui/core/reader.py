"""The JSON object in a model's reply, with fences, prose around it, trailing commas or a cut-off end."""

from __future__ import annotations

from typing import Any

import msgspec

MOST_CHARACTERS = 200_000


class Unreadable(ValueError):
    """The reply holds no object of the asked form; the text says what is missing, as a clause."""


def object_in(reply: str) -> dict[str, Any]:
    """The object that the reply holds. Raises Unreadable."""
    if len(reply) > MOST_CHARACTERS:
        raise Unreadable(f"it is longer than {MOST_CHARACTERS:,} characters")
    start = reply.find("{")
    if start < 0:
        raise Unreadable("it holds no JSON object")
    strict = reply[start : reply.rfind("}") + 1]
    try:
        found = msgspec.json.decode(strict.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        found = _repaired(reply[start:])
    if not isinstance(found, dict):
        raise Unreadable("it holds no JSON object")
    return found


def _repaired(text: str) -> Any:
    from json_repair import repair_json  # only unusual replies pay for the import

    try:
        found = repair_json(text, return_objects=True, skip_json_loads=True)
    except (RecursionError, ValueError, IndexError):
        raise Unreadable("its JSON is broken") from None
    if isinstance(found, list):  # several objects in one reply: the first is the answer
        return next((item for item in found if isinstance(item, dict)), None)
    return found
