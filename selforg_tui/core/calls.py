"""What goes to a model and what comes back, whoever the model is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from selforg_tui.core.ids import CallId, digest

StepKind = Literal["plan", "intend", "contribute", "judge"]
Part = Literal["fixed", "visible", "own"]
"""fixed: the same for every seat · visible: what others wrote, append-only · own: the lines for this seat alone."""

OnDelta = Callable[[str], None]


class Block(msgspec.Struct, frozen=True):
    """A piece of a prompt. Prompts are lists of blocks in the order fixed, visible, own, so that prefixes repeat."""

    id: str
    part: Part
    text: str

    @classmethod
    def of(cls, part: Part, text: str) -> Block:
        """A block named by its content."""
        return cls(digest(part, text), part, text)


class Request(msgspec.Struct, frozen=True):
    """One question to a model. All that the model may know is in `blocks`, `temperature` and `seed`."""

    call: CallId
    kind: StepKind
    blocks: tuple[Block, ...]
    max_tokens: int
    seed: int
    cache_key: str
    """Groups the calls of a session at a caching server."""
    temperature: float | None = None

    @property
    def digest(self) -> str:
        """Stands for the exact prompt."""
        return digest("".join([block.id for block in self.blocks]))

    def text(self, *parts: Part) -> str:
        """The blocks of these parts (all where none is named), joined as a model reads them."""
        return "\n\n".join([block.text for block in self.blocks if not parts or block.part in parts])


class Usage(msgspec.Struct, frozen=True):
    """Tokens of one call. `cached` and `cache_written` are inside `input`, `reasoning` is inside `output`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0
    source: Literal["reported", "estimate"] = "reported"


class Price(msgspec.Struct, frozen=True):
    """US dollars per million tokens. None where a provider has no such price: then `input` applies."""

    input: float
    output: float
    cached: float | None = None
    cache_written: float | None = None
    imaginary: bool = False
    source: str = ""

    def cost(self, usage: Usage) -> float:
        """US dollars for one call, each kind of token at its own price."""
        cached = self.input if self.cached is None else self.cached
        written = self.input if self.cache_written is None else self.cache_written
        fresh = usage.input - usage.cached - usage.cache_written
        total = fresh * self.input + usage.cached * cached + usage.cache_written * written + usage.output * self.output
        return total / 1_000_000


class Reply(msgspec.Struct, frozen=True):
    """What a model answered. Times are seconds from the start of the call; `first` is the first token."""

    text: str
    usage: Usage
    model: str
    """As the server names itself."""
    finish: str = "stop"
    simulated: bool = False
    seconds: float = 0.0
    first: float | None = None
    cost_usd: float | None = None
    """What the provider itself says the call cost, where it does."""
    left_out: tuple[str, ...] = ()
    """Parameters that the server does not take and that were therefore not sent."""
    wait: float = 1.0
    """What a simulated model's own times were multiplied with, so that they are not its profile's where this is not 1."""
