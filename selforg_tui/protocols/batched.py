"""Batched Sequential: turns of several at once."""

from __future__ import annotations

from selforg_tui.protocols.base import Option, Promise, Protocol, Team
from selforg_tui.protocols.waves import groups, one_after_another, step_of


class Batched(Protocol):
    """Groups of K agents take turns; a group works at once, seeing what all earlier groups produced. K = 1 is Sequential.

    The paper proposes it as future work.
    """

    name = "batched"
    title = "Batched Sequential"
    picture = (
        " 01 ─┐    03 ─┐    05 ─┐   K at once (here 2)\n"
        "     ├──►     ├──►     ├──►\n"
        " 02 ─┘    04 ─┘    06 ─┘\n"
        " each sees all outputs of earlier groups"
    )
    options = (Option("batch", 4, "K: how many agents work at once. 1 is Sequential.", least=1, most=256),)

    async def work(self, team: Team) -> None:
        await one_after_another(team, groups(team.agents, self._size))

    def promise(self, n: int) -> Promise:
        return Promise((step_of([len(group) for group in groups(range(n), self._size)]),))

    @property
    def _size(self) -> int:
        return int(self.parameters["batch"])
