"""What the server was asked and what it answered, for tests, for teaching and for measuring."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Literal

import msgspec

Wire = Literal["openai", "anthropic"]
MOST_BYTES = 512 * 1024 * 1024


class Entry(msgspec.Struct):
    """One request. Times are seconds since the server started; headers, and so keys, are not kept."""

    number: int
    wire: Wire
    raw: bytes
    started: float
    model: str = ""
    digest: str = ""
    """Stands for the texts of the prompt."""
    status: int = 0
    """0 while it is being answered."""
    ended: float | None = None
    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0
    reply: str = ""
    error: str = ""

    @property
    def seconds(self) -> float | None:
        """From the request's arrival to the end of the answer."""
        return None if self.ended is None else self.ended - self.started

    @property
    def body(self) -> Any:
        """What was sent, decoded; None where it was no JSON or is no longer kept."""
        try:
            return msgspec.json.decode(self.raw)
        except msgspec.DecodeError:
            return None

    def shown(self) -> dict[str, object]:
        """As the journal is served and written."""
        rows: dict[str, object] = {name: getattr(self, name) for name in self.__struct_fields__ if name != "raw"}
        usage = {name: rows.pop(name) for name in ("input", "output", "cached", "cache_written")}
        return {**rows, "usage": usage, "seconds": self.seconds, "body": self.body}


class Journal:
    """All requests in the order of arrival; of long runs the oldest bodies are let go."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self._count = 0
        self._bytes = 0
        self._oldest = 0
        self._file: IO[bytes] | None = file.open("ab") if file else None

    def begin(self, wire: Wire, raw: bytes, now: float) -> Entry:
        """Note a request that has arrived."""
        self._count += 1
        entry = Entry(self._count, wire, raw, now)
        self.entries.append(entry)
        self._bytes += len(raw)
        while self._bytes > MOST_BYTES and self._oldest < len(self.entries) - 1:
            self._bytes -= len(self.entries[self._oldest].raw)
            self.entries[self._oldest].raw = b""
            self._oldest += 1
        return entry

    def end(self, entry: Entry, status: int, now: float) -> None:
        """Note how it ended."""
        entry.status, entry.ended = status, now
        if self._file:
            self._file.write(msgspec.json.encode(entry.shown()) + b"\n")
            self._file.flush()

    def encoded(self) -> bytes:
        """The whole journal as a JSON list."""
        return msgspec.json.encode([entry.shown() for entry in self.entries])

    def clear(self) -> None:
        """Forget all requests."""
        self.entries.clear()
        self._bytes = self._oldest = 0

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
