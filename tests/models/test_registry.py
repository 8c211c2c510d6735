"""Which models there are, what is declared of them, and what opening one needs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError, ModelFailure
from selforg_tui.models import registry
from selforg_tui.models.base import Facts, Model
from selforg_tui.models.prices import price
from selforg_tui.models.providers import is_loopback, providers
from selforg_tui.models.registry import catalogue, facts, open_model
from selforg_tui.settings.keys import Keys


def spec(text: str) -> ModelSpec:
    return ModelSpec.parse(text)


def test_every_suggested_model_has_facts_and_a_price() -> None:
    for listed in catalogue(Keys({})):
        if not listed.spec.endswith(":MODEL"):
            assert facts(spec(listed.spec)).price == listed.price
            if not listed.simulated and providers()[spec(listed.spec).provider].prices is None:
                assert listed.price is None, "unknown is unknown"
                continue
            assert listed.price is not None, listed.spec
            assert listed.price.imaginary == listed.simulated == listed.spec.startswith("sim:")


def test_the_catalogue_says_where_a_key_is_needed_and_there() -> None:
    found = {listed.spec: listed for listed in catalogue(Keys({"OPENAI_API_KEY": "sk-test-12345678"}), prices=False)}
    assert found["sim:strong"].key is None
    assert found["ollama:MODEL"].key is None
    assert found["openai:gpt-4o"].key is True
    assert found["anthropic:claude-sonnet-4-6"].key is False
    assert found["anthropic:claude-sonnet-4-6"].keys == ("ANTHROPIC_API_KEY",)


@pytest.mark.parametrize(
    ("text", "temperature", "context", "local"),
    [
        ("anthropic:claude-sonnet-4-6", "header", 1_000_000, False),
        ("anthropic:claude-haiku-4-5-20251001", "header", 200_000, False),
        ("anthropic:claude-sonnet-5-5", "none", 1_000_000, False),
        ("anthropic:claude-of-tomorrow", "none", None, False),
        ("openai:gpt-4o-mini", "body", 128_000, False),
        ("openai:gpt-5.4", "none", 1_050_000, False),
        ("ollama:llama3.2", "body", None, True),
        ("openai:mine@http://127.0.0.1:8089/v1", "body", None, True),
        ("openai:mine@https://models.example.org/v1", "body", None, False),
    ],
)
def test_declared_facts(text: str, temperature: str, context: int | None, local: bool) -> None:
    found = facts(spec(text))
    assert (found.temperature, found.context, found.local) == (temperature, context, local)


def test_prices_are_known_or_none_and_never_zero() -> None:
    sonnet = price(spec("anthropic:claude-sonnet-4-6"))
    assert sonnet is not None
    assert (sonnet.input, sonnet.output, sonnet.cached, sonnet.cache_written) == (3, 15, 0.3, 3.75)
    assert sonnet.source.startswith("genai-prices ")
    for text in (
        "openai:nobody-knows-this",
        "openai:gpt-4o@http://127.0.0.1:1/v1",
        "openai:gpt-4o@https://my.example.org/v1",
        "ollama:llama3.2",
    ):
        assert price(spec(text)) is None, text


@pytest.mark.parametrize(
    ("text", "hint"), [("opnai:gpt-4o", "openai:gpt-4o"), ("sim:strnog", "sim:strong"), ("nothing-like-it:x", "ollama")]
)
def test_an_unknown_provider_comes_with_a_hint(text: str, hint: str) -> None:
    for ask in (facts, lambda asked: open_model(asked, Keys({}))):
        with pytest.raises(ConfigError, match=hint):
            ask(spec(text))


@pytest.mark.parametrize("url", ["http://[bad/v1", "http://", "http://host:port/v1", "http:///v1"])
def test_a_url_that_is_none_is_said(url: str) -> None:
    with pytest.raises(ConfigError, match="URL"):
        facts(ModelSpec("openai", "mine", url))


@pytest.mark.parametrize("key", ["sk-with-an-ellipsis…", "sk-with\na-line-end"])
def test_what_cannot_be_a_key_is_said_without_showing_it(key: str) -> None:
    with pytest.raises(ModelFailure, match="OPENAI_API_KEY") as caught:
        open_model(ModelSpec("openai", "gpt-4o"), Keys({"OPENAI_API_KEY": key}))
    assert caught.value.kind == "wrong_key"
    assert "sk-with" not in str(caught.value)


def test_servers_on_this_machine_need_no_key_and_are_sent_none_of_a_provider() -> None:
    keys = Keys({"OPENAI_API_KEY": "sk-test-12345678"})
    model = open_model(spec("openai:mine@http://localhost:8089/v1"), keys)
    assert model.place.secret == ""  # type: ignore[attr-defined]
    with pytest.raises(ModelFailure):
        open_model(spec("openai:mine@https://models.example.org/v1"), Keys({}))


def test_a_password_in_a_url_is_used_and_not_shown() -> None:
    model = open_model(spec("openai:mine@https://me:secret-word@models.example.org/v1"), Keys({}))
    place = model.place  # type: ignore[attr-defined]
    assert (place.secret, place.url) == ("secret-word", "https://models.example.org/v1")
    assert "secret" not in repr(place)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80/v1", True),
        ("http://localhost/v1", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("https://api.openai.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_declared_local_providers_are_local_and_need_no_key() -> None:
    for provider in providers().values():
        assert is_loopback(provider.base_url) != provider.needs_key


class _Parrot:
    """What another package might offer."""

    def facts(self, spec: ModelSpec) -> Facts:
        return Facts(f"parrot {spec.model}")

    def open_model(self, spec: ModelSpec, keys: Keys) -> Model:
        return _Open()


class _Open:
    async def answer(self, request: Request, on_delta: OnDelta | None) -> Reply:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is open."""


parrot = _Parrot()
no_parrot = 7


def test_other_packages_can_offer_models(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = {name: EntryPoint(name, f"{__name__}:{name}", registry.GROUP) for name in ("parrot", "no_parrot", "absent")}
    monkeypatch.setattr(registry, "_offers", lambda: offers)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[_Parrot.__module__])
    assert facts(ModelSpec("parrot", "grey")).title == "parrot grey"
    assert isinstance(open_model(ModelSpec("parrot", "grey"), Keys({})), _Open)
    assert "parrot:MODEL" in [listed.spec for listed in catalogue(Keys({}), prices=False)]
    for name in ("no_parrot", "absent"):
        with pytest.raises(ConfigError, match=name):
            facts(ModelSpec(name, "grey"))


def test_facts_of_embedded_models_load_no_sdk() -> None:
    code = (
        "import sys\n"
        "from selforg_tui.models import registry\n"
        "from selforg_tui.models.simserver import SimServer\n"
        "from selforg_tui.core.config import ModelSpec\n"
        "from selforg_tui.settings.keys import Keys\n"
        "registry.facts(ModelSpec('sim', 'strong')); registry.facts(ModelSpec('ollama', 'x'))\n"
        "registry.open_model(ModelSpec('ollama', 'x'), Keys({})); registry.catalogue(Keys({}), prices=False)\n"
        "print([name for name in ('openai', 'anthropic', 'httpx2', 'aiohttp', 'genai_prices') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
