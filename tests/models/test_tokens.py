"""Counting tokens: by rule of thumb, and by a tokenizer that is there without a network."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selforg_tui.models import tokenizer
from selforg_tui.models.tokens import A_TOKEN, estimate_tokens, weight
from selforg_tui.settings import paths

ENGLISH = "Wards first: nothing that keeps a patient alive may wait for a certificate. Doors open by role, and by hour.\n" * 20
RUSSIAN = "Сначала палаты: ничто, что поддерживает жизнь пациента, не должно ждать сертификата. Двери открываются по роли.\n" * 20
CHINESE = "病房优先：任何维持病人生命的设备都不能等待证书。门按角色和时间打开，每一步都有负责人。\n" * 20


@pytest.fixture
def anew(own_world: Path) -> Iterator[Path]:
    """No tokenizer in memory; gives the folder of vocabularies, which is not there yet."""
    tokenizer.forget()
    yield paths.cache_folder() / "tiktoken"
    tokenizer.forget()


def test_the_rule_of_thumb_is_about_right() -> None:
    assert tokenizer.load("o200k_base")
    for text, low, high in ((ENGLISH, 0.85, 1.3), (RUSSIAN, 0.85, 1.6), (CHINESE, 0.7, 1.3)):
        assert low < estimate_tokens(text) / tokenizer.count("o200k_base", text) < high, text[:20]


def test_weights_of_pieces_add_up() -> None:
    assert weight(ENGLISH + RUSSIAN) == weight(ENGLISH) + weight(RUSSIAN)
    assert estimate_tokens("") == 0
    assert estimate_tokens("abcd") == weight("abcd") // A_TOKEN == 1


@pytest.mark.parametrize("encoding", tokenizer.VOCABULARIES)
def test_vocabularies_are_there_and_are_what_tiktoken_expects(anew: Path, encoding: str) -> None:
    assert not tokenizer.loaded(encoding)
    assert tokenizer.load(encoding)
    assert tokenizer.count(encoding, "tiktoken is great!") == 6, "as in OpenAI's own example"
    wanted = tokenizer.VOCABULARIES[encoding]
    assert hashlib.sha256((anew / wanted.name).read_bytes()).hexdigest() == wanted.digest


def test_counts_are_those_of_tiktoken_and_control_tokens_are_text() -> None:
    import tiktoken

    for encoding in ("o200k_base", "cl100k_base"):
        assert tokenizer.load(encoding)
        theirs = tiktoken.get_encoding(encoding)  # in memory by now
        for text in (ENGLISH, RUSSIAN, CHINESE, "", "<|endoftext|>", "a \ud800 lone half", "x" * 1000):
            assert tokenizer.count(encoding, text) == len(theirs.encode_ordinary(text)), text[:20]
        assert tokenizer.count(encoding, "<|endoftext|>") > 1


def test_long_texts_are_counted_in_pieces_and_nearly_the_same() -> None:
    assert tokenizer.load("o200k_base")
    text = (ENGLISH * 200)[: 3 * tokenizer.PIECE]
    assert len(text) == 3 * tokenizer.PIECE
    whole = len(tokenizer._found["o200k_base"].encode_ordinary(text))  # type: ignore[union-attr]
    assert abs(tokenizer.count("o200k_base", text) - whole) <= 3
    assert tokenizer.count("o200k_base", " " * 1_000_000) < 1_000_000, "no text is too odd"


def test_the_environment_is_left_as_it_was(anew: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    assert tokenizer.load("cl100k_base")
    assert "TIKTOKEN_CACHE_DIR" not in os.environ
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/where/the/user/has/it")
    assert tokenizer.load("o200k_base")
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/where/the/user/has/it"


def test_what_is_not_the_vocabulary_is_replaced_and_never_used(anew: Path) -> None:
    wanted = tokenizer.VOCABULARIES["cl100k_base"]
    anew.mkdir(parents=True)
    (anew / wanted.name).write_bytes(b"aGVsbG8= 0\n")
    assert tokenizer.load("cl100k_base")
    assert hashlib.sha256((anew / wanted.name).read_bytes()).hexdigest() == wanted.digest
    assert [file.name for file in anew.iterdir()] == [wanted.name], "and nothing half written is left"


def test_other_encodings_are_not_there() -> None:
    assert tokenizer.tried("p50k_base")
    assert not tokenizer.load("p50k_base")
    with pytest.raises(LookupError):
        tokenizer.count("p50k_base", "text")


NETWORK = """
import socket, sys
asked = []
def refuse(*where, **more):
    asked.append(where[:2])
    raise OSError("no network here")
socket.getaddrinfo = socket.create_connection = refuse
socket.socket.connect = socket.socket.connect_ex = lambda self, where: refuse(where)
from pathlib import Path
from selforg_tui.models import tokenizer
from selforg_tui.settings import paths
folder = paths.cache_folder() / "tiktoken"
{}
print(len(asked))
"""
WAYS = {
    "no packed copy": "tokenizer._packed = lambda wanted: None",
    "a packed copy of something else": "tokenizer._packed = lambda wanted: Path(__import__('sys').argv[1])",
    "no room": "paths.cache_folder().parent.mkdir(parents=True); paths.cache_folder().write_text('a file in the way')",
}


def connections(code: str, tmp_path: Path) -> int:
    """How often this code tries to reach the network, in a fresh interpreter."""
    odd = tmp_path / "odd.gz"
    odd.write_bytes(b"\x1f\x8b nonsense")
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_CACHE_DIR")}
    done = subprocess.run(
        [sys.executable, "-c", NETWORK.format(code), str(odd)], capture_output=True, text=True, check=True, env=environment
    )
    return int(done.stdout)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_ever_downloaded(way: str, tmp_path: Path) -> None:
    assert connections(f"{WAYS[way]}\nassert not tokenizer.load('o200k_base')\nassert tokenizer.tried('o200k_base')", tmp_path) == 0


def test_the_probe_sees_tiktoken_reach_for_the_network(tmp_path: Path) -> None:
    left_alone = (
        "import os, tiktoken\nos.environ['TIKTOKEN_CACHE_DIR'] = str(folder)\n"
        "try: tiktoken.get_encoding('o200k_base')\nexcept Exception: pass"
    )
    assert connections(left_alone, tmp_path) > 0
