"""Broadcast: everybody says what they are going to do, then does something."""

from __future__ import annotations

from selforg_tui.protocols.base import Promise, Protocol, Step, Team


class Broadcast(Protocol):
    """All agents announce what they intend; then all work at once, seeing everyone's intentions and nobody's output."""

    name = "broadcast"
    title = "Broadcast"
    picture = (
        " 01   02   03   04   say what they intend\n  └────┴─┬──┴────┘\n  ┌────┬─┴──┬────┐\n 01   02   03   04   each sees all intentions"
    )

    async def work(self, team: Team) -> None:
        intentions = await team.together(team.intend(agent) for agent in team.agents)
        await team.together(team.contribute(agent, sees=intentions) for agent in team.agents)

    def promise(self, n: int) -> Promise:
        announcing = Step("intend", calls=n, rounds=1, at_once=n)
        working = Step("contribute", calls=n, rounds=1, at_once=n, sees="everyone's intentions", shown=n * n, most=n, whole=False)
        return Promise((announcing, working))
