from __future__ import annotations

import re
from pathlib import Path

import pytest

from selforg_tui import prompts
from selforg_tui.core.config import LEVELS
from selforg_tui.core.decisions import Decision
from selforg_tui.core.errors import ConfigError
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.protocols import registry


def test_our_texts_are_whole() -> None:
    texts = prompts.load()
    assert tuple(texts) == prompts.NAMES
    assert all(text and text == text.strip() for text in texts.values())
    assert prompts.levels(texts).keys() == set(LEVELS)


def test_what_is_asked_for_is_what_is_read() -> None:
    texts = prompts.load()
    asked = set(re.findall(r'^  "(\w+)":', texts["contribute.txt"], re.MULTILINE))
    assert asked == set(Decision.__struct_fields__)
    assert set(re.findall(r'^  "(\w+)":', texts["intend.txt"], re.MULTILINE)) == {"participate", "role", "intention"}
    assert set(re.findall(r'"(\w+)":', texts["plan.txt"])) == {"assignments", "seat", "role", "phase", "brief"}
    assert tuple(re.findall(r'^  "(\w+)":', texts["judge.txt"], re.MULTILINE)) == DIMENSIONS


def test_a_judge_gives_its_reasons_before_its_score() -> None:
    for line in prompts.load()["judge.txt"].splitlines():
        if '"score"' in line:
            assert line.index('"rationale"') < line.index('"score"')


@pytest.mark.parametrize("protocol", registry.names())
def test_no_text_names_a_protocol(protocol: str) -> None:
    words = re.findall(r"[a-z]+", " ".join(prompts.load().values()).lower())
    assert protocol not in words and protocol.split("_")[0] not in words


def test_names_are_filled_in_and_others_stay() -> None:
    assert prompts.fill("$words words, ${words}, $other, 5 $ and $$", words=200) == "200 words, 200, $other, 5 $ and $"
    assert prompts.fill("$problem", problem="$words") == "$words"
    placeholders = {name: set(re.findall(r"\$(\w+)", text)) for name, text in prompts.load().items()}
    assert {name: found for name, found in placeholders.items() if found} == {
        "contribute.txt": {"words"},
        "plan.txt": {"agents", "last"},
        "repair.txt": {"problem"},
        "rules.txt": {"staying_out"},
    }


def test_own_texts_go_first_and_ours_fill_the_gaps(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text("  Be kind – always.\n", "utf-8")
    (tmp_path / "unknown.txt").write_text("ignored")
    texts = prompts.load(tmp_path)
    assert texts == {**prompts.load(), "rules.txt": "Be kind – always."}
    assert prompts.load(tmp_path / "none") == prompts.load()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rules.txt", b"\xff\xfe", "cannot be read"),
        ("rules.txt", b"x" * (prompts.MOST_CHARACTERS + 1), "more than 20,000 characters"),
        ("levels.toml", b"L1 = ", "is not TOML"),
        ("levels.toml", b'L1 = "one"\nL3 = 3', "says nothing about L2, L3, L4"),
    ],
)
def test_own_texts_that_cannot_be_used_are_refused_in_sentences(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=said) as raised:
        prompts.load(tmp_path)
    assert name in str(raised.value) and str(raised.value).endswith("to use ours.")
