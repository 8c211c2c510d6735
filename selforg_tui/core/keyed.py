"""Randomness by key: the same question always gets the same draw, whatever was drawn before or at the same time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
Key = str | int


def whole(*key: Key) -> int:
    """A 64-bit integer that depends on the key alone (not on order of calls, platform or Python version)."""
    message = bytearray()
    for part in key:
        data = str(part).encode("utf-8", "surrogatepass")
        message += len(data).to_bytes(4, "big")
        message += data
    return int.from_bytes(hashlib.blake2b(message, digest_size=8).digest(), "big")


def unit(*key: Key) -> float:
    """A number in [0, 1) with 53 bits, from the key alone."""
    return (whole(*key) >> 11) / (1 << 53)


class Keyed:
    """Draws that all share a prefix of their key. Each draw names its purpose; the same purpose draws the same."""

    __slots__ = ("_prefix",)

    def __init__(self, *prefix: Key) -> None:
        self._prefix = prefix

    def at(self, *key: Key) -> Keyed:
        """The same randomness, further down."""
        return Keyed(*self._prefix, *key)

    def unit(self, *key: Key) -> float:
        """A number in [0, 1)."""
        return unit(*self._prefix, *key)

    def below(self, bound: int, *key: Key) -> int:
        """An integer in [0, bound)."""
        return whole(*self._prefix, *key) % bound

    def choice(self, items: Sequence[Item], *key: Key) -> Item:
        """One of the items. Raises ValueError if there is none."""
        if not items:
            raise ValueError("nothing to choose from")
        return items[self.below(len(items), *key)]

    def shuffled(self, items: Sequence[Item], *key: Key) -> list[Item]:
        """The items in an order given by the key."""
        order = sorted(range(len(items)), key=lambda index: whole(*self._prefix, *key, index))
        return [items[index] for index in order]

    def bell(self, *key: Key) -> float:
        """A number in (-1, 1), bell-shaped around 0 (mean of four uniform draws, standard deviation about 0.29)."""
        return sum(unit(*self._prefix, *key, turn) for turn in range(4)) / 2 - 1
