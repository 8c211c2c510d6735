"""Which part of a prompt a caching server has seen before, counted as real servers count it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from selforg_tui.models.tokens import A_TOKEN, weight

BLOCK = 128
MINIMUM = 1024
LOOKBACK = 20
MOST_ENTRIES = 500_000
_SLICE = 128


class Hit(msgspec.Struct, frozen=True):
    """Tokens read from the cache and tokens newly written to it, and what to remember once the answer begins."""

    read: int
    written: int
    entries: tuple[bytes, ...]


class PrefixCache:
    """Remembers prefixes by a chain of digests. What is looked up exists only after `remember`: the first token."""

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}

    def look_up(self, scope: str, prompt: str) -> Hit:
        """The OpenAI way: the longest known prefix in whole blocks of 128 tokens, at least 1,024, within the scope."""
        chain, entries = scope.encode(), []
        start = 0
        for end in block_ends(prompt):
            chain = _link(chain, prompt[start:end])
            entries.append(chain)
            start = end
        known = 0
        for entry in entries:  # prefixes of a known prefix are known too, so the first unknown one ends it
            if entry not in self._known:
                break
            known += 1
        read = known * BLOCK
        return Hit(read if read >= MINIMUM else 0, 0, tuple(entries))

    def look_up_marked(self, scope: str, blocks: Sequence[str], marks: Sequence[int]) -> Hit:
        """The Anthropic way: only up to breakpoints (`marks`: indexes of marked blocks), looking back 20 blocks from each."""
        chain, links, weights = scope.encode(), [], []
        total = 0
        for block in blocks:
            chain = _link(chain, block)
            total += weight(block)
            links.append(chain)
            weights.append(total)
        read = 0
        for mark in sorted(marks, reverse=True):
            back = range(mark, max(-1, mark - LOOKBACK - 1), -1)
            read = max(read, next((_tokens(weights[at]) for at in back if links[at] in self._known), 0))
        worth = [mark for mark in marks if _tokens(weights[mark]) >= MINIMUM]
        written = max((_tokens(weights[mark]) for mark in worth), default=0) - read
        return Hit(read, max(0, written), tuple(links[mark] for mark in worth))

    def remember(self, hit: Hit) -> None:
        """The answer has begun: from now on its prefixes are there."""
        self._known.update(dict.fromkeys(hit.entries))
        while len(self._known) > MOST_ENTRIES:
            del self._known[next(iter(self._known))]


def block_ends(text: str) -> list[int]:
    """The places where whole blocks of 128 tokens end; they depend only on the text before them."""
    ends, filled, block = [], 0, BLOCK * A_TOKEN
    for start in range(0, len(text), _SLICE):
        piece = text[start : start + _SLICE]
        heavier = filled + weight(piece)
        if heavier < block:
            filled = heavier
            continue
        if piece.isascii():
            ends.append(start - (filled - block) // weight("a"))
        else:
            at = filled
            for offset, character in enumerate(piece, start + 1):
                at += weight(character)
                if at >= block:
                    ends.append(offset)
                    break
        filled = heavier - block  # a slice is less than a block, so at most one block ends in it
    return ends


def _link(chain: bytes, text: str) -> bytes:
    hasher = hashlib.blake2b(chain, digest_size=16)
    hasher.update(text.encode("utf-8", "surrogatepass"))
    return hasher.digest()


def _tokens(weighed: int) -> int:
    return -(-weighed // A_TOKEN)
