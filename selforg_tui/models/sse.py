"""Server-sent events, cheaply: what the events carry, out of the bytes as they arrive."""

from __future__ import annotations

MOST_BYTES = 16 * 1024 * 1024
"""One line larger than this is no answer of a model."""


class EventReader:
    """Finds the data of events. Every wire here sends an event's data as JSON on one line, so a line is all it takes."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The data that is complete now, perhaps with white space around it. Raises ValueError for an endless line."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MOST_BYTES:
            raise ValueError("a line without an end")
        return [line[5:] for line in lines if line.startswith(b"data:")]

    def rest(self) -> list[bytes]:
        """What was left where the stream ended without a last line end."""
        return self.feed(b"\n")
