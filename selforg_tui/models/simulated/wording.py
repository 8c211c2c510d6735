"""Sentences with alternatives, `[rank|sort] the wards`: chosen by key, so that two people rarely say the same thing in the same words."""

from __future__ import annotations

import re
from functools import lru_cache

_GROUP = re.compile(r"\[((?:[^\[\]{}]|\{[^{}]*\})*)\]")
_BAR = re.compile(r"\|(?![^{]*\})")
_SPACES = re.compile(r"  +")
_MASK = (1 << 64) - 1


@lru_cache(maxsize=16_384)
def parts(text: str) -> tuple[tuple[str, ...], ...]:
    """The text as a row of alternatives; what is fixed is a row with one."""
    found: list[tuple[str, ...]] = []
    for place, piece in enumerate(_GROUP.split(text)):
        if place % 2:
            found.append(tuple(_BAR.split(piece)))
        elif piece:
            found.append((piece,))
    return tuple(found)


def worded(text: str, key: int) -> str:
    """One wording of the text. `key` is a 64-bit number; each alternative takes its share of it."""
    row = parts(text)
    if len(row) == 1 and len(row[0]) == 1:
        return text
    said = []
    for choices in row:
        count = len(choices)
        if count == 1:
            said.append(choices[0])
        else:
            key = (key * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK
            said.append(choices[(key >> 40) % count])
    return _SPACES.sub(" ", "".join(said)).strip()


def every_word(text: str) -> str:
    """All words that any wording may have."""
    return " ".join(choice for choices in parts(text) for choice in choices)


def fixed_words(text: str) -> str:
    """The words that all wordings have."""
    return " ".join(choices[0] for choices in parts(text) if len(choices) == 1)
