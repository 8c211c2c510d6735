"""Events come out whole, however the bytes were cut."""

from __future__ import annotations

import pytest

from selforg_tui.models import sse
from selforg_tui.models.sse import EventReader

STREAM = b'event: a\ndata: {"a": "\xc3\xa9"}\n\n: keep alive\n\ndata:{"b":2}\r\n\r\nid: 7\ndata: [DONE]\n\n'


@pytest.mark.parametrize("size", range(1, len(STREAM) + 1))
def test_pieces_of_any_size_give_the_same_events(size: int) -> None:
    reader = EventReader()
    found = [event for start in range(0, len(STREAM), size) for event in reader.feed(STREAM[start : start + size])]
    assert [event.strip() for event in found] == [b'{"a": "\xc3\xa9"}', b'{"b":2}', b"[DONE]"]
    assert reader.rest() == []


def test_a_last_line_without_its_end_counts() -> None:
    reader = EventReader()
    assert reader.feed(b"data: 1") == []
    assert reader.rest() == [b" 1"]


def test_an_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="without an end"):
        EventReader().feed(b"data: " + b"x" * 200)
