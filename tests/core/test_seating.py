from __future__ import annotations

import pytest

from selforg_tui.core.config import Arrangement, ModelSpec, RunConfig
from selforg_tui.core.seating import team_in_words, team_models

STRONG, OWN = ModelSpec("sim", "strong"), ModelSpec("openai", "mine", "http://127.0.0.1:8089/v1")


@pytest.mark.parametrize(
    ("arrangement", "words"),
    [
        ("blocks", "3 × sim:strong, 2 × openai:mine@http://127.0.0.1:8089/v1"),
        ("interleaved", "3 × sim:strong, 2 × openai:mine@http://127.0.0.1:8089/v1, interleaved"),
        ("strong-last", "2 × openai:mine@http://127.0.0.1:8089/v1, 3 × sim:strong, strong last"),
        ("by-level", "L3–L4 sim:strong, L1–L2 openai:mine@http://127.0.0.1:8089/v1"),
    ],
)
def test_the_team_in_words(arrangement: Arrangement, words: str) -> None:
    config = RunConfig("m", agents=5, models=(STRONG, OWN), arrangement=arrangement)
    assert team_in_words(config) == words
    assert "127" not in team_in_words(config, short=True) and "sim:" not in team_in_words(config, short=True)
    assert team_models(config) == (STRONG, OWN)


def test_one_model_needs_no_count_and_seats_that_do_not_add_up_are_told_as_named() -> None:
    assert team_in_words(RunConfig("m", agents=5, models=(STRONG,), arrangement="interleaved")) == "sim:strong"
    assert team_in_words(RunConfig("m", agents=5, models=(ModelSpec("sim", "strong", None, 2),))) == "sim:strong=2"
