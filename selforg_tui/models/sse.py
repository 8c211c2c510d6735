"""Server-sent events, cheaply: what an event carries, out of the bytes as they arrive."""

from __future__ import annotations

MOST_BYTES = 16 * 1024 * 1024
"""One event larger than this is no answer of a model."""


class EventReader:
    """Cuts a stream into the data of its events. Feed it what was read; call `rest` at the end."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The data of the events that are complete now. Raises ValueError for an endless one."""
        data = self._rest + data
        if b"\r" in data:
            ends_open = data.endswith(b"\r")  # its \n may still come
            data = data.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n") + (b"\r" if ends_open else b"")
        *events, self._rest = data.split(b"\n\n")
        if len(self._rest) > MOST_BYTES:
            raise ValueError("an event without an end")
        return _data_of(events)

    def rest(self) -> list[bytes]:
        """What was left where the stream ended without the last empty line."""
        last, self._rest = self._rest.strip(), b""
        return _data_of([last])


def _data_of(events: list[bytes]) -> list[bytes]:
    found = []
    for event in events:
        if event.startswith(b"data:") and b"\n" not in event:
            found.append(event[5:])
        else:
            lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                found.append(b"\n".join(lines))
    return found
