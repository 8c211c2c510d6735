"""What calls cost: arithmetic to the cent, what the table says, and what people say themselves in `prices.toml`."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.calls import Price, Tier, Usage
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import Tally
from selforg_tui.models import registry
from selforg_tui.models.own_prices import own_price
from selforg_tui.models.prices import of_row, price, price_source, table_price
from selforg_tui.settings.paths import everywhere, prices_file

LEAP = Tier(272_000, 5.0, 22.5, 0.5)

# The rows of the table that the sums below were made with; when a newer table differs, only `test_the_table_says` is to be changed.
ROWS = {
    "anthropic:claude-sonnet-4-6": Price(3.0, 15.0, 0.3, 3.75),
    "openai:gpt-5.4": Price(2.5, 15.0, 0.25, tiers=(LEAP,)),
    "openai:gpt-4o": Price(2.5, 10.0, 1.25),
    "openai:gpt-4.1-mini": Price(0.4, 1.6, 0.1),
    "gemini:gemini-3-flash-preview": Price(0.5, 3.0, 0.05),
    "deepseek:deepseek-chat": Price(0.135, 0.55, 0.035),
}

SUMS = [
    # (100,000 − 60,000 − 20,000) × $3 + 60,000 × $0.30 + 20,000 × $3.75 + 8,000 × $15, by the million
    #  = 0.060 + 0.018 + 0.075 + 0.120
    ("anthropic:claude-sonnet-4-6", Usage(100_000, 8_000, cached=60_000, cache_written=20_000), "0.273"),
    # (50,000 − 30,000) × $2.50 + 30,000 × $0.25 + 9,000 × $15, thoughts (6,000 of the 9,000) at the price of output
    #  = 0.050 + 0.0075 + 0.135
    ("openai:gpt-5.4", Usage(50_000, 9_000, cached=30_000, reasoning=6_000), "0.1925"),
    # above 272,000 the whole call is dearer: (300,000 − 200,000) × $5 + 200,000 × $0.50 + 9,000 × $22.50
    #  = 0.500 + 0.100 + 0.2025
    ("openai:gpt-5.4", Usage(300_000, 9_000, cached=200_000, reasoning=6_000), "0.8025"),
    # exactly 272,000 is not above: 272,000 × $2.50 + 1,000 × $15 = 0.680 + 0.015
    ("openai:gpt-5.4", Usage(272_000, 1_000), "0.695"),
    # 272,001 × $5 + 1,000 × $22.50 = 1.360005 + 0.0225
    ("openai:gpt-5.4", Usage(272_001, 1_000), "1.382505"),
    # (200,000 − 150,000) × $2.50 + 150,000 × $1.25 + 40,000 × $10 = 0.125 + 0.1875 + 0.400
    ("openai:gpt-4o", Usage(200_000, 40_000, cached=150_000), "0.7125"),
    # (1,000,000 − 900,000) × $0.40 + 900,000 × $0.10 + 100,000 × $1.60 = 0.040 + 0.090 + 0.160
    ("openai:gpt-4.1-mini", Usage(1_000_000, 100_000, cached=900_000), "0.29"),
    # (400,000 − 300,000) × $0.50 + 300,000 × $0.05 + 90,000 × $3 (thoughts, 70,000 of them, inside) = 0.050 + 0.015 + 0.270
    ("gemini:gemini-3-flash-preview", Usage(400_000, 90_000, cached=300_000, reasoning=70_000), "0.335"),
    # (2,000,000 − 1,600,000) × $0.135 + 1,600,000 × $0.035 + 200,000 × $0.55 = 0.054 + 0.056 + 0.110
    ("deepseek:deepseek-chat", Usage(2_000_000, 200_000, cached=1_600_000), "0.22"),
]


@pytest.mark.parametrize(("model", "usage", "dollars"), SUMS)
def test_a_call_costs_what_was_worked_out_by_hand(model: str, usage: Usage, dollars: str) -> None:
    cost = ROWS[model].cost(usage)
    assert abs(Decimal(cost) - Decimal(dollars)) < Decimal("1e-12"), f"{cost} instead of {dollars}"


def test_thoughts_and_writing_have_their_own_price_where_there_is_one() -> None:
    # (1,000 − 200 − 300) × $2 + 200 × $1 + 300 × $4 + (500 − 400) × $8 + 400 × $16 = (1,000 + 200 + 1,200 + 800 + 6,400) / 1e6
    row = Price(2, 8, cached=1, cache_written=4, reasoning=16)
    assert row.cost(Usage(1_000, 500, 200, 300, 400)) == pytest.approx(0.0096, abs=1e-15)
    # without rows of their own: 1,000 × $2 + 500 × $8 = 6,000 / 1e6
    assert Price(2, 8).cost(Usage(1_000, 500, 200, 300, 400)) == pytest.approx(0.006, abs=1e-15)


NOON, NIGHT = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize("model", ROWS)
def test_the_table_says(model: str) -> None:
    """Pins the table, apart from the arithmetic: where this fails a provider changed its prices, and the rows above are history."""
    spec = ModelSpec.parse(model)
    table = {"gemini": "google"}.get(spec.provider, spec.provider)
    found = table_price(table, spec.model, NIGHT)
    assert found is not None, f"the table does not know {model} any more"
    expected = ROWS[model]
    numbers = [(getattr(found, field), getattr(expected, field)) for field in ("input", "output", "cached", "cache_written", "reasoning")]
    assert [ours for ours, _ in numbers] == [theirs for _, theirs in numbers], f"{model}: the table's row has changed to {found}"
    assert found.tiers == expected.tiers, f"{model}: the table's tiers have changed to {found.tiers}"


@pytest.mark.parametrize(("model", "usage"), [(model, usage) for model, usage, _ in SUMS])
def test_the_table_itself_comes_to_the_same(model: str, usage: Usage) -> None:
    """An independent sum over the same row, in decimals, by those who keep the table."""
    import genai_prices

    spec = ModelSpec.parse(model)
    table = {"gemini": "google"}.get(spec.provider, spec.provider)
    tokens = genai_prices.Usage(
        input_tokens=usage.input, cache_read_tokens=usage.cached, cache_write_tokens=usage.cache_written, output_tokens=usage.output
    )
    theirs = genai_prices.calc_price(tokens, spec.model, provider_id=table, genai_request_timestamp=NIGHT).total_price
    ours = table_price(table, spec.model, NIGHT)
    assert ours is not None
    assert abs(Decimal(ours.cost(usage)) - theirs) < Decimal("1e-12")


def test_the_table_is_asked_as_of_now_and_its_tiers_are_kept() -> None:
    by_day, by_night = (table_price("deepseek", "deepseek-chat", at) for at in (NOON, NIGHT))
    assert by_day is not None and by_night is not None
    assert by_day.input == 2 * by_night.input
    before = table_price("anthropic", "claude-sonnet-4-6", datetime(2026, 3, 1, tzinfo=UTC))
    assert before is not None
    assert before.tiers == (Tier(200_000, 6.0, 22.5, 0.6, 7.5),), "the row of that time had a tier"
    # 200,001 × $6 + 10 × $22.50, by the million
    assert before.cost(Usage(200_001, 10)) == pytest.approx(1.200231)


def test_a_row_that_tokens_do_not_decide_is_unknown() -> None:
    from genai_prices.types import ModelPrice

    assert of_row(ModelPrice(input_mtok=Decimal(1))) is None
    assert of_row(ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(2), requests_kcount=Decimal(5))) is None
    found = of_row(ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(2), output_reasoning_mtok=Decimal(3)))
    assert found is not None
    assert (found.reasoning, found.cached) == (3.0, None)


def test_the_provider_is_always_named() -> None:
    """The table alone would take another provider's row for a model of the same name."""
    from genai_prices import data_snapshot

    assert data_snapshot.get_snapshot().find_provider_model("glm-5", None, None, None)[0].id != "zai"
    at = {provider: price(ModelSpec(provider, "glm-5")) for provider in ("glm", "zhipu")}
    assert at["glm"] != at["zhipu"]
    assert table_price("deepseek", "gpt-4o", NOON) is None


counts = st.integers(0, 10**7)
dollars = st.floats(0, 1000, allow_nan=False)
maybe = st.none() | dollars
tiers = st.lists(
    st.builds(Tier, st.integers(1, 10**6), dollars, dollars, maybe, maybe, maybe), max_size=3, unique_by=lambda tier: tier.above
)


@st.composite
def rows_of_any_kind(draw: st.DrawFn) -> Price:
    listed = sorted(draw(tiers), key=lambda tier: tier.above)
    return Price(draw(dollars), draw(dollars), draw(maybe), draw(maybe), reasoning=draw(maybe), tiers=tuple(listed))


rows = rows_of_any_kind()


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    given, made = draw(counts), draw(counts)
    cached = draw(st.integers(0, given))
    return Usage(given, made, cached, draw(st.integers(0, given - cached)), draw(st.integers(0, made)))


@given(rows, usages())
def test_what_was_saved_and_what_it_cost_make_the_cost_without_a_cache(row: Price, usage: Usage) -> None:
    plain = Usage(usage.input, usage.output, reasoning=usage.reasoning)
    assert row.cost(usage) >= 0
    assert row.cost(usage) + row.saved(usage) == pytest.approx(row.cost(plain), rel=1e-9, abs=1e-12)
    assert row.row(usage.input).cost(usage) == row.cost(usage), "the one row that is recorded comes to the same"
    assert not row.row(usage.input).tiers


@given(rows, st.builds(Usage, counts, counts, counts, counts, counts))
def test_no_report_makes_a_call_pay_us(row: Price, reported: Usage) -> None:
    assert row.cost(reported) >= 0


@given(rows, usages())
def test_each_token_has_one_price(row: Price, usage: Usage) -> None:
    """Against exact fractions, kind by kind."""
    one = row.row(usage.input)
    exact = Fraction(usage.input - usage.cached - usage.cache_written) * Fraction(one.input)
    exact += usage.cached * Fraction(one.input if one.cached is None else one.cached)
    exact += usage.cache_written * Fraction(one.input if one.cache_written is None else one.cache_written)
    exact += (usage.output - usage.reasoning) * Fraction(one.output)
    exact += usage.reasoning * Fraction(one.output if one.reasoning is None else one.reasoning)
    assert row.cost(usage) == pytest.approx(float(exact / 1_000_000), rel=1e-12, abs=1e-15)


def test_a_hundred_thousand_calls_add_up_to_the_cent() -> None:
    row, tally, exact = ROWS["openai:gpt-4.1-mini"], Tally(), Fraction(0)
    for number in range(100_000):
        usage = Usage(900 + number % 7919, 200 + number % 104_729, cached=number % 900, reasoning=number % 199)
        tally.add(usage, row.cost(usage))
        exact += (usage.input - usage.cached) * Fraction(2, 5) + usage.cached * Fraction(1, 10) + usage.output * Fraction(8, 5)
    assert abs(Fraction(tally.cost_usd) - exact / 1_000_000) < Fraction(1, 10**6), "far below a cent"


def write(text: str) -> Path:
    file = prices_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def of(text: str) -> Price | None:
    return price(ModelSpec.parse(text))


def test_what_people_say_goes_before_the_table() -> None:
    write(
        '["openai:gpt-4o"]\ninput = 2.0\noutput = 8\ncached = 0.5\ncache_written = 2.5\nreasoning = 9\n'
        "tiers = [{ above = 900, input = 5, output = 6 }, { above = 100, input = 3, output = 4, cached = 1 }]\n"
        '["gigachat:GigaChat-2*"]\ninput = 7.1\noutput = 7.1\n'
    )
    found = of("openai:gpt-4o")
    assert found == Price(2, 8, 0.5, 2.5, source="prices.toml", reasoning=9, tiers=(Tier(100, 3, 4, 1), Tier(900, 5, 6)))
    assert of("openai:gpt-4o@https://api.openai.com/v1") == found, "its own address, spelt out"
    assert price_source(ModelSpec.parse("openai:gpt-4o")) == "prices.toml"
    assert (price_source(ModelSpec.parse("openai:gpt-4.1-mini")) or "").startswith("genai-prices ")
    assert of("openai:gpt-4o-mini") == of("openai:gpt-4o-mini@https://api.openai.com/v1") != found
    assert of("gigachat:GigaChat-2-Max") == Price(7.1, 7.1, source="prices.toml")
    assert of("gigachat:GigaChat-Lite") is None
    assert price_source(ModelSpec.parse("gigachat:GigaChat-Lite")) is None


def test_names_go_before_patterns_and_longer_patterns_before_shorter_ones() -> None:
    write(
        "\n".join(f'["{key}"]\ninput = {number}\noutput = 1' for number, key in enumerate(("ollama:*", "ollama:llama*", "ollama:llama3.2")))
    )
    assert [getattr(of(f"ollama:{model}"), "input", None) for model in ("qwen", "llama4", "llama3.2", "llama3.2x")] == [0, 1, 2, 1]
    assert of("ollama:qwen") == Price(0, 0 + 1, source="prices.toml"), "nothing costs nothing unless the user says so"


def test_servers_of_ones_own_have_no_price_unless_one_is_named_with_its_url() -> None:
    mine = "openai:mine@http://127.0.0.1:8089/v1"
    assert of(mine) is None
    assert of("openai:gpt-4o@https://gateway.example.org/v1") is None
    write('["openai:*"]\ninput = 1\noutput = 1\n')
    assert of(mine) is None, "a name without a URL speaks of the provider"
    assert of("openai:gpt-4o") == Price(1, 1, source="prices.toml")
    write(f'["{mine}/"]\ninput = 2\noutput = 2\n["openai:*@http*"]\ninput = 3\noutput = 3\n')
    assert of(mine) == Price(2, 2, source="prices.toml")
    assert of("openai:mine@http://me:secret-word@127.0.0.1:8089/v1") == Price(2, 2, source="prices.toml"), "whoever asks"
    assert of("openai:other@https://gateway.example.org/v1") == Price(3, 3, source="prices.toml")
    assert registry.facts(ModelSpec.parse(mine)).price == Price(2, 2, source="prices.toml")


def test_the_file_is_read_again_when_it_changes_and_may_be_absent() -> None:
    assert own_price(ModelSpec("ollama", "x")) is None
    write('["ollama:x"]\ninput = 1\noutput = 1\n')
    assert of("ollama:x") == Price(1, 1, source="prices.toml")
    write('["ollama:x"]\ninput = 10\noutput = 1\n')
    assert of("ollama:x") == Price(10, 1, source="prices.toml")
    prices_file().unlink()
    assert of("ollama:x") is None
    assert everywhere()["prices"] == prices_file()


BAD = [
    ("[ollama:x]\ninput = 1", "quotes"),
    ('input = 1\n["ollama:x"]\ninput = 1\noutput = 1', "input"),
    ('["llama"]\ninput = 1\noutput = 1', r"\[\"llama\"\] names no model"),
    ('["ollama:x=3"]\ninput = 1\noutput = 1', "seats"),
    ('["sim:strong"]\ninput = 1\noutput = 1', "simulated"),
    ('["ollama:x"]\ninput = 1', r"'output' in \[\"ollama:x\"\] of .* is missing"),
    ('["ollama:x"]\ninput = "1"\noutput = 1', r"'input' in \[\"ollama:x\"\] of .* cannot be used"),
    ('["ollama:x"]\ninput = true\noutput = 1', "'input'"),
    ('["ollama:x"]\ninput = -1\noutput = 1', "'input'"),
    ('["ollama:x"]\ninput = nan\noutput = 1', "'input'"),
    ('["ollama:x"]\ninput = 1\noutput = inf', "'output'"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ncashed = 1', "'cashed'.*Did you mean 'cached'"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ncurrency = "RUB"', "'currency'.*It may have input"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ntiers = 3', "'tiers'"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ntiers = [{ above = 1.5, input = 1, output = 1 }]', "'above' of tier 1 in"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ntiers = [{ above = 5, input = 1, output = 1 }, { above = 9, input = 1 }]', "'output' in tier 2"),
    ('["ollama:x"]\ninput = 1\noutput = 1\ntiers = [{above=5, input=1, output=1}, {above=5, input=2, output=1}]', "Two tiers"),
    ('["openai:x@http://h/v1"]\ninput = 1\noutput = 1\n["openai:x@http://h/v1/"]\ninput = 2\noutput = 1', "twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_file_that_cannot_be_used_is_named_with_row_and_field(text: str, said: str) -> None:
    file = write(text)
    with pytest.raises(ConfigError, match=said) as caught:
        of("ollama:y")
    assert str(file) in str(caught.value)
    assert str(caught.value).count(". ") <= 2, "a sentence or two"


def test_a_file_that_is_no_text_is_said() -> None:
    prices_file().parent.mkdir(parents=True)
    prices_file().write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not TOML"):
        of("ollama:y")
    prices_file().unlink()
    prices_file().mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        of("ollama:y")
