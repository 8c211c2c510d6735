"""Looking for words in what an agent was sent, in what it said, and in the solution."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.search import Search, next_of, previous_of
from selforg_tui.tui.run.surface.searchable import hits, marked
from tests.tui.run.conftest import LiveStage
from tests.tui.run.test_hostile import TEXTS

PLAIN = st.text(st.sampled_from("ab .\\(é"), max_size=12)
LINES = st.lists(st.lists(st.tuples(PLAIN, st.sampled_from(["plain", "dim"])), max_size=3).map(tuple), max_size=8)


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


@settings(max_examples=50)
@given(LINES, st.lists(st.sampled_from(["a", "ab", "B.", "(", "\\", "é"]), min_size=1, max_size=2))
def test_places_are_where_the_words_are_and_a_marked_line_says_the_same(lines: list[Line], words: list[str]) -> None:
    for (top, start), (bottom, end) in hits(lines, words):
        inside = "\n".join(text_of(line) for line in lines[top : bottom + 1])
        found = inside[start : len(inside) - len(text_of(lines[bottom])) + end]
        assert found.lower().split() == " ".join(words).lower().split()
        first = marked(lines[top], [(start, end if top == bottom else 99, "mark")])
        assert text_of(first) == text_of(lines[top])
        assert "".join(text for text, style in first if style == "mark") == found.split("\n")[0]


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_whatever_is_typed_and_whatever_is_searched_stays_text(text: str, typed: str) -> None:
    lines: list[Line] = [((text, "plain"),)]
    for _, (line, end) in hits(lines, typed.split()):
        assert line == 0 and end <= len(text)


def test_words_are_found_over_the_end_of_a_line_and_others_are_not() -> None:
    lines: list[Line] = [((" the ", "plain"), ("Quick", "dim")), ((" brown fox", "plain"),)]
    assert hits(lines, ["quick", "brown"]) == [((0, 5), (1, 6))]
    assert hits(lines, ["quick", "fox"]) == [] and hits(lines, []) == []


async def test_an_agent_is_searched_from_place_to_place() -> None:
    app = LiveStage(8, text="needle " + "straw " * 900 + "Needle " + "straw " * 900 + "needle")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("enter", "slash", *"needle")
        await pilot.pause()
        detail = app.run_screen.query_one(Detail)
        assert detail.has_focus and "/needle▏ 1 of 3 " in str(detail.border_subtitle)
        first = detail.scroll_offset.y
        await pilot.press("up")
        await pilot.pause()
        last = detail.scroll_offset.y
        assert "/needle▏ 3 of 3" in str(detail.border_subtitle) and last > first
        marks = [text for y in range(detail.size.height) for text, style in detail.line_at(detail.number_at(y)) if "mark" in style]
        assert marks and all(mark.lower() == "needle" for mark in marks)
        await pilot.press("enter")
        await pilot.pause()
        assert "/needle▏ 1 of 3 " in str(detail.border_subtitle) and detail.scroll_offset.y < last
        await pilot.press("x", "q")
        await pilot.pause()
        assert "/needlexq▏ nowhere" in str(detail.border_subtitle), "letters are no commands"
        await pilot.press("escape")
        await pilot.pause()
        assert "[1 contribution]" in str(detail.border_subtitle) and detail.is_on_screen
        assert not any("mark" in style for y in range(detail.size.height) for _, style in detail.line_at(detail.number_at(y)))


def test_a_search_takes_letters_only_while_it_lasts() -> None:
    search = Search()
    assert search.press("a", "a") == ""
    search.begin()
    assert [search.press(key, letter) for key, letter in (("a", "a"), ("space", " "), ("b", "b"), ("f5", None))] == ["typed"] * 3 + [""]
    assert list(search.words) == ["a", "b"] and search.told([2, 5], 5) == "/a b▏ 2 of 2 · Enter next · Esc ends"
    assert search.press("backspace", None) == "typed" and search.told([], None, "in no passage") == "/a ▏ in no passage · Esc ends"
    assert search.press("enter", None) == "next" and search.press("escape", None) == "ended" and not search.active


def test_the_next_place_follows_the_last_one_from_the_start() -> None:
    assert [next_of([2, 5], here) for here in (None, 0, 2, 5, 9)] == [2, 2, 5, 2, 2] and next_of([], 3) is None
    assert [previous_of([2, 5], here) for here in (None, 0, 2, 5, 9)] == [5, 5, 5, 2, 5] and previous_of([], 3) is None
