"""What a run is said to take, before it runs."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from selforg_tui.core.calls import Price, Tier, Usage
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.engine import consent, foreseen
from selforg_tui.engine.estimate import Estimate, Share, estimate
from selforg_tui.engine.foreseen import Foreseen
from selforg_tui.metrics.summary import summary
from selforg_tui.models import tokenizer
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import prices_file
from selforg_tui.tui.widgets.estimate_panel import money
from tests.wires.test_protocols_over_http import WIRES, carried_out

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


STRONG, WEAK = "openai:strong@http://127.0.0.1:9/v1", "openai:weak@http://127.0.0.1:9/v1"
OWN = f"""
["{STRONG}"]
input = 10
cached = 1
output = 40
["{WEAK}"]
input = 1
output = 4
"""
AT_LOOPBACK = """
["openai:*@http*"]
input = 3
cached = 0.3
output = 15
["anthropic:*@http*"]
input = 3
cached = 0.3
cache_written = 3.75
output = 15
"""


def state_prices(text: str) -> None:
    prices_file().parent.mkdir(parents=True, exist_ok=True)
    prices_file().write_text(text)


def share(found: Estimate, model: str, *, judging: bool = False) -> Share:
    return next(each for each in found.shares if (each.model, each.judging) == (model, judging))


@pytest.mark.parametrize("changes", [{}, {"agents": 24, "words": 400}], ids=["8", "24"])
@pytest.mark.parametrize("protocol", registry.names())
@pytest.mark.parametrize("wire", WIRES)
async def test_what_a_run_costs_over_a_real_wire_lies_in_the_range(
    wire: str, protocol: str, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selforg_tui.engine.header.new_nonce", lambda: "kqzvmwbd")  # always the same prompts
    state_prices(AT_LOOPBACK)
    state, _ = await carried_out(wire, protocol, **changes)
    found = estimate(state.started.config)
    assert state.status == "done"
    assert found.cost_usd is not None and found.paid and not found.unpriced
    low, high = found.cost_usd
    assert low <= state.team.cost_usd + state.judging.cost_usd <= high
    assert high < 12 * low, "a range that says something"


def mixed(arrangement: str, **changes: object) -> RunConfig:
    models = (ModelSpec.parse(STRONG), ModelSpec.parse(WEAK))
    settings = {"agents": 32, "models": models, "judge": None, "arrangement": arrangement, "words": 300, **changes}
    return RunConfig("Sail", **settings)  # type: ignore[arg-type]


def test_each_model_has_the_share_of_its_seats_at_its_own_price() -> None:
    state_prices(OWN)
    found = {arrangement: estimate(mixed(arrangement)) for arrangement in ("strong-first", "strong-last", "interleaved", "blocks")}
    first, last = found["strong-first"], found["strong-last"]
    late, early = share(last, STRONG), share(first, STRONG)
    assert late.calls == early.calls == 16
    assert late.tokens_in[1] > 2 * early.tokens_in[1], "late seats are shown more"
    assert share(last, WEAK).tokens_in == early.tokens_in
    assert found["blocks"].cost_usd == first.cost_usd
    assert first.cost_usd and last.cost_usd
    assert last.cost_usd[1] > 1.5 * first.cost_usd[1]
    for each in found.values():
        assert each.cost_usd is not None
        for end in (0, 1):
            assert sum(one.cost_usd[end] for one in each.shares if one.cost_usd) == pytest.approx(each.cost_usd[end])
        assert sum(one.tokens_in[1] for one in each.shares) == each.tokens_in[1]
    # no cache, all written: each call's tokens at the price of its model
    assert early.cost_usd is not None
    assert early.cost_usd[1] == pytest.approx((early.tokens_in[1] * 10 + early.tokens_out[1] * 40) / 1e6)


def test_by_level_each_task_is_the_work_of_one_model() -> None:
    state_prices(OWN)
    tasks = (Task("Cross the bay", "L4"), Task("Coil the ropes", "L1"), Task("Fill the tanks", "L2"))
    config = mixed("by-level", tasks=tasks, agents=4)
    found = estimate(config)
    assert Counter(seat.name for task in tasks for seat in config.seating(task.level)) == {STRONG: 4, WEAK: 8}
    assert (share(found, STRONG).calls, share(found, WEAK).calls) == (4, 8)
    only_easy = estimate(mixed("by-level", tasks=tasks[1:], agents=4))
    assert [one.model for one in only_easy.shares] == [WEAK]
    assert only_easy.shares[0].cost_usd == share(found, WEAK).cost_usd


def test_long_prompts_are_dear_where_the_price_rises_with_their_length() -> None:
    state_prices(OWN + "tiers = [{ above = 3000, input = 100, output = 4 }]")
    flat, dear = (share(estimate(mixed("strong-first", agents=agents)), WEAK).cost_usd for agents in (4, 32))
    assert flat is not None and dear is not None
    short, long = (share(estimate(mixed("strong-first", agents=agents)), WEAK) for agents in (4, 32))
    assert flat[1] == pytest.approx((short.tokens_in[1] + 4 * short.tokens_out[1]) / 1e6), "no call is that long"
    assert dear[1] == pytest.approx((100 * long.tokens_in[1] + 4 * long.tokens_out[1]) / 1e6), "each of the late ones is"


@pytest.mark.parametrize(
    ("protocol", "parameters", "shown"),
    [
        ("sequential", {}, [0, 1, 2, 3]),
        ("broadcast", {}, [4, 4, 4, 4]),
        ("shared", {}, [0, 0, 0, 0]),
        ("solo", {"budget": "team"}, [0, 1, 1, 1]),
    ],
)
def test_who_is_shown_how_much(protocol: str, parameters: dict[str, str], shown: list[int]) -> None:
    config = RunConfig("Sail", (Task("Cross the bay"),), protocol=protocol, parameters=dict(parameters), agents=4, words=100)
    chosen = registry.make(protocol, config.parameters)
    texts = dict.fromkeys(("rules.txt", "contribute.txt", "intend.txt"), "")
    calls = foreseen.contributions(config, chosen.promise(4), chosen.at_work(4), texts, lambda spec, text: 0)[-4:]
    thing = calls[0].written - foreseen.ENVELOPE if protocol != "broadcast" else foreseen.LINE
    assert [call.markable - 40 for call in calls] == [each * (thing + foreseen.FENCE) for each in shown]


def test_the_ends_of_a_call_by_hand() -> None:
    call = Foreseen(ModelSpec("a", "b"), times=2, given=10_000, kept=8_000, markable=9_000, written=1_000)
    plain = Price(3, 15, cached=0.3, cache_written=3.75)
    low, high = foreseen.cost(plain, call, 0.5, 1024)
    # half of it: 4,000 read, 4,500 − 4,000 written, 500 fresh, 500 out; twice
    assert low == pytest.approx(2 * (4_000 * 0.3 + 500 * 3.75 + 500 * 3 + 500 * 15) / 1e6)
    # all of it: 9,000 written to the cache in vain, 1,000 fresh, 1,000 out; twice
    assert high == pytest.approx(2 * (9_000 * 3.75 + 1_000 * 3 + 1_000 * 15) / 1e6)
    uncached, _ = foreseen.cost(plain, call, 0.5, 5_000)
    assert uncached == pytest.approx(2 * (5_000 * 3 + 500 * 15) / 1e6), "a beginning too short to be cached"
    tiered = Price(3, 15, tiers=(Tier(9_999, 6, 30),))
    low, high = foreseen.cost(tiered, call, 0.5, 0)
    assert low == 2 * tiered.cost(Usage(5_000, 500))
    assert high == pytest.approx(2 * (10_000 * 6 + 1_000 * 30) / 1e6), "above the tier"


def test_what_is_known_is_told_beside_what_is_not() -> None:
    state_prices(f'["{STRONG}"]\ninput = 10\noutput = 40\n')
    config = mixed("strong-first", limits=Limits(cost_usd=5))
    found = estimate(config)
    assert found.unpriced == (WEAK,)
    assert found.cost_usd == share(found, STRONG).cost_usd is not None
    assert share(found, WEAK).cost_usd is None
    assert money(found).startswith("$") and money(found).endswith(f" + unknown for {WEAK}")
    assert any("limit on money cannot be kept" in warning and WEAK in warning for warning in found.warnings)
    assert not any("limit on money" in warning for warning in estimate(mixed("strong-first")).warnings), "there is none"
    unknown = estimate(RunConfig("Sail", models=(ModelSpec.parse(WEAK),), judge=None))
    assert (unknown.cost_usd, unknown.unpriced, money(unknown)) == (None, (WEAK,), "unknown")


def test_what_may_cost_money_is_told_apart_from_what_does_not() -> None:
    far, here = ModelSpec.parse("openai:mine@https://models.example.org/v1"), ModelSpec("ollama", "llama3.2")
    for spec, paid in ((CLAUDE, True), (far, True), (here, False), (ModelSpec("sim", "strong"), False)):
        assert estimate(RunConfig("Sail", models=(spec,), judge=None)).paid is paid, spec.name
    state_prices('["openai:mine@https://models.example.org/v1"]\ninput = 0\noutput = 0\n["ollama:*"]\ninput = 0\noutput = 0.01\n')
    free = estimate(RunConfig("Sail", models=(far,), judge=None))
    assert (free.paid, free.cost_usd) == (False, (0.0, 0.0)), "the user says so"
    assert estimate(RunConfig("Sail", models=(here,), judge=None)).paid


def test_a_model_elsewhere_without_a_price_is_asked_about_beside_cheap_ones() -> None:
    far = ModelSpec.parse("openai:mine@https://models.example.org/v1=2")
    config = RunConfig("Sail", agents=4, models=(ModelSpec("openai", "gpt-4.1-mini"), far), judge=None, limits=Limits(cost_usd=0.5))
    asked = consent.question(config, estimate(config), above=100.0)
    assert asked is not None
    assert "no price for openai:mine@https://models.example.org/v1" in asked
    state_prices('["openai:mine@https://models.example.org/v1"]\ninput = 0.1\noutput = 0.1\n')
    assert consent.question(config, estimate(config), above=100.0) is None


@pytest.fixture
def anew() -> Iterator[None]:
    """No tokenizer in memory."""
    tokenizer.forget()
    yield
    tokenizer.forget()


def test_a_tokenizer_is_used_where_it_is_there_and_never_loaded(anew: None) -> None:
    mission = "Откройте городскую библиотеку заново " * 400
    config = RunConfig(mission, agents=1, models=(ModelSpec("openai", "gpt-4.1-mini"),), judge=None, protocol="solo")
    simulated = RunConfig(mission, agents=1, judge=None, protocol="solo")
    before, thumb = estimate(config).longest_prompt, estimate(simulated).longest_prompt
    assert not tokenizer.tried("o200k_base")
    assert before == thumb
    assert tokenizer.load("o200k_base")
    counted = estimate(config).longest_prompt
    assert counted != before
    assert abs(counted - 2 * tokenizer.count("o200k_base", mission)) < 500, "as mission and as task"
    assert estimate(simulated).longest_prompt == thumb


def test_an_estimate_of_simulated_models_loads_no_price_and_no_tokenizer() -> None:
    code = (
        "import sys\nfrom selforg_tui.core.config import RunConfig\nfrom selforg_tui.engine.estimate import estimate\n"
        "estimate(RunConfig('Sail', agents=64))\nprint({'tiktoken', 'genai_prices', 'regex'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
