"""A reply before it is put into the words of a wire."""

from __future__ import annotations

import msgspec

from selforg_tui.core.keyed import whole
from selforg_tui.models.simserver.asked import Asked
from selforg_tui.models.simserver.prefix_cache import Hit, PrefixCache
from selforg_tui.models.simulated.model import count, cut
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.respond import respond
from selforg_tui.models.tokens import estimate_tokens

SEEDS = 0x7FFFFFFF
PIECES = 30
PIECES_A_SECOND = 20


class Answer(msgspec.Struct, frozen=True):
    """What is said, in pieces, and what it is counted as. `cached` and `cache_written` are inside `input`."""

    model: str
    pieces: tuple[str, ...]
    input: int
    output: int
    cached: int
    cache_written: int
    cut: bool
    hit: Hit | None

    @property
    def text(self) -> str:
        """The whole reply."""
        return "".join(self.pieces)


def answer(asked: Asked, cache: PrefixCache | None, marked_only: bool, tokens_per_second: float | None) -> Answer:
    """Let the simulated model reply. A request without a seed gets one from its prompt, so that it repeats."""
    prompt = asked.prompt
    seed = whole("sim-server", asked.profile, prompt) & SEEDS if asked.seed is None else asked.seed
    text, complete = respond(asked.texts, profile(asked.profile), seed, asked.temperature), True
    if asked.most_tokens is not None:
        text, complete = cut(text, asked.most_tokens)
    counted = count(asked.texts)
    hit = None
    if cache is not None:
        hit = cache.look_up_marked(asked.scope, asked.texts, asked.marks) if marked_only else cache.look_up(asked.scope, prompt)
    cached = min(hit.read, counted) if hit else 0
    written = min(hit.written, counted - cached) if hit else 0
    output = estimate_tokens(text)
    parts = min(PIECES, output) if tokens_per_second is None else round(output / tokens_per_second * PIECES_A_SECOND)
    return Answer(asked.model, pieces(text, parts), counted, output, cached, written, not complete, hit)


def pieces(text: str, parts: int) -> tuple[str, ...]:
    """The text in about that many pieces of even length."""
    size = max(1, -(-len(text) // max(1, parts)))
    return tuple(text[start : start + size] for start in range(0, len(text), size)) or ("",)
