"""Shocks as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.config import SHOCKS, ModelSpec, RunConfig, Shock, Task, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.shocks import in_words, parse, parse_lines, with_those_by_hand, written

WORDS = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "shock"),
    [
        ("2: remove-hub", Shock("remove-hub", 2)),
        ("2/5: remove-random", Shock("remove-random", 2, 5)),
        (" 2 : Remove-Random ", Shock("remove-random", 2)),
        ("3: swap-model sim:weak", Shock("swap-model", 3, model=ModelSpec("sim", "weak"))),
        ("2: notice Costs must fall: by a third", Shock("notice", 2, text="Costs must fall: by a third")),
        ("12/3@17: remove-hub", Shock("remove-hub", 12, 3, asked=17)),
    ],
)
def test_a_line_says_when_and_what(text: str, shock: Shock) -> None:
    assert parse(text) == shock


@given(st.sampled_from(SHOCKS), st.integers(1, 9999), st.integers(0, 300), st.integers(0, 300), st.lists(WORDS, min_size=1, max_size=5))
def test_what_is_written_is_read_again(kind: str, task: int, after: int, asked: int, words: list[str]) -> None:
    model = ModelSpec("openai", "x", "http://127.0.0.1:9/v1") if kind == "swap-model" else None
    shock = Shock(kind, task, after, model, " ".join(words) if kind == "notice" else "", asked)  # type: ignore[arg-type]
    assert parse_lines(f"\n{written(shock)}\n") == (shock,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("remove-hub", "write the task, a colon and what happens"),
        ("2: explode", "There is no shock 'explode': choose remove-random"),
        ("0: remove-hub", "count from 1"),
        ("2: remove-hub 5", "leave '5' out"),
        ("2: swap-model", "needs the model that takes over"),
        ("2: swap-model weak", "is not a model"),
        ("2: swap-model sim:weak=3", "leave =3 out"),
        ("2: notice  ", "needs its text"),
        ("2: notice " + "x" * 100_001, "100,001 characters"),
        ("2: notice \ud800", "not valid text"),
    ],
)
def test_what_is_no_shock_is_told(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        parse(text)


def test_a_shock_happens_in_a_task_that_there_is() -> None:
    with pytest.raises(ConfigError, match="planned for task 2, but there is one task"):
        checked(RunConfig("Bees", shocks=(parse("2: remove-hub"),)))
    with pytest.raises(ConfigError, match="there are 2 tasks"):
        checked(RunConfig("Bees", (Task("a"), Task("b")), shocks=(parse("3: remove-hub"),)))
    checked(RunConfig("Bees", (Task("a"), Task("b")), shocks=(parse("2: remove-hub"),)))


def test_a_title_shows_no_password() -> None:
    shock = parse("2/1: swap-model openai:x@http://me:secret@127.0.0.1:9/v1?key=secret")
    assert in_words([shock, parse("3: remove-hub")]) == "2/1: swap-model openai:x@http://127.0.0.1:9/v1?…; 3: remove-hub"
    assert parse(written(shock)) == shock


def test_shocks_by_hand_can_be_had_again() -> None:
    plan = (parse("2: remove-hub"),)
    happened = [
        ev.Shocked(task=2, kind="remove-hub", seats=(1,)),
        ev.Shocked(task=2, kind="swap-model", seats=(3,), model="sim:weak", after=1, asked=2, planned=False),
        ev.Shocked(task=3, kind="notice", notice="No nuts", text="From now on …", planned=False),
    ]
    again = with_those_by_hand(RunConfig("Bees", shocks=plan), happened)
    assert again == (*plan, parse("2/1@2: swap-model sim:weak"), parse("3: notice No nuts"))
