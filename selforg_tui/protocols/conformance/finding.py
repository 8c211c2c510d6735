"""What is wrong with a protocol, in a sentence."""

from __future__ import annotations

from typing import Literal

import msgspec

Rule = Literal["description", "promise", "visibility", "coverage", "failure", "determinism", "memory", "crash", "hang", "stop"]
"""What was broken: what it says of itself · calls, rounds, concurrency and what is shown · only what exists, and only what is promised ·
every seat asked or left out, once a step · a failure stays a failure · the same seed, the same calls · nothing but the history outlives
a task · no exceptions · no waiting for ever · a stop goes through."""


class Finding(msgspec.Struct, frozen=True):
    """One fault, told for the smallest team in which it shows."""

    protocol: str
    rule: Rule
    text: str
    """A sentence that names the protocol, N, step and seat, and what was promised."""
    n: int | None = None
    task: int | None = None
    step: str = ""
    seat: int | None = None
    parameters: dict[str, str] = {}

    def __str__(self) -> str:
        return self.text


class Spot(msgspec.Struct, frozen=True):
    """A finding before it is known in which trial it was made. `about` tells kinds of fault apart: one of each is enough."""

    rule: Rule
    about: str
    says: str
    """Goes on after `… with N = 3: `."""
    task: int | None = None
    step: str = ""
    seat: int | None = None
