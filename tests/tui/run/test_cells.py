"""Text never takes more cells than it was given, whatever it is made of."""

from __future__ import annotations

import unicodedata
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as some
from rich.cells import cell_len

from selforg_tui.tui.run.surface import cells
from selforg_tui.tui.run.surface.cells import abridged, both_ends, cut, fit, flat, right, safe, wrap

ANY = some.text(alphabet=some.one_of(some.characters(), some.sampled_from("語🙂\x1b[]m\u200b\u202e\ufe0f\t\r\n ")), max_size=80)
WIDTH = some.integers(min_value=2, max_value=60)


@given(ANY, WIDTH)
def test_cut_and_fitted_text_keeps_its_width(text: str, width: int) -> None:
    assert cell_len(cut(flat(text), width)) <= width
    assert cell_len(fit(flat(text), width)) == width
    assert cell_len(right(flat(text), width)) == width
    assert cell_len(both_ends(flat(text), "end", max(width, 5))) == max(width, 5)


@given(ANY, WIDTH)
def test_wrapped_lines_keep_the_width_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe(text).split())


@settings(max_examples=50)
@given(some.text(alphabet="ab–é я", max_size=120), WIDTH)
def test_text_of_one_cell_a_letter_is_wrapped_like_any_other(text: str, width: int) -> None:
    with patch.object(cells, "even", lambda text: False):
        slowly = wrap(text, width)
    assert wrap(text, width) == slowly


def test_letters_that_are_taken_for_one_cell_are() -> None:
    taken = [letter for letter in map(chr, range(0x10000)) if letter != "\n" and cells.even(letter)]
    assert len(taken) > 900 and all(cell_len(letter) == 1 for letter in taken)


@given(ANY)
def test_what_is_shown_has_no_control_characters(text: str) -> None:
    assert not [letter for letter in flat(text) if unicodedata.category(letter) in ("Cc", "Cs")]


def test_a_cut_says_so() -> None:
    assert cut("identity architect", 10) == "identity…"
    assert cut("語語語", 4) == "語…"


@given(ANY, WIDTH)
def test_an_abridged_sentence_keeps_its_width(text: str, width: int) -> None:
    assert cell_len(abridged(flat(text), width)) <= width


def test_a_sentence_is_cut_between_words_unless_too_much_would_go() -> None:
    text = "Plan the migration of five hospitals"
    assert [abridged(text, width) for width in (36, 35, 30, 19, 9, 5)] == [
        text, "Plan the migration of five …", "Plan the migration of five …", "Plan the migration…", "Plan the…", "Plan…",
    ]  # fmt: skip
    assert abridged("Plan the incomprehensibilities", 20) == "Plan the incomprehe…"
