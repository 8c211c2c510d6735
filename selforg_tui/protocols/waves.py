"""Waves: agents who work at once, and see the outputs of all waves before theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

from selforg_tui.protocols.base import Agent, Step, Team

Item = TypeVar("Item")


def groups(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """So many at a time, in order; the last group has what is left."""
    return (items[start : start + size] for start in range(0, len(items), size))


async def one_after_another(team: Team, waves: Iterable[Sequence[Agent]]) -> None:
    """Let wave after wave contribute."""
    for wave in waves:
        before = team.outputs
        await team.together(team.contribute(agent, sees=before) for agent in wave)


def step_of(sizes: Sequence[int]) -> Step:
    """What waves of these sizes promise."""
    before = [0, *accumulate(sizes)]
    shown = sum(size * seen for size, seen in zip(sizes, before, strict=False))
    sees = "the completed outputs of all earlier waves"
    return Step("contribute", calls=sum(sizes), rounds=len(sizes), at_once=max(sizes), sees=sees, shown=shown, most=before[-2])
