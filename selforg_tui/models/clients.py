"""Connections to providers: one client per place and key, shared by all calls, closed when nobody needs it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from selforg_tui.models.turns import Turns


class Closing(Protocol):
    """What a client can do in the end."""

    async def close(self) -> None:
        """Let go of the connections."""


Client = TypeVar("Client", bound=Closing)
Place = tuple[str, ...]


class Lease(Generic[Client]):
    """A share in a client."""

    def __init__(self, place: Place, make: Callable[[], Client]) -> None:
        self._place = place
        self._making = asyncio.create_task(asyncio.to_thread(make))  # importing an SDK takes up to a second
        self.users = 0
        self.turns = Turns()

    async def client(self) -> Client:
        """The client, as soon as it is there. Whoever waits may be cancelled without harm to the others."""
        return self._making.result() if self._making.done() else await asyncio.shield(self._making)

    async def give_back(self) -> None:
        """The last one out closes the client."""
        self.users -= 1
        if self.users == 0:
            _leases().pop(self._place, None)
            with suppress(Exception):  # a client that could not be made, or not be closed, is gone all the same
                await (await self.client()).close()


_open: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Place, Lease[Any]]] = WeakKeyDictionary()


def lease(place: Place, make: Callable[[], Client]) -> Lease[Client]:
    """A share in the client for this place on the running loop; `make` is called in a thread if there is none yet."""
    leases = _leases()
    shared: Lease[Client] = leases.get(place) or leases.setdefault(place, Lease(place, make))
    shared.users += 1
    return shared


def _leases() -> dict[Place, Lease[Any]]:
    return _open.setdefault(asyncio.get_running_loop(), {})
