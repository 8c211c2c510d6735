"""The one place where events get their number and their time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Block

Sink = Callable[[ev.AnyEvent], None]
"""Takes events in order. What it raises (StorageError) ends the run."""


class Recorder:
    """Numbers events, stamps them with seconds since the session began, and hands them to the sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._next = 0
        self._clock = asyncio.get_running_loop().time
        self._start = self._clock()
        self._blocks: set[str] = set()

    @property
    def now(self) -> float:
        """Seconds since the session began."""
        return self._clock() - self._start

    def emit(self, event: ev.AnyEvent) -> None:
        """Pass one event on."""
        stamped = replace(event, seq=self._next, t=round(self.now, 6))
        self._next += 1
        self._sink(stamped)

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Write down the blocks that are new."""
        new = {block.id: block for block in blocks if block.id not in self._blocks}
        self._blocks.update(new)
        for block in new.values():
            self.emit(ev.BlockAdded(id=block.id, part=block.part, text=block.text))
