"""How many tokens prompts have before a provider says so, and what a reply took where none does.

Counts are labelled by who counted. *reported*: the provider did; that always wins. *tokenizer*: the model's own tokenizer did, here.
*estimate*: a tokenizer that is not the model's, or a rule of thumb, did. Correction does not change the label: an estimate that
follows what a provider reports comes close, but nobody has counted that prompt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from selforg_tui.core.calls import Block, Counted, Usage
from selforg_tui.models import tokenizer
from selforg_tui.models.base import Facts
from selforg_tui.models.tokens import estimate_tokens

START, MESSAGE = 3, 4
"""Tokens that a chat adds: before the reply, and around each message (its role and ends), as OpenAI's cookbook counts them."""

JOINT = "\n\n"
"""What stands between blocks, see Request.text. Counted with the block before it: a tokenizer may take its end and the joint as one."""

LEAST, MOST = 0.3, 3.0
"""Bounds of a correction; what lies beyond is no matter of tokenizers."""

AT_HAND = 4_000
"""Characters that are counted on the spot, in a third of a millisecond; more goes to a thread."""


class Counter:
    """Counts for one session. Each block's text is counted once per tokenizer, however many prompts it is part of."""

    def __init__(self) -> None:
        self._facts: dict[str, Facts] = {}
        self._counts: dict[str, dict[str, int]] = {}
        """By tokenizer, then by block."""
        self._waiting: dict[str, dict[str, str]] = {}
        self._batches: dict[str, asyncio.Task[None]] = {}
        self._last: dict[str, tuple[tuple[Block, ...], int]] = {}
        """The prompt that was counted last, which is asked for again when its reply is there."""
        self._counted: dict[str, int] = {}
        self._reported: dict[str, int] = {}

    async def prepare(self, name: str, facts: Facts, blocks: Iterable[Block]) -> None:
        """Count what is new among these blocks, in a thread unless it is little; the tokenizer is loaded first where it has to be.

        For simulated models nothing is done and the loop is never left: they live in virtual time.
        """
        if facts.simulated:
            return
        self._facts[name] = facts
        encoding = facts.encoding
        counts = self._counts.setdefault(encoding, {})
        new = {block.id: block.text for block in blocks if block.id not in counts}
        if not new:
            return
        self._last.clear()
        if tokenizer.tried(encoding):
            if not tokenizer.loaded(encoding):
                return  # `raw` estimates
            if sum(map(len, new.values())) <= AT_HAND:
                counts.update(_count(encoding, new))
                return
        self._waiting.setdefault(encoding, {}).update(new)
        while not new.keys() <= counts.keys() and not (tokenizer.tried(encoding) and not tokenizer.loaded(encoding)):
            batch = self._batches.get(encoding)
            if batch is None:
                batch = self._batches[encoding] = asyncio.create_task(self._batch(encoding))
            await asyncio.shield(batch)

    def raw(self, name: str, blocks: Iterable[Block]) -> int:
        """Tokens of a prompt as counted here, not corrected, with what a chat adds. Blocks that were not prepared are estimated."""
        last = self._last.get(name)
        if last is not None and last[0] is blocks:
            return last[1]
        prompt = blocks if isinstance(blocks, tuple) else tuple(blocks)
        facts = self._facts.get(name)
        counts = self._counts.get(facts.encoding, {}) if facts else {}
        try:
            total = sum([counts[block.id] for block in prompt])
        except KeyError:
            total = sum(counts[block.id] if block.id in counts else estimate_tokens(block.text) + 1 for block in prompt)
        if prompt:  # what is fixed comes first, in a message of its own
            total += MESSAGE * ((prompt[0].part == "fixed") + (prompt[-1].part != "fixed"))
        self._last[name] = prompt, START + total
        return START + total

    def count(self, name: str, blocks: Iterable[Block]) -> int:
        """Tokens of a prompt, corrected by what the provider has reported of earlier ones."""
        return round(self.raw(name, blocks) * self.factor(name))

    def learn(self, name: str, counted: int, reported: int) -> None:
        """What a provider reported of a prompt (`Usage.input`, cached tokens included) for which `raw` gave `counted`."""
        if counted > 0 and reported > 0:
            self._counted[name] = self._counted.get(name, 0) + counted
            self._reported[name] = self._reported.get(name, 0) + reported

    def factor(self, name: str) -> float:
        """What counts are multiplied with: all that was reported by all that was counted, from 0.3 to 3; 1 before anything was."""
        counted = self._counted.get(name, 0)
        return min(MOST, max(LEAST, self._reported[name] / counted)) if counted else 1.0

    def source(self, name: str) -> Counted:
        """Who counts this model's prompts: "tokenizer" where it is the model's own and is there, else "estimate"."""
        facts = self._facts.get(name)
        return "tokenizer" if facts is not None and facts.encoding_exact and tokenizer.loaded(facts.encoding) else "estimate"

    def usage_of(self, name: str, blocks: Iterable[Block], text: str, reasoning: str = "") -> Usage:
        """For a reply whose usage nobody reported: the prompt as counted, `text` and `reasoning` as far as they came; nothing cached."""
        thought = self._written(name, reasoning) if reasoning else 0
        return Usage(self.count(name, blocks), self._written(name, text) + thought, reasoning=thought, source=self.source(name))

    def _written(self, name: str, text: str) -> int:
        """Tokens of something that a model wrote; long ones are estimated, since nobody waits for them here."""
        facts = self._facts.get(name)
        if facts is not None and tokenizer.loaded(facts.encoding) and len(text) <= 4 * AT_HAND:
            found = tokenizer.count(facts.encoding, text)
        else:
            found = estimate_tokens(text)
        return round(found * self.factor(name))

    async def _batch(self, encoding: str) -> None:
        """Count all that waits by now, for whoever waits for it."""
        await asyncio.sleep(0)  # calls that start together bring their blocks first
        texts = self._waiting.pop(encoding, {})
        try:
            self._counts[encoding].update(await asyncio.to_thread(_loaded_and_counted, encoding, texts))
            self._last.clear()
        finally:
            del self._batches[encoding]


def _loaded_and_counted(encoding: str, texts: dict[str, str]) -> dict[str, int]:
    return _count(encoding, texts) if tokenizer.load(encoding) else {}


def _count(encoding: str, texts: dict[str, str]) -> dict[str, int]:
    return {block: tokenizer.count(encoding, text + JOINT) for block, text in texts.items()}
