"""The meter against the server's own journal, over both wires: each call at its own price, and what nobody knows as unknown."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from msgspec.structs import replace

from selforg_tui.cli.report import report
from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.engine.estimate import estimate
from selforg_tui.metrics.summary import summary
from selforg_tui.models import tokenizer
from selforg_tui.models.provider import Provider
from selforg_tui.models.simserver import Entry
from selforg_tui.settings.paths import prices_file
from selforg_tui.tui.widgets.estimate_panel import money
from tests.wires.test_protocols_over_http import WIRES, carried_out

ROWS = """
["openai:*@http*"]
input = 2.5
cached = 0.25
output = 15
tiers = [{ above = 1500, input = 5, cached = 0.5, output = 22.5 }]
["anthropic:*@http*"]
input = 3
cached = 0.3
cache_written = 3.75
output = 15
"""


def by_hand(wire: str, entry: Entry) -> Fraction:
    """Millionths of a dollar for one request in the journal, written out."""
    fresh = entry.input - entry.cached - entry.cache_written
    if wire == "anthropic":
        return fresh * Fraction(3) + entry.cached * Fraction("0.3") + entry.cache_written * Fraction("3.75") + entry.output * Fraction(15)
    fresh += entry.cache_written  # costs nothing extra here
    if entry.input > 1500:
        return fresh * Fraction(5) + entry.cached * Fraction("0.5") + entry.output * Fraction("22.5")
    return fresh * Fraction("2.5") + entry.cached * Fraction("0.25") + entry.output * Fraction(15)


@pytest.mark.parametrize("wire", WIRES)
async def test_the_meter_agrees_with_the_journal_to_a_millionth(wire: str) -> None:
    prices_file().parent.mkdir(parents=True)
    prices_file().write_text(ROWS)
    tasks = (Task("Plan the first month"), Task("Plan the second month"))
    state, entries = await carried_out(wire, "sequential", tasks=tasks, agents=12)
    spent = Fraction(state.team.cost_usd) + Fraction(state.judging.cost_usd)
    assert abs(spent - sum((by_hand(wire, entry) for entry in entries), Fraction(0)) / 1_000_000) < Fraction(1, 10**9)
    assert sum(entry.cached for entry in entries) > 0
    if wire == "openai":
        assert {entry.input > 1500 for entry in entries} == {True, False}, "both rows are needed"
    saved = sum(call.saved_usd for call in state.calls.values())
    plain = Fraction(0)
    for entry in entries:
        entry.cached = entry.cache_written = 0
        plain += by_hand(wire, entry) / 1_000_000
    assert saved == pytest.approx(float(plain - spent)), "what it would have cost without a cache"
    for call in state.calls.values():
        assert call.price is not None and call.price.source == "prices.toml"
        assert not call.price.tiers, "the one row that was used is recorded"
    assert state.team.saved_usd + state.judging.saved_usd == pytest.approx(saved)


async def test_an_unknown_price_stays_unknown_everywhere() -> None:
    prices_file().parent.mkdir(parents=True)
    prices_file().write_text('["openai:sim-judge@http*"]\ninput = 1\noutput = 1\n')
    state, _ = await carried_out("openai", "shared", agents=3)
    config = state.started.config
    found = json.loads(json.dumps(summary(state)))  # what `run --json` prints
    assert found["cost_usd"] is None
    assert found["tasks"][0]["cost_usd"] is None
    assert found["judging"]["cost_usd"] == pytest.approx((state.judging.input + state.judging.output) / 1e6)
    text = "\n".join(report(state, None))
    assert "cost unknown" in text
    assert "Team $" not in text and "Team cost unknown" in text
    foreseen = estimate(config)
    assert foreseen.unpriced == (config.models[0].name,)
    assert money(foreseen).endswith(f"+ unknown for {config.models[0].name}")
    without = estimate(RunConfig("Sail", models=(ModelSpec("openai", "gpt-of-nobody"),), judge=None))
    assert (without.cost_usd, without.unpriced, without.paid) == (None, ("openai:gpt-of-nobody",), True)


async def test_what_the_user_says_is_free_costs_nothing_and_is_not_unknown() -> None:
    prices_file().parent.mkdir(parents=True)
    prices_file().write_text('["openai:*@http*"]\ninput = 0\noutput = 0\n')
    state, _ = await carried_out("openai", "shared", agents=3)
    assert summary(state)["cost_usd"] == 0.0
    assert state.team.unpriced == 0


async def test_what_no_server_reports_is_counted_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Provider.at
    monkeypatch.setattr(Provider, "at", lambda provider, url: replace(elsewhere(provider, url), stream_usage=False))
    state, entries = await carried_out("openai", "sequential", agents=4)
    assert state.status == "done"
    calls = list(state.calls.values())
    assert {call.usage.source for call in calls if call.usage} == {"estimate"}
    assert state.team.uncounted == state.team.calls
    assert "4 of 4 calls not as the provider reported" in "\n".join(report(state, None))
    for call, entry in zip(calls, entries, strict=True):
        assert call.usage is not None
        prompt = "\n\n".join(state.blocks[block][1] for block in call.blocks)
        assert abs(call.usage.input - tokenizer.count("o200k_base", prompt)) < 20, "counted, not guessed"
        assert call.usage.output == tokenizer.count("o200k_base", entry.reply)
