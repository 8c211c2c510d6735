"""What a model is to the rest of the program, and the facts that are known of it before it is called."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from selforg_tui.core.calls import OnDelta, Price, Reply, Request, Structure


class Facts(msgspec.Struct, frozen=True):
    """What is known of a model without calling it; None and "unknown" where nobody knows."""

    title: str
    context: int | None = None
    """Tokens that prompt and reply may have together."""
    price: Price | None = None
    temperature: Literal["body", "header", "none"] = "body"
    """How it takes a temperature: in the request's body, only under an older API version's header, or not at all."""
    simulated: bool = False
    local: bool = False
    """Reached on this machine, so that no rate limit is expected."""
    place: str = ""
    """Whose limits its calls share: provider and URL. Empty where there are none, as for simulated models."""
    at_once: int | None = None
    """Calls that it is known to take together; None: not known."""
    structure: tuple[Structure, ...] = ("text",)
    """How its replies can be held to their form, the strictest way first."""
    cache: Literal["none", "prefix", "marks"] = "none"
    """Whether what prompts begin alike with is cheaper: not known, by itself, or up to marked blocks."""
    cache_least: int = 1024
    """Tokens that a beginning must have to be cached."""
    encoding: str = "o200k_base"
    """The tokenizer to count with before the provider reports."""
    encoding_exact: bool = False
    """That tokenizer is the model's own; else its counts are taken as a start and corrected by what is reported."""
    seconds_per_call: float | None = None
    """About how long one contribution takes; None where nobody knows."""


class Pace:
    """How long simulated models take: their profiles' times are multiplied by `wait` (0: no waiting). May change at any time."""

    def __init__(self, wait: float | None = None) -> None:
        self.wait = 1.0 if wait is None else wait


class Patience(msgspec.Struct, frozen=True):
    """How long a call may take, in seconds: until its reply begins, and until it ends."""

    first_token: float = 120.0
    call: float = 600.0


class Model(Protocol):
    """Somebody who answers. One instance serves all calls to it in a session."""

    async def answer(self, request: Request, on_delta: OnDelta | None) -> Reply:
        """The whole reply; pieces of it go to `on_delta` as they arrive, where somebody listens. Raises ModelFailure."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
