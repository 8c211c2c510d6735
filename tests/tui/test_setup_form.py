"""What the fields of Setup mean."""

from __future__ import annotations

import msgspec
import pytest

from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Shock, Task
from selforg_tui.settings.keys import Keys
from selforg_tui.tui.setup_form import Form, form_of, read
from selforg_tui.tui.setup_texts import task_lines

NO_KEYS = Keys({})
BEFORE = RunConfig(mission="before", agents=5)
FULL = RunConfig(
    mission="Run a school kitchen",
    tasks=(Task("Plan it,\nstep by step", "L2"), Task("Decide", "L4")),
    values=("no waste", "no haste"),
    protocol="solo",
    parameters={"budget": "team"},
    agents=6,
    models=(ModelSpec("sim", "strong", None, 4), ModelSpec("openai", "mine", "http://127.0.0.1:8089/v1", 2)),
    judge=None,
    seed=7,
    temperature=0.2,
    words=120,
    limits=Limits(1.5, 9000, 60.0),
    arrangement="interleaved",
    order="shuffled",
    abstention=False,
    warm_up=True,
    shocks=(Shock("remove-hub", 2, 1), Shock("swap-model", 2, model=ModelSpec("sim", "weak"))),
)


def test_a_config_survives_the_form() -> None:
    reading = read(form_of(FULL, NO_KEYS), RunConfig(mission=""), NO_KEYS)
    assert reading.problems == {}
    assert reading.config == FULL


def test_who_writes_up_has_to_be_there() -> None:
    keyless = msgspec.structs.replace(BEFORE, write_up_by=ModelSpec("anthropic", "x"))
    assert "needs a key" in read(Form(mission="m", write_up="on"), keyless, NO_KEYS).problems["write_up"]
    assert read(Form(mission="m"), keyless, NO_KEYS).problems == {}
    weak = read(Form(mission="m", write_up="on"), msgspec.structs.replace(BEFORE, write_up_by=ModelSpec("sim", "weak")), NO_KEYS)
    assert (weak.problems, weak.notes["write_up"]) == ({}, "written up by sim:weak")


def test_an_empty_parameter_is_its_default() -> None:
    reading = read(Form(mission="m", protocol="batched", parameters={"batch": " "}), BEFORE, NO_KEYS)
    assert (reading.problems, reading.config.parameters) == ({}, {})
    reading = read(Form(mission="m", protocol="batched", parameters={"batch": "0"}), BEFORE, NO_KEYS)
    assert "give a whole number from 1 to 256" in reading.problems["parameter-batch"]


def test_who_is_stronger_is_found_for_an_order_of_turns_by_strength() -> None:
    for order in ("fixed", "strong-last"):
        reading = read(Form(mission="m", models="sim:weak sim:strong", order=order), BEFORE, NO_KEYS)
        assert reading.config.order == order
        assert [spec.model for spec in reading.config.models] == (["weak", "strong"] if order == "fixed" else ["strong", "weak"])
        assert ("taken as stronger" in reading.notes.get("arrangement", "")) == (order != "fixed")


def test_each_level_has_its_place() -> None:
    reading = read(Form(mission="m", tasks="[L1] look\nthink\n  hard\n\n[l4] decide", level="L2"), BEFORE, NO_KEYS)
    assert reading.config.tasks == (Task("look", "L1"), Task("think\nhard", "L2"), Task("decide", "L4"))


def test_tasks_come_back_as_they_were_written() -> None:
    tasks = (Task("one\ntwo", "L1"), Task("three", "L3"))
    assert read(Form(mission="m", tasks=task_lines(tasks)), BEFORE, NO_KEYS).config.tasks == tasks


def test_without_tasks_the_level_is_that_of_the_mission() -> None:
    assert read(Form(mission="m"), BEFORE, NO_KEYS).config.tasks == ()
    assert read(Form(mission="m", level="L4"), BEFORE, NO_KEYS).config.tasks == (Task("m", "L4"),)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"mission": "  "}, "mission", "The mission is empty"),
        ({"agents": "many"}, "agents", "'many' is not a whole number"),
        ({"agents": "0"}, "agents", "0 agents cannot be run"),
        ({"agents": "300"}, "agents", "300 agents cannot be run"),
        ({"models": ""}, "models", "No model is chosen"),
        ({"models": "strong"}, "models", "'strong' is not a model"),
        ({"models": "sim:wise"}, "models", "There is no simulated model 'wise'"),
        ({"models": "nobody:x"}, "models", "There is no provider 'nobody'"),
        ({"models": "sim:strong=3"}, "models", "The models take 3 seats but there are 8 agents"),
        ({"models": "openai:gpt-4o"}, "models", "openai:gpt-4o needs a key"),
        ({"judge": "openai:gpt-4o"}, "judge", "openai:gpt-4o needs a key"),
        ({"judge": "wise"}, "judge", "'wise' is not a model"),
        ({"temperature": "hot"}, "temperature", "'hot' is not a number"),
        ({"temperature": "nan"}, "temperature", "'nan' is not a number"),
        ({"temperature": "3"}, "temperature", "out of range"),
        ({"words": "3"}, "words", "choose from 10 to 2000"),
        ({"seed": "x"}, "seed", "'x' is not a whole number"),
        ({"cost_usd": "-1"}, "cost_usd", "must be above 0"),
        ({"tokens": "1.5"}, "tokens", "'1.5' is not a whole number"),
        ({"seconds": "soon"}, "seconds", "'soon' is not a number"),
        ({"arrangement": "by-level"}, "arrangement", "By level there are two models"),
        ({"arrangement": "by-level", "models": "sim:strong=4 sim:weak=4"}, "arrangement", "without numbers of seats"),
        ({"arrangement": "strong-first", "models": "sim:wise sim:weak"}, "models", "There is no simulated model 'wise'"),
        ({"tasks": "[L7] dream"}, "tasks", "There is no level 'L7'"),
        ({"protocol": "solo", "parameters": {"budget": "huge"}}, "parameter-budget", "give one or team"),
    ],
)
def test_what_cannot_be_run_is_said_beside_its_field(change: dict[str, object], field: str, sentence: str) -> None:
    form = Form(**{"mission": "m", **change})  # type: ignore[arg-type]
    reading = read(form, BEFORE, NO_KEYS)
    assert list(reading.problems) == [field]
    assert sentence in reading.problems[field]


def test_what_is_taken_as_stronger_stands_under_the_seating_and_in_the_config() -> None:
    reading = read(Form(mission="m", models="sim:weak sim:strong", arrangement="by-level"), BEFORE, NO_KEYS)
    assert reading.problems == {}
    assert [spec.model for spec in reading.config.models] == ["strong", "weak"]
    assert reading.notes["arrangement"].startswith("L3–L4 go to sim:strong, L1–L2 to sim:weak: the former is taken as stronger")
    assert reading.notes["models"] == "Simulated strong model · Simulated weak model"
    again = read(form_of(reading.config, NO_KEYS), BEFORE, NO_KEYS)
    assert again.config == reading.config
    assert "arrangement" not in read(Form(mission="m", models="sim:weak sim:strong"), BEFORE, NO_KEYS).notes


def test_a_faulty_field_leaves_what_was_there_and_the_others_count() -> None:
    reading = read(Form(mission="m", agents="none", seed="9"), BEFORE, NO_KEYS)
    assert (reading.config.agents, reading.config.seed) == (BEFORE.agents, 9)


def test_a_pasted_key_is_enough_and_stays_out_of_the_config() -> None:
    keys = Keys({})
    keys.paste("openai", "sk-very-secret")
    reading = read(Form(mission="m", models="openai:gpt-4o"), BEFORE, keys)
    assert reading.problems == {}
    assert b"sk-very-secret" not in msgspec.json.encode(reading.config)
    assert "sk-very-secret" not in str(reading)


def test_no_judge_of_ours_is_chosen_for_real_models() -> None:
    reading = read(Form(mission="m", models="openai:mine@http://127.0.0.1:8089/v1"), BEFORE, NO_KEYS)
    assert reading.config.judge is not None
    assert not reading.config.judge.simulated


def test_temperature_is_not_applicable_where_no_model_takes_one() -> None:
    keys = Keys({"OPENAI_API_KEY": "k"})
    assert "n/a" in read(Form(mission="m", models="openai:gpt-5.4"), BEFORE, keys).notes["temperature"]
    assert "temperature" not in read(Form(mission="m"), BEFORE, keys).notes
    mixed = read(Form(mission="m", models="openai:gpt-5.4 sim:weak"), BEFORE, keys).notes["temperature"]
    assert mixed == "n/a for openai:gpt-5.4"


def test_shocks_are_written_one_a_line() -> None:
    form = Form(mission="m", tasks="a\nb", shocks="2: remove-hub\n\n2/1: notice No  nuts\n2: swap-model sim:weak")
    reading = read(form, BEFORE, NO_KEYS)
    assert reading.problems == {}
    assert form_of(reading.config, NO_KEYS).shocks == "2: remove-hub\n2/1: notice No nuts\n2: swap-model sim:weak"


@pytest.mark.parametrize(
    ("shocks", "sentence"),
    [
        ("hub", "is not a shock"),
        ("3: remove-hub", "there are 2 tasks"),
        ("2: swap-model sim:wise", "There is no simulated model 'wise'"),
        ("2: swap-model anthropic:claude-x", "needs a key"),
    ],
)
def test_a_shock_that_cannot_be_is_told_beside_its_field(shocks: str, sentence: str) -> None:
    reading = read(Form(mission="m", tasks="a\nb", shocks=shocks), BEFORE, NO_KEYS)
    assert list(reading.problems) == ["shocks"] and sentence in reading.problems["shocks"]
