"""Coordinator: one agent decides for all."""

from __future__ import annotations

from selforg_tui.protocols.base import Promise, Protocol, Step, Team


class Coordinator(Protocol):
    """The first agent plans a role for each; then all whom it named work at once, seeing their own assignment only."""

    name = "coordinator"
    title = "Coordinator"
    picture = "        01 plans\n   ┌─────┬──┴──┬─────┐\n   ▼     ▼     ▼     ▼\n  01    02    03    04   each sees its own assignment"

    async def work(self, team: Team) -> None:
        plan = await team.plan(team.first_seat)
        if plan is None:
            return
        for agent in team.agents:
            if agent.seat not in plan:
                team.leave_out(agent, "the plan gives it no role")
        await team.together(team.contribute(agent, role=plan[agent.seat]) for agent in team.agents if agent.seat in plan)

    def promise(self, n: int) -> Promise:
        planning = Step("plan", calls=1, rounds=1, at_once=1)
        working = Step("contribute", calls=n, rounds=1, at_once=n, sees="its own assignment", shown=n, most=1, whole=False)
        return Promise((planning, working), note="One call less for every agent that the plan leaves out.")
