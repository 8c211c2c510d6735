"""Keys are found, and never seen."""

from __future__ import annotations

import pytest

from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import MARK, redact

CANARY = "canary-0123456789-key"


def test_the_first_variable_that_is_set_counts() -> None:
    keys = Keys({"A_KEY": "", "B_KEY": f" {CANARY}\n", "C_KEY": "other"})
    assert keys.find(("A_KEY", "B_KEY", "C_KEY")) == CANARY
    assert keys.find(("A_KEY", "MISSING")) is None


def test_the_real_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys()
    assert keys.find(("SOME_API_KEY",)) is None
    monkeypatch.setenv("SOME_API_KEY", CANARY)
    assert keys.find(("SOME_API_KEY",)) == CANARY


def test_a_pasted_key_goes_first_for_its_provider_only_and_can_be_taken_back() -> None:
    keys = Keys({"A_KEY": "from-environment"})
    keys.paste("openai", CANARY)
    assert keys.find(("A_KEY",), "openai") == CANARY
    assert keys.find(("A_KEY",), "anthropic") == "from-environment"
    keys.paste("openai", "")
    assert keys.find(("A_KEY",), "openai") == "from-environment"


def test_nothing_printed_shows_a_key() -> None:
    keys = Keys({"A_KEY": "from-environment"})
    keys.paste("openai", CANARY)
    keys.find(("A_KEY",))
    for shown in (repr(keys), str(keys), f"{keys}"):
        assert CANARY not in shown
        assert "from-environment" not in shown
    assert keys.values() == {CANARY, "from-environment"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"key {CANARY}!", f"key {MARK}!"),
        (f"{CANARY}{CANARY}", MARK * 2),
        ("Incorrect key sk-proj-abcDEF123456_x provided", f"Incorrect key {MARK} provided"),
        ("Authorization: Bearer abc.def-123456", f"Authorization: Bearer {MARK}"),
        ("https://me:pass@host.example/v1", "https://host.example/v1"),
        ("GET /v1?key=AbCdEf123456", f"GET /v1?key={MARK}"),
        ("the task-force is risk-averse and asks a question", "the task-force is risk-averse and asks a question"),
        ("mail me@example.org about https://example.org/a", "mail me@example.org about https://example.org/a"),
        ("", ""),
    ],
)
def test_redaction(text: str, clean: str) -> None:
    assert redact(text, [CANARY, "short"]) == clean.replace("https://host", redact("https://host"))


def test_a_short_known_key_does_not_eat_words() -> None:
    assert redact("a test is a test", ["test"]) == "a test is a test"
