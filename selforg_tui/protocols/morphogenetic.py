"""Morphogenetic: neighbours differentiate, then all work."""

from __future__ import annotations

from selforg_tui.protocols.base import Agent, Option, Promise, Protocol, Signal, Step, Team


class Morphogenetic(Protocol):
    """Agents on a ring signal a role and its strength to their k nearest, in R rounds, so that neighbours differ; then all work at once.

    Like roles inhibit each other: an agent whose neighbours tend to the same is asked to tend to another. Each sees its own last
    signal and those of its k nearest neighbours, when it signals again and when it works; nobody sees an output.
    """

    name = "morphogenetic"
    title = "Morphogenetic"
    source = "ours"
    experimental = True
    picture = (
        "┌─ 01 ◄─► 02 ◄─► 03 ◄─► 04 ─┐  a ring\n"
        "└───────────────────────────┘\n"
        " R rounds of signals (role, strength) to k nearest\n"
        " then all work, seeing these signals only"
    )
    options = (
        Option("rounds", 2, "R: how often all signal before they work.", least=1, most=20),
        Option("neighbours", 2, "k: how many of the nearest on the ring an agent sees.", least=1, most=255),
    )

    async def work(self, team: Team) -> None:
        signals: dict[int, Signal] = {}
        for turn in range(1, self._rounds + 1):
            step = "signal" if turn == 1 else f"signal{turn}"
            came = await team.together(team.signal(agent, self._near(team, agent, signals), step) for agent in team.agents)
            signals |= {signal.seat: signal for signal in came}
        await team.together(team.contribute(agent, self._near(team, agent, signals)) for agent in team.agents)

    def promise(self, n: int) -> Promise:
        each = 1 + min(self._neighbours, n - 1)
        again = self._rounds - 1
        sees = f"its own signal and those of its {each - 1} nearest neighbours"
        signalling = Step(
            "signal",
            n * self._rounds,
            rounds=self._rounds,
            at_once=n,
            sees=sees,
            shown=again * n * each,
            most=each if again else 0,
            whole=False,
        )
        return Promise((signalling, Step("contribute", n, rounds=1, at_once=n, sees=sees, shown=n * each, most=each, whole=False)))

    @property
    def _rounds(self) -> int:
        return int(self.parameters["rounds"])

    @property
    def _neighbours(self) -> int:
        return int(self.parameters["neighbours"])

    def _near(self, team: Team, agent: Agent, signals: dict[int, Signal]) -> list[Signal]:
        """Its own signal and those of its nearest on the ring: next, previous, next but one, …"""
        ring = [member.seat for member in team.agents]
        place, size = ring.index(agent.seat), len(ring)
        steps = [way * far for far in range(1, size // 2 + 1) for way in (1, -1)]
        near = dict.fromkeys(ring[(place + step) % size] for step in steps[: self._neighbours])
        return [signals[seat] for seat in sorted({agent.seat, *near}) if seat in signals]
