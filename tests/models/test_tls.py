"""A provider with certificates of its own: trusted where they are named, refused where they are not, never unchecked."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError, ModelFailure
from selforg_tui.models.registry import open_model
from selforg_tui.settings.keys import Keys
from tests.models.asking import CANARY, opened, question
from tests.models.shaped import Answered, Shaped, moved, serving
from tests.models.test_provider_shapes import SHAPES

GIGACHAT = ModelSpec("gigachat", "GigaChat-2-Max")
KEYS = {"GIGACHAT_CREDENTIALS": CANARY}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority that nobody knows (ca.pem) and a server's certificate signed by it (server.pem)."""
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Nobody's Authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650", "-extfile", "names")
    openssl("x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem")
    openssl("req", "-x509", *key, "-keyout", "other.key", "-out", "other.pem", "-days", "3650", "-subj", "/CN=Another Authority")
    return folder


@pytest.fixture
def tls(authority: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    return context


@pytest.mark.parametrize("named_in", ["GIGACHAT_CA_BUNDLE_FILE", "GIGACHAT_CA_BUNDLE", "providers.toml"])
async def test_a_named_authority_is_trusted_for_tokens_and_replies(named_in: str, authority: Path, tls: ssl.SSLContext) -> None:
    server, ca = Shaped([Answered(SHAPES["gigachat"]["stream"])]), str(authority / "ca.pem")
    async with serving(server, tls) as url:
        moved("gigachat", url, **({"ca_bundle": ca} if named_in == "providers.toml" else {}))
        async with opened(GIGACHAT, Keys({**KEYS, named_in: ca})) as model:
            assert (await model.answer(question(), None)).text
    assert server.tokens
    assert server.asked


@pytest.mark.parametrize(("provider", "hint"), [("gigachat", "GIGACHAT_CA_BUNDLE_FILE"), ("openai", "ca_bundle in providers.toml")])
async def test_an_unknown_authority_is_refused_before_anything_is_sent(provider: str, hint: str, tls: ssl.SSLContext) -> None:
    server = Shaped([Answered(SHAPES["gigachat"]["stream"])])
    async with serving(server, tls) as url:
        moved(provider, url)
        async with opened(ModelSpec(provider, "any"), Keys({**KEYS, "OPENAI_API_KEY": CANARY})) as model:
            with pytest.raises(ModelFailure, match=hint) as caught:
                await model.answer(question(), None)
    assert caught.value.kind == "no_server"
    assert not caught.value.retryable
    assert not server.tokens
    assert not server.asked


async def test_another_authority_than_the_servers_is_no_reason_to_trust_it(authority: Path, tls: ssl.SSLContext) -> None:
    server = Shaped([Answered(SHAPES["gigachat"]["stream"])])
    async with serving(server, tls) as url:
        moved("openai", url, ca_bundle=str(authority / "other.pem"))
        async with opened(ModelSpec("openai", "any"), Keys({"OPENAI_API_KEY": CANARY})) as model:
            with pytest.raises(ModelFailure, match="cannot be trusted"):
                await model.answer(question(), None)
    assert not server.asked


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), ("no certificates", "no certificates")])
def test_a_bundle_that_cannot_be_used_is_said_before_the_run(content: str | None, why: str, tmp_path: Path) -> None:
    file = tmp_path / "bundle.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=why) as caught:
        open_model(GIGACHAT, Keys({**KEYS, "GIGACHAT_CA_BUNDLE": str(file)}))
    assert str(file) in str(caught.value)
    assert "GIGACHAT_CA_BUNDLE" in str(caught.value)
