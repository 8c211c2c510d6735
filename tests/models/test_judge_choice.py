from __future__ import annotations

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.models.judge_choice import choose_judge
from selforg_tui.settings.keys import Keys


def chosen(agents: str, *keys: str) -> tuple[str | None, str]:
    judge, why = choose_judge(tuple(ModelSpec.parse(text) for text in agents.split()), Keys(dict.fromkeys(keys, "a-key")))
    return (judge.name if judge else None), why


def test_simulated_agents_have_the_simulated_judge_without_a_word() -> None:
    assert chosen("sim:weak=3 sim:strong", "OPENAI_API_KEY") == ("sim:judge", "")


@pytest.mark.parametrize(
    ("agents", "keys", "judge"),
    [
        ("openai:gpt-4o", ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"], "anthropic:claude-sonnet-4-6"),
        ("anthropic:claude-sonnet-4-6", ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "openai:gpt-4.1-mini"),
        ("openai:gpt-4.1-mini", ["OPENAI_API_KEY"], "openai:gpt-4o"),
        ("sim:weak=2 anthropic:claude-sonnet-4-6", ["ANTHROPIC_API_KEY"], "anthropic:claude-haiku-4-5"),
        ("ollama:llama3.2 openai:gpt-4o", ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "anthropic:claude-sonnet-4-6"),
    ],
)
def test_another_model_that_has_a_key_judges_of_another_provider_where_there_is_one(agents: str, keys: list[str], judge: str) -> None:
    assert chosen(agents, *keys)[0] == judge


def test_the_only_model_with_a_key_judges_itself_and_that_is_said() -> None:
    judge, why = chosen("gigachat:GigaChat-2-Max=4", "GIGACHAT_CREDENTIALS")
    assert judge == "gigachat:GigaChat-2-Max"
    assert "judges its own work" in why


@pytest.mark.parametrize("agent", ["openai:mine@http://127.0.0.1:8089/v1", "ollama:llama3.2", "openai:mine@https://models.example.org/v1"])
def test_what_is_written_at_an_own_address_is_not_sent_elsewhere_unasked(agent: str) -> None:
    judge, why = chosen(agent, "ANTHROPIC_API_KEY", "OPENAI_API_KEY")
    assert judge == agent
    assert "nothing is sent elsewhere" in why


def test_real_agents_never_have_a_simulated_judge_unasked() -> None:
    judge, why = chosen("openai:gpt-4o sim:strong=2")
    assert judge is None
    assert "unjudged" in why
