"""Clonal: what serves the mission best is copied with variation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from statistics import fmean
from typing import TypeVar

from selforg_tui.protocols.base import Agent, Option, Output, Promise, Protocol, Step, Team

Item = TypeVar("Item")


class Clonal(Protocol):
    """A few founders work at once and rate all outputs but their own; the best are cloned onto the next agents, who see what they vary.

    The remaining agents are spread over the rounds. Before each round the founders who contributed rate everything that there
    is by then; the clones of a round work at once, the best outputs dealt out among them by turns.
    """

    name = "clonal"
    title = "Clonal"
    source = "ours"
    experimental = True
    picture = (
        " 01  02  03   founders work, then rate each other\n      │ best\n  ┌───┼───┐\n 04  05  06   each sees the output it is to vary"
    )
    options = (
        Option("founders", 3, "How many agents begin.", least=1, most=256),
        Option("rounds", 2, "In how many rounds the others follow.", least=1, most=20),
        Option("best", 2, "How many of the outputs are cloned in each round.", least=1, most=256),
    )

    async def work(self, team: Team) -> None:
        founders, *generations = self._generations(team.agents)
        await team.together(team.contribute(agent) for agent in founders)
        for turn, generation in enumerate(generations, 1):
            best = await self._best(team, founders, "rate" if turn == 1 else f"rate{turn}")
            origins = [best[place % len(best)] if best else None for place in range(len(generation))]
            await team.together(
                team.contribute(agent, sees=(origin,) if origin else (), origin=origin)
                for agent, origin in zip(generation, origins, strict=True)
            )

    def promise(self, n: int) -> Promise:
        sizes = [len(generation) for generation in self._generations(range(n))]
        founders, rated = sizes[0], [known - 1 for known in accumulate(sizes[:-1]) if known > 1]
        working = Step(
            "contribute", n, len(sizes), max(sizes), "the output that it is to vary", shown=n - founders, most=min(1, n - founders)
        )
        rating = Step(
            "rate", founders * len(rated), len(rated), founders, "all outputs but its own", founders * sum(rated), max(rated, default=0)
        )
        return Promise((working, rating) if rated else (working,))

    def _generations(self, agents: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """The founders, then the others, spread evenly over the rounds."""
        founders, rounds = int(self.parameters["founders"]), int(self.parameters["rounds"])
        others = agents[founders:]
        yield agents[:founders]
        for turn in range(rounds):
            if generation := others[len(others) * turn // rounds : len(others) * (turn + 1) // rounds]:
                yield generation

    async def _best(self, team: Team, raters: Sequence[Agent], step: str) -> list[Output]:
        """The outputs that were rated highest on average, the best first; where ratings are equal, by turns."""
        outputs = team.outputs
        known = {output.seat for output in outputs}
        rivals = {agent: [output for output in outputs if output.seat != agent.seat] for agent in raters if agent.seat in known}
        ratings = await team.together(team.rate(agent, sees, step) for agent, sees in rivals.items() if sees)
        given = {output.seat: [rating[output.seat] for rating in ratings if output.seat in rating] for output in outputs}
        ranked = sorted(outputs, key=lambda output: -fmean(given[output.seat] or [0]))
        return ranked[: int(self.parameters["best"])]
