from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selforg_tui.core.decisions import (
    MOST_PARENTS,
    MOST_REASON,
    MOST_ROLE,
    Assignment,
    Decision,
    Dependence,
    Intention,
    read_decision,
    read_intention,
    read_plan,
    seat_of,
)
from selforg_tui.core.reader import Unreadable

WHOLE = {
    "participate": True,
    "role": "ward planner",
    "reason": "nobody did",
    "depends_on": [{"output": "01", "used": "its list"}],
    "contribution": "Wards first.",
}
KEYS = ["output", "seat", "role", "used", "phase", "brief"]
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)

REPLIES = st.fixed_dictionaries({}, optional=dict.fromkeys([*WHOLE, "intention", "assignments"], ODD)).map(json.dumps)


def decided(**changes: Any) -> Decision:
    return read_decision(json.dumps({**WHOLE, **changes}))


def test_a_contribution() -> None:
    assert decided() == Decision(True, "ward planner", "nobody did", (Dependence("01", "its list"),), "Wards first.")


def test_an_abstention_has_no_contribution_and_no_parents() -> None:
    assert decided(participate=False) == Decision(False, "ward planner", "nobody did")
    assert read_decision('{"participate": false}') == Decision(False, "", "")


@pytest.mark.parametrize(
    ("word", "participates"), [(True, True), ("true", True), (" Yes ", True), (False, False), ("no", False), ("FALSE", False)]
)
def test_words_for_true_and_false(word: object, participates: bool) -> None:
    assert decided(participate=word).participate is participates


@pytest.mark.parametrize("odd", [None, 1, 0, "maybe", [], {}])
def test_whoever_contributes_without_saying_so_takes_part(odd: object) -> None:
    assert decided(participate=odd).participate
    with pytest.raises(Unreadable, match='neither "participate"'):
        decided(participate=odd, contribution="")


@pytest.mark.parametrize("empty", ["", "  \n", None, [], {}, "\x1b[31m"])
def test_taking_part_needs_a_contribution_and_a_role(empty: object) -> None:
    with pytest.raises(Unreadable, match='"contribution" is empty'):
        decided(contribution=empty)
    with pytest.raises(Unreadable, match='"role" is empty'):
        decided(role=empty)


def test_other_types_become_words() -> None:
    read = decided(contribution=["first", {"odd": 1}, "second"], role=7, reason=None)
    assert (read.contribution, read.role, read.reason) == ("first\nsecond", "7", "")


def test_texts_are_cleaned_and_bounded() -> None:
    read = decided(role="a\x1b[31m\nb" + "x" * 200, reason="r" * 1000, contribution="\x1b]0;t\x07one\r\ntwo\u202e")
    assert read.role.startswith("a bx") and len(read.role) == MOST_ROLE
    assert len(read.reason) == MOST_REASON
    assert read.contribution == "one\ntwo"


@pytest.mark.parametrize(
    ("declared", "labels"),
    [
        ([], []),
        (None, []),
        ("01", []),
        ({"output": "01"}, []),
        (["01", "02"], ["01", "02"]),
        ([3], ["3"]),
        ([True, None, [], "02"], ["02"]),
        ([{"output": "01"}, {"seat": 2}, {"label": "output 03"}, {"used": "x"}], ["01", "2", "output 03"]),
        (["01", "01", "02"], ["01", "02"]),
        (["01", "02", "03", "04", "05"], ["01", "02", "03"]),
        ([""], []),
    ],
)
def test_parents_are_at_most_three_labels(declared: object, labels: list[str]) -> None:
    assert [found.label for found in decided(depends_on=declared).depends_on] == labels
    assert len(labels) <= MOST_PARENTS


@pytest.mark.parametrize(("label", "seat"), [("03", 3), ("output 12", 12), ("Output-003.", 3), ("256", 256), ("two", None), ("", None)])
def test_labels_name_seats(label: str, seat: int | None) -> None:
    assert seat_of(label) == seat


def test_a_plan_has_one_assignment_a_seat_in_order() -> None:
    plan = {
        "assignments": [
            {"seat": "02", "role": "second", "phase": 2, "brief": "do two"},
            {"seat": 1, "role": "first"},
            {"seat": "02", "role": "again"},
            {"seat": 9, "role": "outside"},
            {"seat": 0, "role": "outside"},
            {"seat": True, "role": "no number"},
            {"seat": 3, "role": ""},
            {"seat": 4, "role": "fourth", "phase": "late"},
            {"seat": 5, "role": "fifth", "phase": 99},
            "no assignment",
        ]
    }
    assert read_plan(json.dumps(plan), 8) == (
        Assignment(1, "first"),
        Assignment(2, "second", 2, "do two"),
        Assignment(4, "fourth", 1),
        Assignment(5, "fifth", 1),
    )


@pytest.mark.parametrize(
    "reply",
    [
        '{"assignments": []}',
        '{"assignments": {"1": "x"}}',
        "{}",
        '{"assignments": [{"seat": true, "role": "x"}]}',
        '{"assignments": [{"seat": 3, "role": "x"}]}',
    ],
)
def test_a_plan_without_seats_of_the_team_is_none(reply: str) -> None:
    with pytest.raises(Unreadable, match="assignments"):
        read_plan(reply, 2)


def test_intentions() -> None:
    assert read_intention('{"participate": true, "role": "r", "intention": "i"}') == Intention(True, "r", "i")
    assert read_intention('{"role": "r", "intention": "i"}') == Intention(True, "r", "i")
    assert read_intention('{"participate": false}') == Intention(False, "", "")
    for reply in ('{"participate": true, "role": "r"}', '{"participate": true, "intention": "i"}'):
        with pytest.raises(Unreadable, match='"role" or "intention"'):
            read_intention(reply)


@given(st.one_of(st.text(max_size=120), REPLIES))
@example('{"participate": true, "role": "x", "contribution": ' + "[" * 600 + "]" * 600 + "}")
@example('{"participate": true, "contribution": "c", "role": ' + "9" * 4500 + "}")
@example('{"participate": true, "contribution": "c", "role": "r", "depends_on": [' + "9" * 4000 + "]}")
@example('{"assignments": [{"seat": ' + "9" * 4000 + ', "role": "r"}]}')
def test_any_reply_is_read_or_unreadable(reply: str) -> None:
    try:
        decision = read_decision(reply)
        assert bool(decision.contribution) is decision.participate
        assert len(decision.depends_on) <= MOST_PARENTS
    except Unreadable as unreadable:
        assert str(unreadable)
    with contextlib.suppress(Unreadable):
        assert all(1 <= assignment.seat <= 3 and assignment.role for assignment in read_plan(reply, 3))
    with contextlib.suppress(Unreadable):
        read_intention(reply)
