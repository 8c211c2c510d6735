"""Ripple: what is known spreads in growing waves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from selforg_tui.protocols.base import Promise, Protocol, Team
from selforg_tui.protocols.waves import one_after_another, step_of

Item = TypeVar("Item")


class Ripple(Protocol):
    """Waves of 1, 2, 4 … work one after another; each sees all outputs of earlier waves.

    The paper names it, and says that information spreads in waves; that they double is ours.
    """

    name = "ripple"
    title = "Ripple"
    source = "ours"
    picture = (
        "          ┌► 02 ─┬───► 04\n"
        " 01 ──────┤      ├───► 05   waves of 1, 2, 4, 8 …\n"
        "          └► 03 ─┼───► 06\n"
        "                 └───► 07\n"
        " each sees all outputs of earlier waves"
    )

    async def work(self, team: Team) -> None:
        await one_after_another(team, doubling(team.agents))

    def promise(self, n: int) -> Promise:
        return Promise((step_of([len(wave) for wave in doubling(range(n))]),))


def doubling(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Waves of 1, 2, 4, … items; the last has what is left."""
    start = 0
    while start < len(items):
        yield items[start : 2 * start + 1]
        start = 2 * start + 1
