"""What was found. Nothing here holds a key, or a part of one."""

from __future__ import annotations

from typing import Literal

import msgspec

from selforg_tui.core.calls import Price, Structure, Usage

State = Literal["fine", "note", "trouble", "off"]
"""It works · it works, but · it does not work although it was asked for · not in use here."""

Reach = Literal["not asked", "offline", "silent", "reached", "refused"]
"""Nothing was sent · its name does not resolve · nobody answers · it answered · it does not accept the key or the question."""

Part = Literal["python", "terminal", "folders", "files"]


class Finding(msgspec.Struct, frozen=True):
    """Something about this machine. `advice` is what to do, empty where there is nothing to do."""

    part: Part
    about: str
    state: State
    text: str
    advice: str = ""


class ModelFinding(msgspec.Struct, frozen=True):
    """What is known of a model; None where it is not known."""

    spec: str
    wanted: bool
    """The user named it; else it is one that is suggested."""
    served: bool | None
    """Whether the provider lists it."""
    price: Price | None
    context: int | None
    structure: tuple[Structure, ...]
    temperature: bool
    """It takes one, in whichever way."""
    note: str = ""


class PlaceFinding(msgspec.Struct, frozen=True):
    """A provider at its usual place, or a server that the user named."""

    provider: str
    title: str
    url: str
    key: str | None
    """Where the key comes from, never the key: a variable's name, `pasted`, `key command`, `in the URL`."""
    needs_key: bool
    reach: Reach
    state: State
    text: str
    advice: str = ""
    seconds: float | None = None
    """Until it had answered."""
    models: tuple[ModelFinding, ...] = ()


class LiveFinding(msgspec.Struct, frozen=True):
    """What one real call to a model showed. What is None is not known."""

    spec: str
    title: str
    state: State
    text: str
    simulated: bool = False
    streamed: bool | None = None
    reported: bool | None = None
    """The provider said how many tokens it took."""
    structure: Structure | None = None
    """What held the reply to its form."""
    kept: bool | None = None
    """The reply had that form."""
    temperature: bool | None = None
    """It was taken; None where none was sent."""
    usage: Usage | None = None
    cost_usd: float | None = None
    """By our price."""
    stated_usd: float | None = None
    """As the provider says."""
    seconds: float | None = None


class Report(msgspec.Struct, frozen=True):
    """All of it."""

    machine: tuple[Finding, ...]
    places: tuple[PlaceFinding, ...]
    live: tuple[LiveFinding, ...] = ()

    @property
    def models_work(self) -> bool:
        """False where a provider or a model that the user has a key for, or named, fails."""
        states: list[State] = [*(place.state for place in self.places), *(call.state for call in self.live)]
        return "trouble" not in states
