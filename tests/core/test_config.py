from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core.config import LEVELS, MOST_TEXT, Arrangement, Level, Limits, ModelSpec, RunConfig, Task, checked
from selforg_tui.core.errors import ConfigError

SIM = ModelSpec("sim", "strong")
WEAK = ModelSpec("sim", "weak")


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("sim:strong", SIM),
        ("  sim:strong \n", SIM),
        ("anthropic:claude-sonnet-4-6=4", ModelSpec("anthropic", "claude-sonnet-4-6", None, 4)),
        ("deepseek:deepseek-chat=12", ModelSpec("deepseek", "deepseek-chat", None, 12)),
        ("ollama:llama3.2", ModelSpec("ollama", "llama3.2")),
        ("ollama:qwen3:8b=2", ModelSpec("ollama", "qwen3:8b", None, 2)),
        ("openrouter:meta/llama@latest", ModelSpec("openrouter", "meta/llama@latest")),
        ("openai:m@http://127.0.0.1:8089/v1", ModelSpec("openai", "m", "http://127.0.0.1:8089/v1")),
        ("openai:m@http://127.0.0.1:8089/v1/=3", ModelSpec("openai", "m", "http://127.0.0.1:8089/v1/", 3)),
        ("openai:m@https://h/v1?key=abc", ModelSpec("openai", "m", "https://h/v1?key=abc")),
        ("openai:m@https://h/v1?v=2=4", ModelSpec("openai", "m", "https://h/v1?v=2", 4)),
        ("openai:m@https://u:p@h/v1", ModelSpec("openai", "m", "https://u:p@h/v1")),
        ("openai:m=x", ModelSpec("openai", "m=x")),
        ("openai:m=²", ModelSpec("openai", "m=²")),
    ],
)
def test_models_are_read(text: str, spec: ModelSpec) -> None:
    expected = replace(spec, base_url=spec.base_url.rstrip("/")) if spec.base_url else spec
    assert ModelSpec.parse(text) == expected


@pytest.mark.parametrize("text", ["", "strong", ":strong", "sim:", "=4", "sim:=4", "@http://x", "sim:strong=0", "sim:strong=00"])
def test_what_is_no_model_is_refused_in_sentences(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        ModelSpec.parse(text)
    assert_sentences(str(raised.value))


@given(st.text(max_size=60))
def test_reading_a_model_raises_nothing_else(text: str) -> None:
    try:
        spec = ModelSpec.parse(text)
    except ConfigError:
        return
    assert spec.provider and spec.model


def test_a_number_of_seats_beyond_reason_is_no_crash() -> None:
    ModelSpec.parse("sim:strong=" + "9" * 5000)


@given(
    st.sampled_from(["sim", "openai"]),
    st.sampled_from(["strong", "a:b", "x/y"]),
    st.sampled_from([None, "http://127.0.0.1:8089/v1"]),
    st.none() | st.integers(1, 256),
)
def test_a_written_model_reads_back(provider: str, model: str, base_url: str | None, seats: int | None) -> None:
    spec = ModelSpec(provider, model, base_url, seats)
    assert ModelSpec.parse(spec.name + (f"={seats}" if seats else "")) == spec
    assert spec.simulated is (provider == "sim")


def test_seats_follow_the_order_of_the_models() -> None:
    config = RunConfig("m", agents=7, models=(replace(WEAK, seats=2), SIM, ModelSpec("x", "y", None, 1), ModelSpec("p", "q")))
    assert [spec.name for spec in config.seating()] == ["sim:weak"] * 2 + ["sim:strong"] * 2 + ["x:y"] + ["p:q"] * 2
    assert all(spec.seats is None for spec in config.seating())


def test_the_first_of_open_ended_models_take_what_does_not_divide() -> None:
    assert [spec.model for spec in RunConfig("m", agents=5, models=(SIM, WEAK)).seating()] == ["strong"] * 3 + ["weak"] * 2


@given(
    st.integers(-2, 300),
    st.lists(st.builds(ModelSpec, st.sampled_from(["sim", "x"]), st.just("m"), st.none(), st.none() | st.integers(-2, 6)), max_size=5),
)
def test_there_is_one_model_a_seat_or_an_error(agents: int, models: list[ModelSpec]) -> None:
    try:
        seating = RunConfig("m", agents=agents, models=tuple(models)).seating()
    except ConfigError as problem:
        assert_sentences(str(problem))
        return
    assert len(seating) == agents
    assert {spec.name for spec in seating} == {spec.name for spec in models}


COUNTS = st.lists(st.integers(1, 40), min_size=2, max_size=6)


def seated(counts: list[int], arrangement: Arrangement) -> list[int]:
    """Places of models in the order of seats."""
    models = tuple(ModelSpec("x", str(place), None, count) for place, count in enumerate(counts))
    return [int(spec.model) for spec in RunConfig("m", agents=sum(counts), models=models, arrangement=arrangement).seating()]


@given(COUNTS)
@example([8, 13, 1, 1, 1, 1, 36, 5, 36])  # choosing whoever lacks most is a seat and a quarter off here
def test_by_turns_no_model_is_ever_a_seat_away_from_its_fair_share(counts: list[int]) -> None:
    order, total = seated(counts, "interleaved"), sum(counts)
    assert [order.count(place) for place in range(len(counts))] == counts
    for turn in range(1, total + 1):
        for place, count in enumerate(counts):
            assert abs(order[:turn].count(place) * total - count * turn) < total


def test_two_models_take_turns_the_first_named_first() -> None:
    assert seated([3, 3], "interleaved") == [0, 1, 0, 1, 0, 1]
    assert seated([6, 2], "interleaved") == [0, 0, 0, 1, 0, 0, 0, 1]


@given(COUNTS)
def test_the_strongest_sit_first_or_last(counts: list[int]) -> None:
    blocks = [place for place, count in enumerate(counts) for _ in range(count)]
    assert seated(counts, "blocks") == seated(counts, "strong-first") == blocks
    assert seated(counts, "strong-last") == blocks[::-1]


@pytest.mark.parametrize("level", LEVELS)
def test_by_level_all_seats_of_a_task_are_one_models(level: Level) -> None:
    config = RunConfig("m", agents=3, models=(SIM, WEAK), arrangement="by-level")
    assert config.seating(level) == ((SIM if level in ("L3", "L4") else WEAK),) * 3
    assert config.seating() == (SIM,) * 3, "what comes before all tasks is the stronger model's"


@pytest.mark.parametrize(
    "models", [(SIM,), (SIM, WEAK, ModelSpec("x", "y")), (replace(SIM, seats=2), replace(WEAK, seats=2)), (SIM, replace(WEAK, seats=1))]
)
def test_by_level_takes_two_models_without_seats(models: tuple[ModelSpec, ...]) -> None:
    with pytest.raises(ConfigError, match="two models without numbers of seats") as raised:
        checked(RunConfig("m", agents=4, models=models, arrangement="by-level"))
    assert_sentences(str(raised.value))


@pytest.mark.parametrize(("agents", "models"), [(3, (replace(SIM, seats=2),)), (1, (SIM, WEAK)), (2, (replace(SIM, seats=2), WEAK))])
def test_seats_that_do_not_add_up_are_refused(agents: int, models: tuple[ModelSpec, ...]) -> None:
    with pytest.raises(ConfigError, match="add up"):
        checked(RunConfig("m", agents=agents, models=models))


def test_without_a_task_the_mission_is_the_task() -> None:
    assert checked(RunConfig("  Save the bees \n")).tasks == (Task("Save the bees"),)
    assert checked(RunConfig("Save", tasks=(Task("now", "L1"),))).tasks == (Task("now", "L1"),)
    assert checked(checked(RunConfig("Save"))) == checked(RunConfig("Save"))


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(""),
        RunConfig(" \n"),
        RunConfig("m" * (MOST_TEXT + 1)),
        RunConfig("m", values=("v" * (MOST_TEXT + 1),)),
        RunConfig("m", tasks=(Task("t" * (MOST_TEXT + 1)),)),
        RunConfig("m", tasks=(Task("a"), Task(" "))),
        RunConfig("not \udcff text"),
        RunConfig("m", agents=0),
        RunConfig("m", agents=300),
        RunConfig("m", models=()),
        RunConfig("m", seed=1 << 63),
        RunConfig("m", words=9),
        RunConfig("m", words=2001),
        RunConfig("m", temperature=-0.1),
        RunConfig("m", temperature=2.1),
        RunConfig("m", temperature=math.nan),
        RunConfig("m", limits=Limits(cost_usd=0)),
        RunConfig("m", limits=Limits(cost_usd=math.nan)),
        RunConfig("m", limits=Limits(tokens=-1)),
        RunConfig("m", limits=Limits(seconds=0)),
    ],
)
def test_what_cannot_be_run_is_refused_in_sentences(config: RunConfig) -> None:
    with pytest.raises(ConfigError) as raised:
        checked(config)
    assert_sentences(str(raised.value))


def assert_sentences(text: str) -> None:
    assert text[0].isupper() or text[0] in "'0123456789-"
    assert text.endswith((".", "?"))
    assert 20 < len(text) < 250
