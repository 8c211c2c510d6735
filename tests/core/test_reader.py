from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selforg_tui.core.reader import MOST_CHARACTERS, MOST_REPAIRED, Unreadable, object_in

DECISION = '{"participate": true, "role": "planner", "contribution": "Wards {first}, then [all]. \\"Now\\"\\n"}'
READ = {"participate": True, "role": "planner", "contribution": 'Wards {first}, then [all]. "Now"\n'}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), JSON, max_size=4)
MARKS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "\\",
    "'",
    "“",
    "//",
    "/*",
    "```",
    "`",
    "#",
    "true",
    "1",
    "a",
    "\n",
    " ",
    "\ud800",
    "\x00",
    '{"a":',
]


@given(OBJECTS, st.booleans())
def test_json_is_read_as_it_is(found: dict[str, object], ascii_only: bool) -> None:
    assert object_in(json.dumps(found, ensure_ascii=ascii_only)) == found


@pytest.mark.parametrize(
    "reply",
    [
        DECISION,
        f"```json\n{DECISION}\n```",
        f"```\n{DECISION}\n```\nThat is my decision.",
        f"Here it is:\n\n{DECISION}\n\nI hope {{this}} helps. }}",
        f"The format is {{participate, role}}; mine: {DECISION}",
        f'<think>{{is "this" one?}}</think>{DECISION}',
        DECISION + DECISION.replace("planner", "second"),
        f"[{DECISION}]",
        DECISION.replace("}", ",}")[:-2].replace(",}", "}") + ",\n}",
        DECISION.replace("\\n", "\n"),
        DECISION.replace("\\n", "\\u000a"),
    ],
)
def test_what_stands_around_and_in_an_object_is_tolerated(reply: str) -> None:
    assert object_in(reply) == READ


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ('{"a": [1, 2,], "b": {"c": 3,},}', {"a": [1, 2], "b": {"c": 3}}),
        ('{"a": "cut of', {"a": "cut of"}),
        ('{"a": 1, "b": [1, {"c": "x', {"a": 1, "b": [1, {"c": "x"}]}),
        ('{"a": "x\\', {"a": "x"}),
        ('{"a": "x\\\\', {"a": "x\\"}),
        ('{"a": "x\\u00e', {"a": "x"}),
        ('{"a": [1,', {"a": [1]}),
        ('{"a": 1, "b', {"a": 1}),
        ("{'a': True, 'b': None}", {"a": True, "b": None}),
        ("{a: 1}", {"a": 1}),
        ('{"a": "the "big" one", "b": [{"c": 1}]}', {"a": 'the "big" one', "b": [{"c": 1}]}),
        ('{"a": "tab\there"}', {"a": "tab\there"}),
        ("{}", {}),
    ],
)
def test_what_is_nearly_json_is_mended(reply: str, read: object) -> None:
    assert object_in(reply) == read


@given(st.integers(0, len(DECISION)))
def test_a_reply_cut_anywhere_keeps_what_was_whole_or_is_unreadable(cut: int) -> None:
    try:
        found = object_in(DECISION[:cut])
    except Unreadable:
        return
    for key in found.keys() & READ.keys():
        assert str(READ[key]).lower().startswith(str(found[key]).rstrip("\\").lower())


def test_a_long_reply_that_was_cut_off_is_mended_too() -> None:
    text = "word " * 10_000
    assert object_in('{"role": "r", "contribution": "' + text) == {"role": "r", "contribution": text}


@pytest.mark.parametrize("reply", ["", "no object", "[1, 2]", "null", "12", "}", "x" * (MOST_CHARACTERS + 1)])
def test_no_object(reply: str) -> None:
    with pytest.raises(Unreadable) as raised:
        object_in(reply)
    assert str(raised.value).startswith("it")


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(MARKS), max_size=60).map("".join)))
@example('{"a":' * 2000)
@example('{"a": ' + "9" * 5000 + "}")
@example('{"a": 1e999}')
def test_any_text_gives_an_object_or_is_unreadable(reply: str) -> None:
    try:
        found = object_in("{" + reply)
    except Unreadable:
        return
    assert isinstance(found, dict)


@pytest.mark.parametrize("size", [MOST_REPAIRED - 10, MOST_CHARACTERS - 10])
@pytest.mark.parametrize(
    ("start", "unit", "rest"),
    [
        ('{"a":', "[", ""),
        ("", '{"a":', ""),
        ("", '{"', ""),
        ("", "{", ""),
        ("", "{}", ""),
        ("", "{x}", ""),
        ('{"a":', '"', ""),
        ('{"a":"', '","', ""),
        ('{"a":"', "\\", ""),
        ('{"a":"', '\\"', ""),
        ('{"a":', "{" * 60, "```true/*-1a/*"),
        ('{"a":[', "[1```" * 30, ",```,#“"),
        ('{"a":["', "a1'\"", "```\"'1-true]"),
        ('{"a": "', 'he said "yes", and "no" ', ""),
        ('{"a":', '-1true“[```', ",\\}\\,"),
    ],
)  # fmt: skip
def test_no_reply_blocks_for_long(start: str, unit: str, rest: str, size: int) -> None:
    head = start + (unit if rest else unit * (size // len(unit)))
    reply = (head + rest * ((size - len(head)) // max(1, len(rest))))[:size]
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        object_in(reply)
    assert time.process_time() - began < 3
