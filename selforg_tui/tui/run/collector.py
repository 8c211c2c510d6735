"""Python's collector of garbage while a run is on the screen: a pass over everything would hold up keys and frames.

A full pass over the 200,000 objects of the app, the SDK and a team of 256 takes 0.15 s, in which no key is answered. What is there when
a run comes on the screen, and what the first few full passes find alive (the SDK is brought in by then), is therefore left out of later
passes, which take 0.02 s. Not after every pass: garbage in circles among what is left out stays until no run is on the screen, and in
an hour of seeking to and fro that would be much.
"""

from __future__ import annotations

import gc
from typing import Literal

PASSES = 4
"""Full passes whose survivors are left out."""
_held = 0
"""How many screens ask for it."""
_left = 0
"""How many of these passes are to come."""


def hold() -> None:
    """Leave out of the passes what there is now. Each call needs a `release`."""
    global _held, _left
    _held += 1
    _left = PASSES
    if _held == 1:
        gc.callbacks.append(_passed)
    gc.freeze()
    gc.collect()  # the first of the passes, over nothing: from now on the collector counts what is new against that


def release() -> None:
    """No longer."""
    global _held
    _held -= 1
    if not _held:
        gc.callbacks.remove(_passed)
        gc.unfreeze()


def _passed(phase: Literal["start", "stop"], about: dict[str, int]) -> None:
    global _left
    if phase == "stop" and about["generation"] == 2 and _left > 0:
        _left -= 1
        gc.freeze()
