from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec
from tests.sessions.builders import EXAMPLES, header, session

KINDS = get_args(ev.AnyEvent)


def test_every_type_of_event_has_an_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(KINDS)


def test_tags_are_unique_and_frozen() -> None:
    """A renamed tag makes every old session unreadable."""
    assert [kind.__struct_config__.tag for kind in KINDS] == [
        "session.started", "task.started", "block", "call.started", "call.delta", "call.finished", "call.failed", "unread", "plan",
        "intention", "signal", "rating", "shock", "decision", "abstained", "seat.failed", "edge", "limit",
        "limit.near", "slowed", "warning",
        "scored", "unscored", "task.ended", "written.up", "unwritten",
        "session.ended",
    ]  # fmt: skip


@pytest.mark.parametrize("event", session(), ids=lambda event: f"{event.seq}-{type(event).__name__}")
def test_events_come_back_as_they_were(event: ev.AnyEvent) -> None:
    line = ev.encode(event)
    assert line.endswith(b"}\n") and line.count(b"\n") == 1
    assert ev.decode(line) == event
    assert {"type", "seq", "t"} <= json.loads(line).keys()


@given(
    st.sampled_from(EXAMPLES),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_events_with_any_text_and_numbers_come_back_as_they_were(event: ev.AnyEvent, text: str, whole: int, number: float) -> None:
    values: dict[object, object] = {str: text, int: whole, float: number}
    changed = replace(event, **{field.name: values[field.type] for field in msgspec.structs.fields(event) if field.type in values})
    assert ev.decode(ev.encode(changed)) == changed


@pytest.mark.parametrize("event", session(), ids=lambda event: f"{event.seq}-{type(event).__name__}")
def test_keys_of_later_versions_are_tolerated(event: ev.AnyEvent) -> None:
    found: dict[str, Any] = json.loads(ev.encode(event))
    found["later"] = {"deep": [1, {"x": None}]}
    if "header" in found:
        found["header"]["later"] = found["header"]["config"]["later"] = 1
    assert ev.decode(json.dumps(found).encode()) == event


def test_a_header_of_an_older_version_without_later_keys_opens() -> None:
    found: dict[str, Any] = json.loads(ev.encode(ev.SessionStarted(header=header())))
    del found["header"]["parent"], found["header"]["config"]["limits"], found["seq"], found["t"]
    event = ev.decode(json.dumps(found).encode())
    assert isinstance(event, ev.SessionStarted)
    assert event.header.parent is None
    assert (event.header.config.limits.tokens, event.seq, event.t) == (None, 0, 0.0)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"{}", b'{"type":"later"}', b'{"type":"warning"}', b'{"type":"warning","text":1}'])
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        ev.decode(line)


def test_what_a_config_makes_simulated() -> None:
    sim, real = ModelSpec("sim", "strong"), ModelSpec("x", "y")
    assert ev.simulated_parts((real, sim), None) == ev.Simulated(True, False)
    assert ev.simulated_parts((real,), sim) == ev.Simulated(False, True)
    assert ev.simulated_parts((real, real), real) == ev.Simulated(False, False)
