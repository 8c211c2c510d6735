"""What is declared of providers, how a user's file changes it, and what is said of mistakes in that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.models import judge_choice
from selforg_tui.models.provider_files import declared
from selforg_tui.models.providers import providers
from selforg_tui.models.registry import catalogue, facts
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import everywhere, providers_file
from tests.models.shaped import declare

HEAD = (Path(judge_choice.__file__).parent / "providers.toml").read_text("utf-8").partition("\n[")[0]


def spec(text: str) -> ModelSpec:
    return ModelSpec.parse(text)


def test_the_papers_eight_models_are_listed_with_newer_ones_beside_them() -> None:
    listed = [each for each in catalogue(Keys({}), prices=False) if not each.simulated]
    assert {each.spec for each in listed if each.paper} == {
        "anthropic:claude-sonnet-4-6",
        "openai:gpt-5.4",
        "openai:gpt-4o",
        "openai:gpt-4.1-mini",
        "gemini:gemini-3-flash-preview",
        "gigachat:GigaChat-2-Max",
        "deepseek:deepseek-v3.2",
        "glm:glm-5",
    }
    for name in ("anthropic", "openai", "gemini", "deepseek", "glm"):
        assert any(each.spec.startswith(f"{name}:") and not each.paper for each in listed)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("anthropic:claude-sonnet-5-5", {"cache": "marks", "cache_least": 512, "structure": ("schema", "text"), "encoding_exact": False}),
        ("anthropic:claude-haiku-4-5", {"cache_least": 4096, "temperature": "header", "place": "anthropic@api.anthropic.com"}),
        ("openai:gpt-4o", {"cache": "prefix", "cache_least": 1024, "encoding": "o200k_base", "encoding_exact": True, "at_once": None}),
        ("openai:gpt-4-0613", {"context": 8192, "encoding": "cl100k_base", "structure": ("text",), "cache": "none"}),
        ("gemini:gemini-2.5-pro", {"cache_least": 2048, "context": None}),
        ("deepseek:deepseek-v3.2", {"structure": ("json", "text"), "context": 128_000}),
        ("gigachat:GigaChat-2-Max", {"at_once": 1, "structure": ("text",), "context": 128_000, "price": None}),
        ("openrouter:unknown/of-tomorrow", {"context": None, "cache": "none"}),
        ("ollama:llama3.2", {"at_once": 4, "place": "ollama@localhost:11434", "local": True}),
        (
            "openai:mine@http://me:secret@127.0.0.1:8089/v1",
            {"structure": ("schema", "json", "text"), "encoding_exact": False, "place": "openai@127.0.0.1:8089"},
        ),
        ("deepseek:mine@https://models.example.org/v1", {"structure": ("schema", "json", "text"), "place": "deepseek@models.example.org"}),
        ("sim:strong", {"place": "", "structure": ("text",)}),
    ],
)
def test_facts_are_what_is_declared(text: str, wanted: dict[str, object]) -> None:
    found = facts(spec(text))
    assert {name: getattr(found, name) for name in wanted} == wanted


def test_no_model_is_hidden_by_one_before_it() -> None:
    for provider in providers().values():
        for known in provider.models:
            assert provider.known(known.match) is known, f"{provider.name}: {known.match} is never reached"


def test_a_user_adds_providers_and_changes_ours() -> None:
    declare(
        """
        [acme]
        base_url = "https://llm.acme.example/v1/"
        keys = ["ACME_API_KEY"]
        structure = ["json"]
        models = [{ match = "acme-large", title = "Acme Large", context = 128_000, suggest = true }]

        [openai]
        at_once = 3
        models = [{ match = "gpt-4o", title = "Ours", context = 9 }]

        [next-door]
        base_url = "http://127.0.0.1:9999/v1"
        """
    )
    assert facts(spec("acme:acme-large-2")).structure == ("json", "text"), "plain text is always left"
    assert facts(spec("acme:acme-large")).title == "Acme Large (acme)"
    assert facts(spec("openai:gpt-4o")).context == 9
    assert facts(spec("openai:gpt-4.1")).context == 1_000_000, "our models stay behind the user's"
    assert facts(spec("openai:gpt-4o")).at_once == 3
    assert providers()["openai"].keys == ("OPENAI_API_KEY",)
    assert providers()["next-door"].needs_key is False, "nothing is named that could hold one, and it is on this machine"
    listed = {each.spec: each for each in catalogue(Keys({"ACME_API_KEY": "acme-123456789"}), prices=False)}
    assert listed["acme:acme-large"].key is True


def test_the_example_in_the_head_of_our_file_works(tmp_path: Path) -> None:
    lines = [line.removeprefix("#").removeprefix("   ") for line in HEAD.splitlines() if line.startswith("#   ")]
    example = "\n".join(lines[lines.index(next(line for line in lines if line.startswith("[acme]"))) :]).partition("\nbase_url        ")[0]
    file = tmp_path / "providers.toml"
    file.write_text(example, "utf-8")
    found = declared(file)
    assert found["acme"].models[0].context == 128_000
    assert found["gigachat"].ca_bundle.startswith("~")
    assert found["acme"].reported.cached == "usage_details.cache_hits"


def test_every_field_is_explained_in_the_head_of_our_file() -> None:
    from selforg_tui.models.provider import KnownModel, Provider

    fields = {*Provider.__struct_fields__, *KnownModel.__struct_fields__} - {"name"}
    assert [field for field in sorted(fields) if field not in HEAD] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[acme]\ntitle = 'x'", ("acme", "base_url", "must be given")),
        ("[acme]\nbase_url = 'llm.acme.example'", ("acme", "base_url", "no URL")),
        ("[acme]\nbase_url = 7", ("acme", "base_url", "expected 'str', got 'int'")),
        ("[openai]\nbse_url = 'https://x.example'", ("openai", "bse_url", "no such field")),
        ("[openai]\nstructure = ['strict']", ("openai", "structure", "strict")),
        ("[openai]\nmodels = [{ match = 'a', contxt = 9 }]", ("openai", "models", "contxt", "no such field")),
        ("[openai]\nusage = { cached = 7 }", ("openai", "usage.cached")),
        ("[openai]\nextra = { messages = [] }", ("openai", "extra", "messages")),
        ("[openai]\nmodels = [{ match = 'a', extra = { model = 'b' } }]", ("openai", "models.a.extra", "model")),
        ("[openai]\nfinish = { stop = 'end' }", ("openai", "finish", "end")),
        ("[gigachat]\ntoken = { url = 'ngw' }", ("gigachat", "token.url", "no URL")),
        ("[openai]\nname = 'other'", ("openai", "name")),
        ("[sim]\nbase_url = 'https://x.example'", ("sim",)),
        ("['Two Words']\nbase_url = 'https://x.example'", ("Two Words",)),
        ("base_url = 'https://x.example'", ("base_url", "[my-provider]")),
        ("[acme", ("TOML",)),
    ],
)
def test_a_mistake_is_one_kind_sentence_with_file_provider_and_field(text: str, said: tuple[str, ...]) -> None:
    file = declare(text)
    with pytest.raises(ConfigError) as caught:
        facts(spec("openai:gpt-4o"))
    told = str(caught.value)
    assert str(file) in told
    for word in said:
        assert word in told
    assert "`" not in told
    assert "$" not in told
    assert len(told.replace(str(file), "")) < 220


def test_the_users_file_is_among_the_paths() -> None:
    assert everywhere()["providers"] == providers_file()
