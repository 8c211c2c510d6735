"""How many tokens prompts have, before a provider says so."""

from __future__ import annotations

from collections.abc import Iterable

from selforg_tui.core.calls import Block, Usage
from selforg_tui.models.base import Facts
from selforg_tui.models.tokens import estimate_tokens


class Counter:
    """Counts for one session."""

    async def prepare(self, name: str, facts: Facts, blocks: Iterable[Block]) -> None:
        """Count what is new among these blocks."""

    def raw(self, name: str, blocks: Iterable[Block]) -> int:
        """As counted, not corrected."""
        return sum(estimate_tokens(block.text) for block in blocks)

    def count(self, name: str, blocks: Iterable[Block]) -> int:
        """As corrected by what was reported."""
        return self.raw(name, blocks)

    def learn(self, name: str, counted: int, reported: int) -> None:
        """What a provider reported."""

    def usage_of(self, name: str, blocks: Iterable[Block], text: str) -> Usage:
        """For a reply whose usage nobody reported."""
        return Usage(self.count(name, blocks), estimate_tokens(text), source="estimate")
