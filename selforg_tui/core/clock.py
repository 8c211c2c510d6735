"""Virtual time: an event loop whose clock jumps to the next timer instead of waiting for it.

For runs whose models are all simulated and that nobody watches (the log has the models' own timing, the run takes milliseconds), and
for trying a protocol out.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any


class Jump(selectors.BaseSelector):
    """A selector that never waits for a timer: it moves the clock on by the time it was asked to wait."""

    def __init__(self) -> None:
        self._inner = selectors.DefaultSelector()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return self.idle()
        if timeout > 0:
            self.now += timeout
        return self._inner.select(0)

    def idle(self) -> list[tuple[selectors.SelectorKey, int]]:
        """No timer is set: only another thread or a signal can go on."""
        return self._inner.select(None)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time()` starts at 0 and counts virtual seconds."""

    def __init__(self, jump: Jump | None = None) -> None:
        self._jump = jump or Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jump.now
