"""Many draws of one purpose, cheaply: a keyed start, then integers mixed by their place (the finaliser of SplitMix64)."""

from __future__ import annotations

from selforg_tui.core.keyed import Keyed

_MASK = (1 << 64) - 1


class Dice:
    """Numbers in [0, 1) that depend on the key and a place alone."""

    __slots__ = ("_start",)

    def __init__(self, draw: Keyed, purpose: str) -> None:
        self._start = draw.below(1 << 63, purpose)

    def unit(self, place: int) -> float:
        """The number at a place, 0 or more."""
        mixed = (self._start + (place + 1) * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)
