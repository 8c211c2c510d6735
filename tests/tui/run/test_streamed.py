"""A reply can be read while it arrives."""

from __future__ import annotations

import json

import pytest

from selforg_tui.tui.run.agent.streamed import fields

WHOLE = {
    "participate": True,
    "role": 'the "night" lead',
    "depends_on": [{"output": "01"}],
    "contribution": "One\nand ü \\ end",
}


def test_a_whole_reply_gives_its_texts() -> None:
    for ascii_only in (True, False):
        found = fields(json.dumps(WHOLE, ensure_ascii=ascii_only))
        assert (found["role"], found["contribution"]) == (WHOLE["role"], WHOLE["contribution"])


@pytest.mark.parametrize("ascii_only", [True, False])
def test_any_beginning_gives_a_beginning(ascii_only: bool) -> None:
    text = json.dumps(WHOLE, ensure_ascii=ascii_only)
    for end in range(len(text)):
        found = fields(text[:end]).get("contribution", "")
        assert "One\nand ü \\ end".startswith(found)


def test_prose_has_no_fields() -> None:
    assert fields("I would rather talk.") == {}
