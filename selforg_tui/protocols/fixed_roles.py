"""Fixed roles: the control in which roles are handed out before the work."""

from __future__ import annotations

from selforg_tui.core.decisions import Assignment
from selforg_tui.protocols.base import Option, Plan, Promise, Protocol, Step, Team


class FixedRoles(Protocol):
    """The turns and the view of Sequential, but each agent is handed its role beforehand.

    The roles are the user's, or drawn up once per session by a model that sees the mission and no task.
    """

    name = "fixed-roles"
    title = "Fixed roles"
    picture = "  a role each, before any task\n  ┌─────┬─────┬─────┐\n 01 ──► 02 ──► 03 ──► 04\n each sees all finished outputs before it"
    options = (Option("roles", "", "The roles by seat, separated by ';'. Empty: one call draws them up from the mission."),)

    async def prepare(self, team: Team) -> None:
        given = self._given()
        if given:
            self.roles: Plan = {agent.seat: Assignment(agent.seat, given[(agent.seat - 1) % len(given)]) for agent in team.agents}
        else:
            self.roles = await team.plan(team.first_seat) or {}

    async def work(self, team: Team) -> None:
        for agent in team.agents:
            if agent.seat in self.roles:
                await team.contribute(agent, sees=team.outputs, role=self.roles[agent.seat])
            else:
                team.leave_out(agent, "no role was drawn up for it")

    def promise(self, n: int) -> Promise:
        sees = "its role, and the completed outputs of all predecessors"
        working = Step("contribute", calls=n, rounds=n, at_once=1, sees=sees, shown=n * (n - 1) // 2, most=n - 1)
        return Promise((working,), () if self._given() else (Step("plan", calls=1, rounds=1, at_once=1),))

    def _given(self) -> list[str]:
        return [role.strip() for role in str(self.parameters["roles"]).split(";") if role.strip()]
