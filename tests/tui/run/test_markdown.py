"""Marks become style; words stay; nothing leaves its room."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from rich.cells import cell_len

from selforg_tui.tui.run.surface.cells import Line, safe
from selforg_tui.tui.run.surface.lines import STYLES
from selforg_tui.tui.run.surface.markdown import blocks, drawn, markdown

PIECES = (
    "**", "*", "_", "`", "```", "\n", "\n\n", "# ", "- ", "1. ", "27) ", "> ", "| ", " | ", "\n|---|---|\n", "    ",
    "a", "word", "語語", "🙂", "https://x.y", "[t](u)", "![i](z)", "<b>", "&amp;", "\\*", "---", "===", "\x1b[31m",
    "\u202e", "\u200b", "\x07", "[bold]", "x" * 70, "5",
)  # fmt: skip
ANY = some.lists(some.one_of(some.sampled_from(PIECES), some.text(max_size=6)), max_size=40).map("".join)
WIDTH = some.integers(min_value=2, max_value=70)


def plain(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@settings(max_examples=50, deadline=None)
@given(ANY, WIDTH)
@example("| a | b |\n|---|---|\n| 1 | 2 | three | 4 |", 40)
@example("> " * 60 + "deep", 20)
@example("- 1234567. a\n  - b\n    - c", 6)
@example("[a]: http://hidden.example\n\n[a]", 30)
def test_no_word_is_lost_no_line_too_wide_and_nothing_controls_the_terminal(text: str, width: int) -> None:
    lines = markdown(text, width)
    assert not [letter for line in plain(list(drawn(text, width))) for letter in line if unicodedata.category(letter) in ("Cc", "Cs")]
    assert letters("".join(plain(lines))) == letters(safe(text))
    assert all(sum(cell_len(part) for part, _ in line) <= width for line in lines)
    assert not [letter for line in plain(lines) for letter in line if unicodedata.category(letter) in ("Cc", "Cs")]
    assert {style for line in lines for _, style in line} <= set(STYLES)


@settings(max_examples=50, deadline=None)
@given(ANY)
def test_the_paragraphs_together_are_the_text(text: str) -> None:
    assert letters("".join(blocks(text))) == letters(safe(text))


@pytest.mark.parametrize(
    ("text", "shown", "style"),
    [
        ("# First things", "First things", "title"),
        ("### Then", "Then", "strong"),
        ("**bold**", "bold", "strong"),
        ("*slanted*", "slanted", "italic"),
        ("`x = 1`", "x = 1", "code"),
        ("```\nx  = 1\n```", "x  = 1", "code"),
        ("two * three * four", "two * three * four", "plain"),
        ("[here](http://x.y) & <b>", "[here](http://x.y) & <b>", "plain"),
        ("snake_case_name", "snake_case_name", "plain"),
    ],
)
def test_marks_become_styles(text: str, shown: str, style: str) -> None:
    assert markdown(text, 40) == [((shown, style),)]


def test_lists_keep_their_numbers_and_hang_below_their_marks() -> None:
    lines = plain(markdown("3. one of the longer items\n7. another\n   - inside\n\nafter", 16))
    assert lines == ["3. one of the", "   longer items", "7. another", "   ◦ inside", "", "after"]


def test_a_table_stands_in_columns_where_there_is_room_and_in_rows_where_there_is_none() -> None:
    table = "| who | what |\n|:--|--:|\n| ward 4 | **moves** first | extra |"
    assert plain(markdown(table, 40)) == ["who    │ what", "ward 4 │ moves first │ extra"]
    assert plain(markdown(table, 14)) == ["who │ what", "ward 4 │ moves", "first │ extra"]


def test_items_of_a_list_are_paragraphs_of_their_own() -> None:
    assert blocks("Intro\n\n- a\n  more\n- b\n\n> q\n> r\n\n```\nx\n\ny\n```") == (
        "Intro",
        "- a\n  more",
        "- b",
        "> q\n> r",
        "```\nx\n\ny\n```",
    )


def test_a_style_is_that_of_plain_words() -> None:
    assert drawn("said **so**", 20, "dim") == ((("said ", "dim"), ("so", "strong")),)
