"""Limits are kept over real HTTP: what the server counted, by its journal, stays within them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from selforg_tui.core.config import Limits
from selforg_tui.metrics.summary import summary
from selforg_tui.models.simserver import Entry
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


PRICES = """
["openai:sim-*@http://127.0.0.1:*"]
input = 3.0
output = 15.0
cached = 0.3

["anthropic:sim-*@http://127.0.0.1:*"]
input = 3.0
output = 15.0
cached = 0.3
cache_written = 3.75
"""


@pytest.fixture
def priced(own_world: Path) -> None:
    """Prices for what the servers of these tests offer."""
    own_world.joinpath("config").mkdir(parents=True)
    own_world.joinpath("config", "prices.toml").write_text(PRICES)


def dollars(entries: Sequence[Entry]) -> float:
    """By hand, from what the server counted."""
    return sum(
        (entry.input - entry.cached - entry.cache_written) * 3.0
        + entry.cached * 0.3
        + entry.cache_written * (3.75 if entry.wire == "anthropic" else 3.0)
        + entry.output * 15.0
        for entry in entries
    ) / 1_000_000  # fmt: skip


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("usd", [0.2, 0.5])
async def test_money_is_never_overspent_by_many_at_once(wire: str, usd: float, priced: None) -> None:
    state, entries = await carried_out(wire, "shared", agents=64, limits=Limits(cost_usd=usd))
    assert state.status == "limit" and state.tasks[0].scores
    assert dollars(entries) == pytest.approx(state.team.cost_usd + state.judging.cost_usd, abs=1e-9)
    assert usd / 3 < dollars(entries) <= usd


@pytest.mark.parametrize("wire", WIRES)
async def test_a_warm_up_spares_the_rest_the_shared_beginning(wire: str, priced: None) -> None:
    long = tuple(f"Value {number}: " + "what must hold whatever else happens, and why it must. " * 6 for number in range(30))
    cold, _ = await carried_out(wire, "shared", agents=16, values=long, latency=0.05, judge=None)
    warm, entries = await carried_out(wire, "shared", agents=16, values=long, latency=0.05, warm_up=True, judge=None)
    assert cold.team.cached == 0, "all at once find nothing"
    assert warm.team.cached / warm.team.input > 0.85
    assert summary(warm)["calls"]["warm_up"] == 1 and len(entries) == 17
    assert warm.team.cost_usd < 0.7 * cold.team.cost_usd
    assert warm.team.saved_usd > 0
    without = sum(entry.input * 3.0 + entry.output * 15.0 for entry in entries) / 1_000_000
    assert warm.team.saved_usd == pytest.approx(without - warm.team.cost_usd, abs=1e-9)
