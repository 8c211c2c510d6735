"""What a model thinks aloud never gets into its answer, however the stream is torn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.calls import Usage
from selforg_tui.models.thoughts import MOST, Thoughts, closed_only


def told_apart(pieces: list[str]) -> tuple[str, str]:
    thoughts = Thoughts()
    answer = "".join([thoughts.answer_in(piece) for piece in pieces]) + thoughts.rest()
    return thoughts.whole(), answer


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("<think>Who is missing?</think>\n\n{}", "Who is missing?", "{}"),
        ("\n <think>\nHm.\n</think>{}", "Hm.", "{}"),
        ("<think></think>{}", "", "{}"),
        ("<think>never ends", "never ends", ""),
        ("<think>ends so </thin", "ends so </thin", ""),
        ("<thi", "", "<thi"),
        ("<thinking>no tag of ours</thinking>", "", "<thinking>no tag of ours</thinking>"),
        ('{"a": "<think>b</think>"}', "", '{"a": "<think>b</think>"}'),
        ("", "", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_tags_at_the_beginning_are_thoughts(text: str, thought: str, answer: str, size: int) -> None:
    assert told_apart([text[start : start + size] for start in range(0, len(text), size)]) == (thought, answer)


@given(st.text(alphabet="<>/think {}\n", max_size=60), st.lists(st.integers(1, 9), max_size=20))
def test_tearing_changes_nothing(text: str, sizes: list[int]) -> None:
    pieces, start = [], 0
    for size in [*sizes, len(text)]:
        pieces.append(text[start : start + size])
        start += size
    thought, answer = told_apart([piece for piece in pieces if piece])
    whole_thought, whole_answer = told_apart([text] if text else [])
    assert (thought, answer.strip()) == (whole_thought, whole_answer.strip())


def test_an_opening_that_the_servers_template_kept_is_understood() -> None:
    assert closed_only("Let me see.\n</think>\n\n{}") == ("Let me see.\n", "{}")
    for whole in ('{"a": "</think> x"}', "plain", "thoughts only</think>", "```json\n</think>x"):
        assert closed_only(whole) == ("", whole)


def test_no_more_is_kept_than_is_worth_it_but_all_is_counted() -> None:
    thoughts = Thoughts()
    for _ in range(30):
        thoughts.add("word " * 1000)
    assert len(thoughts.whole()) <= MOST
    assert thoughts.counted(Usage(1, 2, source="estimate")) == Usage(1, 2 + 37_500, reasoning=37_500, source="estimate")
