"""Which key goes where."""

from __future__ import annotations

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models.key_of import key_at_hand, key_for, key_source, waits
from selforg_tui.models.providers import providers
from selforg_tui.models.registry import catalogue, open_model
from selforg_tui.settings.keys import COMMAND, Keys
from selforg_tui.tui.setup_form import missing_key

CANARY = "sk-canary-0123456789abcdef"
OPENAI = providers()["openai"]
HERE, ELSEWHERE = OPENAI.at("http://127.0.0.1:8089/v1"), OPENAI.at("https://models.example.org/v1")


def test_a_command_is_for_the_provider_and_not_for_servers_here() -> None:
    keys = Keys({}, {"openai": f"echo {CANARY}"})
    assert (key_source(OPENAI, keys), key_source(ELSEWHERE, keys), key_source(HERE, keys)) == (COMMAND, COMMAND, None)
    assert key_at_hand(OPENAI, keys) is None
    assert (key_for(OPENAI, keys), key_for(HERE, keys)) == (CANARY, None)
    model = open_model(ModelSpec("openai", "gpt-4o"), keys)
    assert model.place.secret == CANARY  # type: ignore[attr-defined]


def test_a_pasted_key_is_for_all_of_them() -> None:
    keys = Keys({"OPENAI_API_KEY": CANARY})
    assert key_source(HERE, keys) is None
    keys.paste("openai", "another-key-1234")
    assert [key_for(place, keys) for place in (OPENAI, HERE, ELSEWHERE)] == ["another-key-1234"] * 3


def test_what_only_shows_models_runs_no_command() -> None:
    keys = Keys({}, {"openai": "false"})
    assert {one.spec: one.key for one in catalogue(keys, prices=False)}["openai:gpt-4o"] is True
    assert missing_key(ModelSpec("openai", "gpt-4o"), keys) == ""
    assert waits([ModelSpec("openai", "gpt-4o")], keys)
    assert not waits([ModelSpec("sim", "strong"), ModelSpec("anthropic", "x")], keys)
    with pytest.raises(ModelFailure, match="exit code 1"):
        open_model(ModelSpec("openai", "gpt-4o"), keys)
