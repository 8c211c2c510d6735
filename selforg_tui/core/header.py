"""The header of a session: all that is needed to read, judge and run it again. The first event carries it."""

from __future__ import annotations

import msgspec

from selforg_tui.core.calls import Price
from selforg_tui.core.config import ModelSpec, RunConfig

FORMAT = "selforg-session"
VERSION = 1


class Parent(msgspec.Struct, frozen=True):
    """The session that this one was forked or resumed from, and where."""

    id: str
    digest: str
    cut: str
    changes: dict[str, str] = {}


class Simulated(msgspec.Struct, frozen=True):
    """Which parts of a session are answered by simulated models, as far as the config tells."""

    agents: bool
    judge: bool


class Header(msgspec.Struct, frozen=True):
    """All that is needed to read, judge and re-run the session. Never holds a key."""

    format: str
    version: int
    id: str
    app_version: str
    created: str
    config: RunConfig
    nonce: str
    prompts: dict[str, str]
    prices: dict[str, Price | None]
    contexts: dict[str, int | None]
    temperatures: dict[str, float | None]
    """By model, what is really asked for; None where the model takes no temperature."""
    simulated: Simulated
    parent: Parent | None = None
    profiles: dict[str, str] = {}
    """By simulated model that a file of the user's describes: that file's text."""


def simulated_parts(agents: tuple[ModelSpec, ...], *judges: ModelSpec | None) -> Simulated:
    """What the config itself makes simulated."""
    return Simulated(any(spec.simulated for spec in agents), any(judge is not None and judge.simulated for judge in judges))
