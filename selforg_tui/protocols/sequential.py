"""Sequential: the order is fixed, everything else is free."""

from __future__ import annotations

from selforg_tui.protocols.base import Promise, Protocol, Step, Team


class Sequential(Protocol):
    """Agents take turns; each sees what its predecessors produced, and picks its role or abstains."""

    name = "sequential"
    title = "Sequential"
    picture = "01 ──► 02 ──► 03 ──► 04\n │     ▲▲    ▲▲▲   ▲▲▲▲\n └─ each sees all finished outputs before it"

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            await team.contribute(agent, sees=team.outputs)

    def promise(self, n: int) -> Promise:
        sees = "the completed outputs of all predecessors"
        return Promise((Step("contribute", calls=n, rounds=n, at_once=1, sees=sees, shown=n * (n - 1) // 2, most=n - 1),))
