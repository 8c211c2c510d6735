from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selforg_tui.core.text import clean, first_sentence, one_line

DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
NASTY = st.lists(
    st.sampled_from(
        [
            "\x1b", "\x1b[31m", "\x1b[?25l", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b]52;c;eA==", "\x9b2J", "\x9d", "\x9c",
            "\x1bP", "\x1b_G", "\u202e", "\u2066", "\u2028", "\ud800", "\r", "\r\n", "\n", "\t", "\x07", "\x00", "\x85", "[", "]", "\\",
            "m", "word", "é", "漢", "👩‍⚕️",
        ]
    ),
    max_size=25,
).map("".join)  # fmt: skip
TEXTS = st.one_of(NASTY, st.text(alphabet=st.characters(exclude_categories=()), max_size=100))


@given(TEXTS)
@example("\x1b\x1b[[31m")
@example("\x9b\x9b31m")
def test_nothing_dangerous_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not DANGEROUS.search(cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs", "Mn")), max_size=100), st.integers(0, 5))
def test_ordinary_text_and_line_ends_stay(text: str, lines: int) -> None:
    assert clean(text + "\n" * lines + text) == text + "\n" * lines + text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x1b[1;31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("an open string \x1b]0;title\nkeeps the next line", "an open string \nkeeps the next line"),
        ("dos\r\nmac\rseparator\u2028end", "dos\nmac\nseparator\nend"),
        ("tab\tstop", "tab    stop"),
        ("abc\u202edcb", "abcdcb"),
        ("bold [b]markup[/b]", "bold [b]markup[/b]"),
    ],
)
def test_examples(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(TEXTS, st.integers(1, 50))
def test_one_line_is_one_line_of_that_length(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1
    assert not DANGEROUS.search(line)


def test_one_line_says_that_it_was_longer() -> None:
    assert one_line("a  b\n c", 5) == "a b c"
    assert one_line("abcdef", 5) == "abcd…"
    assert one_line("abc def", 5) == "abc…"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Wards first. Then the rest.", "Wards first."),
        ("Use v1.2 now! Go.", "Use v1.2 now!"),
        ("first line\ngoes on. End.", "first line goes on."),
        ("病棟が先。 次", "病棟が先。"),
        ("no end", "no end"),
        ("", ""),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize("unit", ["\x1b]", "\x1b[", "\x1b", "\x1b]a", "\x9b0", "\x1bP\n"])
def test_cleaning_takes_time_in_proportion_to_the_text(unit: str) -> None:
    start = time.process_time()
    clean(unit * (200_000 // len(unit)))
    assert time.process_time() - start < 1
