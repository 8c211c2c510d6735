"""Python's collector of garbage while a run is on the screen: a pass over everything would hold up keys and frames.

A full pass over the 200,000 objects of the app, the SDK and a team of 256 takes 0.15 s, in which no key is answered. What is there when
a run comes on the screen, and whatever a full pass finds alive, is therefore left out of later passes, which then look only at what is
new. Nothing is lost by it: reference counts free most of what goes as before, and the rest is looked at again once no run is on the screen.
"""

from __future__ import annotations

import gc
from typing import Literal

_held = 0
"""How many screens ask for it."""


def hold() -> None:
    """Leave out of the passes what there is now. Each call needs a `release`."""
    global _held
    _held += 1
    if _held == 1:
        gc.callbacks.append(_passed)
    gc.freeze()
    gc.collect()  # over nothing: from now on the collector counts what is new against that


def release() -> None:
    """No longer."""
    global _held
    _held -= 1
    if not _held:
        gc.callbacks.remove(_passed)
        gc.unfreeze()


def _passed(phase: Literal["start", "stop"], about: dict[str, int]) -> None:
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()
