"""What a run is said to take, before it runs."""

from __future__ import annotations

import pytest

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.engine.estimate import estimate
from selforg_tui.metrics.summary import summary
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

CLAUDE = ModelSpec("anthropic", "claude-sonnet-4-6")


@pytest.mark.parametrize("protocol", registry.names())
def test_what_a_run_takes_lies_in_the_range(protocol: str) -> None:
    config = RunConfig("Reopen the city library", (Task("Plan the first month"), Task("Plan the second month")), protocol=protocol)
    found, result = estimate(config), summary(run_unwatched(config, keys=Keys({}), folder=None).state)
    assert result["calls"]["judge"] == found.judge_calls
    assert result["calls"]["team"] <= found.calls
    for name, (low, high) in (("input", found.tokens_in), ("output", found.tokens_out)):
        spent = result["tokens"][name] + result["judging"]["tokens"][name]
        assert low * 0.7 <= spent <= high * 1.3, name
    assert found.fits and found.imaginary


def test_a_price_that_nobody_knows_is_unknown() -> None:
    assert estimate(RunConfig("Sail", models=(ModelSpec("openai", "x", "http://127.0.0.1:9/v1"),), judge=None)).cost_usd is None


def test_imaginary_prices_are_never_added_to_money() -> None:
    alone = estimate(RunConfig("Sail", agents=4, models=(ModelSpec("sim", "strong"),), judge=CLAUDE))
    cheap = estimate(RunConfig("Sail", agents=4, models=(ModelSpec("sim", "weak"),), judge=CLAUDE))
    assert not alone.imaginary
    assert alone.cost_usd == cheap.cost_usd is not None


def test_a_prompt_that_outgrows_the_context_is_told_before() -> None:
    found = estimate(RunConfig("Sail", agents=64, models=(ModelSpec("sim", "weak"),), words=400))
    assert found.fits is False
    assert any("will be shortened" in warning for warning in found.warnings)


def test_nonsense_has_no_estimate() -> None:
    with pytest.raises(ConfigError, match="mission is empty"):
        estimate(RunConfig(" "))
