"""What goes to a model and what comes back, whoever the model is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from selforg_tui.core.ids import CallId, digest

StepKind = Literal["plan", "intend", "signal", "rate", "contribute", "judge", "write-up"]
Part = Literal["fixed", "visible", "own"]
"""fixed: the same for every seat · visible: what others wrote, append-only · own: the lines for this seat alone."""

OnDelta = Callable[[str], None]

Structure = Literal["schema", "json", "text"]
"""How a reply is held to its form: by a JSON schema, by a promise of some JSON, or by the prompt's words alone."""

Counted = Literal["reported", "tokenizer", "estimate"]
"""Who counted tokens: the provider, a tokenizer (exact for some models only), or a rule of thumb."""

OTHER_PACE = "Simulated models were made faster or slower than their profiles: times in this session are not theirs."


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
    schema: dict[str, Any] | None = None
    """The JSON schema of the reply, for models that can be held to one; the prompt asks for the same in words."""

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
    source: Counted = "reported"


class Tier(msgspec.Struct, frozen=True):
    """Prices of calls whose whole input has more than `above` tokens; fields as in Price."""

    above: int
    input: float
    output: float
    cached: float | None = None
    cache_written: float | None = None
    reasoning: float | None = None


class Price(msgspec.Struct, frozen=True):
    """US dollars per million tokens. None where a provider has no such price: then `input` (for reasoning `output`) applies."""

    input: float
    output: float
    cached: float | None = None
    cache_written: float | None = None
    imaginary: bool = False
    source: str = ""
    reasoning: float | None = None
    tiers: tuple[Tier, ...] = ()
    """Dearer rows for long prompts, in rising order; the last one that the input exceeds applies to the whole call."""

    def row(self, input_tokens: int) -> Price:
        """The one row that applies to a call with so many input tokens, cached ones included."""
        found: Tier | None = None
        for tier in self.tiers:
            if input_tokens > tier.above:
                found = tier
        if found is None:
            return msgspec.structs.replace(self, tiers=()) if self.tiers else self
        return Price(found.input, found.output, found.cached, found.cache_written, self.imaginary, self.source, found.reasoning)

    def cost(self, usage: Usage) -> float:
        """US dollars for one call, each kind of token at its own price. Never negative, whatever a server reports."""
        row = self.row(usage.input)
        cached = row.input if row.cached is None else row.cached
        written = row.input if row.cache_written is None else row.cache_written
        thought = row.output if row.reasoning is None else row.reasoning
        fresh = max(0, usage.input - usage.cached - usage.cache_written)
        said = max(0, usage.output - usage.reasoning)
        given = fresh * row.input + usage.cached * cached + usage.cache_written * written
        return (given + said * row.output + usage.reasoning * thought) / 1_000_000

    def worst(self, given: int, written: int) -> float:
        """US dollars that a call with at most so many tokens in and out can cost: nothing cached, all written, all of it thought."""
        row = self.row(given)
        dear_in, dear_out = max(row.input, row.cache_written or 0.0), max(row.output, row.reasoning or 0.0)
        return (given * dear_in + written * dear_out) / 1_000_000

    def saved(self, usage: Usage) -> float:
        """US dollars that caching saved on one call; negative where writing the cache cost more than reading it saved."""
        return self.cost(msgspec.structs.replace(usage, cached=0, cache_written=0)) - self.cost(usage)


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
    reasoning: str = ""
    """What the model thought aloud before it answered, where the provider shows it; never part of the answer."""
    structure: Structure = "text"
    """What held the reply to its form."""
    notes: tuple[str, ...] = ()
    """Whole sentences on what a reader of this reply should know, the same for all replies that it holds for."""
    wait: float = 1.0
    """What a simulated model's own times were multiplied with, so that they are not its profile's where this is not 1."""
