"""Solo: the control with nobody to coordinate."""

from __future__ import annotations

from selforg_tui.protocols.base import Option, Promise, Protocol, Step, Team


class Solo(Protocol):
    """One agent, one call; or, with a team's budget, the same agent going over its own draft as often as a team has members."""

    name = "solo"
    title = "Solo"
    source = "ours"
    picture = " 01   alone\n  ↻   with budget=team: sees its own draft, N times"
    options = (Option("budget", "one", "one: a single call · team: as many calls as the team has agents", ("one", "team")),)

    async def work(self, team: Team) -> None:
        alone = team.first_seat
        for turn in range(1, self._turns(len(team.agents)) + 1):
            await team.contribute(alone, sees=team.outputs, step="contribute" if turn == 1 else f"contribute{turn}")

    def at_work(self, n: int) -> int:
        return 1

    def promise(self, n: int) -> Promise:
        turns = self._turns(n)
        return Promise((Step("contribute", turns, rounds=turns, at_once=1, sees="its own draft", shown=turns - 1, most=min(1, turns - 1)),))

    def _turns(self, n: int) -> int:
        return n if self.parameters["budget"] == "team" else 1
