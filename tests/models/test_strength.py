"""Which model is taken as the stronger, and that it is told."""

from __future__ import annotations

import pytest

from selforg_tui.core.calls import Price
from selforg_tui.core.config import Arrangement, ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.seating import brief_names
from selforg_tui.models import registry
from selforg_tui.models.base import Facts
from selforg_tui.models.strength import by_strength, seated

STRONG, EFFICIENT, WEAK = (ModelSpec("sim", name) for name in ("strong", "efficient", "weak"))
MINE, YOURS = (ModelSpec("openai", name, "http://127.0.0.1:8089/v1") for name in ("mine", "yours"))


def names(models: tuple[ModelSpec, ...]) -> list[str]:
    return [spec.model for spec in models]


def test_the_dearer_output_is_taken_as_stronger() -> None:
    ordered, sentence = by_strength((WEAK, ModelSpec("sim", "strong", None, 2), EFFICIENT))
    assert names(ordered) == ["strong", "efficient", "weak"]
    assert ordered[0].seats == 2
    assert sentence == (
        "sim:strong is taken as the strongest, then sim:efficient and sim:weak, since its output is dearer "
        "(15, 1.2, 0.4 imaginary dollars per million tokens)."
    )


def test_real_prices_are_told_in_dollars(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = {"mine": Price(9, 2), "yours": Price(1, 8)}
    monkeypatch.setattr(registry, "facts", lambda spec: Facts(spec.model, price=prices[spec.model]))
    ordered, sentence = by_strength((MINE, YOURS))
    assert names(ordered) == ["yours", "mine"]
    assert "(8, 2 US dollars per million tokens)" in sentence


@pytest.mark.parametrize(
    ("models", "why"),
    [
        ((MINE, YOURS), "since the price of openai:mine@127.0.0.1:8089 and openai:yours@127.0.0.1:8089 is not known"),
        ((WEAK, MINE), "since the price of openai:mine@127.0.0.1:8089 is not known"),
    ],
)
def test_without_prices_the_order_of_naming_counts(models: tuple[ModelSpec, ...], why: str) -> None:
    ordered, sentence = by_strength(models)
    assert ordered == models
    assert "in the order in which they were named" in sentence and why in sentence


def test_imaginary_prices_are_not_held_against_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = {"mine": Price(1, 1), "strong": Price(3, 15, imaginary=True)}
    monkeypatch.setattr(registry, "facts", lambda spec: Facts(spec.model, price=prices[spec.model]))
    ordered, sentence = by_strength((MINE, STRONG))
    assert ordered == (MINE, STRONG) and "imaginary prices say nothing beside real ones" in sentence


def test_one_model_is_neither() -> None:
    assert by_strength((STRONG,)) == ((STRONG,), "")
    assert by_strength((STRONG, STRONG)) == ((STRONG, STRONG), "")


def test_a_model_that_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigError, match="no simulated model 'wise'"):
        by_strength((STRONG, ModelSpec("sim", "wise")))


@pytest.mark.parametrize("arrangement", ["blocks", "interleaved"])
def test_where_strength_does_not_matter_nothing_is_asked(arrangement: Arrangement) -> None:
    assert seated((WEAK, ModelSpec("sim", "wise")), arrangement) == ((WEAK, ModelSpec("sim", "wise")), "")


def test_by_level_says_which_level_goes_where() -> None:
    ordered, sentence = seated((WEAK, STRONG), "by-level")
    assert names(ordered) == ["strong", "weak"]
    assert sentence.startswith("L3–L4 go to sim:strong, L1–L2 to sim:weak: ")


def test_names_are_as_short_as_tells_them_apart() -> None:
    here, there, other = "openai:x@http://127.0.0.1:8089/v1", "openai:x@http://127.0.0.1:8090/v1", "openai:x@http://127.0.0.1:8090/v2"
    assert brief_names([here, there, "sim:weak"]) == {
        here: "openai:x@127.0.0.1:8089",
        there: "openai:x@127.0.0.1:8090",
        "sim:weak": "sim:weak",
    }
    assert brief_names([here, there, other]) == {here: "openai:x@127.0.0.1:8089", there: there, other: other}
