"""Shared: full freedom over a common memory."""

from __future__ import annotations

from selforg_tui.protocols.base import Promise, Protocol, Step, Team


class Shared(Protocol):
    """All agents work at once, seeing who took which role in earlier tasks and nothing of this one."""

    name = "shared"
    title = "Shared"
    picture = "  roles of earlier tasks\n  ┌────┬────┬────┐\n  ▼    ▼    ▼    ▼\n 01   02   03   04   nobody sees this task's work"

    async def work(self, team: Team) -> None:
        await team.together(team.contribute(agent, sees=team.history) for agent in team.agents)

    def promise(self, n: int) -> Promise:
        working = Step("contribute", calls=n, rounds=1, at_once=n, sees="the role history of earlier tasks", history=True)
        return Promise((working,), note="In a session's first task the memory is empty.")
