"""Limits are kept over real HTTP: what the server counted, by its journal, stays within them."""

from __future__ import annotations

import pytest

from selforg_tui.core.config import Limits
from tests.wires.test_protocols_over_http import WIRES, carried_out


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("tokens", [30_000, 120_000])
async def test_many_at_once_never_spend_more_than_the_limit(wire: str, tokens: int) -> None:
    state, entries = await carried_out(wire, "shared", agents=64, limits=Limits(tokens=tokens))
    spent = sum(entry.input + entry.output for entry in entries)
    assert spent == sum(tally.input + tally.output for tally in (state.team, state.judging))
    assert spent <= tokens
    assert spent > tokens / 2, "and most of it is used"
    assert state.status == ("limit" if tokens < 100_000 else "done")
    assert state.tasks[0].solution and state.tasks[0].scores, "what was done is judged"


async def test_many_at_once_use_up_what_there_is() -> None:
    """A reserve that is never given back would end the run long before."""
    state, _ = await carried_out("openai", "shared", agents=64, limits=Limits(tokens=60_000))
    spent = sum(tally.input + tally.output for tally in (state.team, state.judging))
    assert 60_000 - spent < 12_000, "about what one call and a verdict may take at worst"
