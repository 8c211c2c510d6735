"""Stigmergic: nobody is spoken to, marks on the common work are read."""

from __future__ import annotations

import msgspec

from selforg_tui.protocols.base import Mark, Option, Output, Promise, Protocol, Step, Team
from selforg_tui.protocols.waves import groups


class Stigmergic(Protocol):
    """Agents arrive by chance, a few at once, at a shared work; they see the marks left on it (topic, strength), which fade, and no output.

    Each contribution leaves a mark with its role as topic and strength 1. Where a later one says that it depends on a mark, that mark
    gains 1. At each arrival all marks lose a share of their strength. Nobody is told whose mark it is.
    """

    name = "stigmergic"
    title = "Stigmergic"
    source = "ours"
    experimental = True
    picture = (
        " 03 05      01 04      06 02   arrive by chance\n"
        "  ▼  ▼       ▼  ▼       ▼  ▼\n"
        "░░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓  marks; older ones fade\n"
        " each sees the marks left so far, and no output"
    )
    options = (
        Option("group", 3, "How many agents arrive at once.", least=1, most=256),
        Option("evaporation", 0.1, "The share of its strength that a mark loses at each arrival, from 0 to 1.", least=0, most=1),
    )

    async def work(self, team: Team) -> None:
        marks: tuple[Mark, ...] = ()
        for group in groups(team.random.shuffled(team.agents, "arrival"), self._group):
            seen = marks = self._faded(marks)
            for output in await team.together(team.contribute(agent, sees=seen) for agent in group):
                marks = (*_reinforced(marks, output), Mark(f"m{len(marks) + 1}", output.role, 1.0, output.seat))

    def promise(self, n: int) -> Promise:
        starts = range(0, n, self._group)
        shown = sum(start * min(self._group, n - start) for start in starts)
        working = Step(
            "contribute",
            n,
            rounds=len(starts),
            at_once=min(self._group, n),
            sees="the marks left so far",
            shown=shown,
            most=starts[-1],
            whole=False,
        )
        return Promise((working,))

    @property
    def _group(self) -> int:
        return int(self.parameters["group"])

    def _faded(self, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        left = 1 - float(self.parameters["evaporation"])
        return tuple(msgspec.structs.replace(mark, strength=mark.strength * left) for mark in marks)


def _reinforced(marks: tuple[Mark, ...], output: Output) -> tuple[Mark, ...]:
    return tuple(msgspec.structs.replace(mark, strength=mark.strength + (mark.seat in output.depends_on)) for mark in marks)
