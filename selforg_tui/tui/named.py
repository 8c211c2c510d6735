"""Keys in sentences: whoever has given an action another key is told that one.

A sentence names a key as `‹id of the action:key that it has by default›`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from textual.keys import format_key

PLACE = re.compile(r"‹([a-z][a-z-]*\.[a-z-]+):([^‹›]+)›")
_given: dict[str, str] = {}


def give(keymap: Mapping[str, str]) -> None:
    """From now on these keys are the user's, by the id of the action."""
    _given.clear()
    _given.update(keymap)
    with_keys.cache_clear()


@lru_cache(512)
def with_keys(sentence: str) -> str:
    """The sentence with the keys that the user has."""
    return PLACE.sub(_key, sentence)


def _key(found: re.Match[str]) -> str:
    name, default = found.groups()
    if name not in _given:
        return default
    first = _given[name].split(",")[0].strip()
    *modifiers, last = first.split("+") if len(first) > 1 else [first]
    caret = "^" if "ctrl" in modifiers else ""
    return "".join(f"{modifier}+" for modifier in modifiers if modifier != "ctrl") + caret + format_key(last)
