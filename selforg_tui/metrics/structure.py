"""The shape that a team took on: the graph of who built on whom.

Its nodes are the contributions that stand in the solution, its edges the declared dependencies (kind `depends`) between them.
An edge goes from the one that was built on (parent) to the one that built on it (child). Assignments, clones and mere visibility
are no edges here. Only graphs of one task are looked at: nothing depends on another task's output.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from selforg_tui.core.state import SessionState, TaskState


@dataclass(frozen=True, slots=True)
class Hub:
    """The agent that most others depend on; of several the one with the lowest seat."""

    seat: int
    dependents: int
    """How many built on it directly."""


def depths(task: TaskState) -> dict[int, int]:
    """By seat of a contribution, how many agents the longest chain that ends in it has; from 1.

    One pass is enough: edges stand in order of time and go back in time, so a parent's own depth is known before it counts.
    """
    found = {seat: 1 for seat, one in sorted(task.seats.items()) if one.contribution}
    for edge in task.edges:
        if edge.kind == "depends" and edge.child in found and edge.parent in found:
            found[edge.child] = max(found[edge.child], found[edge.parent] + 1)
    return found


def hierarchy_depth(task: TaskState) -> int:
    """HD: longest chain of declared dependencies, counted in agents: 0 without contributions, 1 where nobody built on anybody.

    arXiv:2603.28990; what counts as a dependency is ours.
    """
    return max(depths(task).values(), default=0)


def longest_chain(task: TaskState) -> tuple[int, ...]:
    """A chain that makes the hierarchy as deep as it is: HD seats, each built on the one before. Empty without contributions.

    Of several that one which runs through most essential parents; then that whose end has the lowest seat (ours). Grown in one pass, as
    `depths`; in a damaged file a seat may stand in it twice.
    """
    found: dict[int, _Chain] = {seat: _Chain(seat) for seat, one in sorted(task.seats.items()) if one.contribution}
    for edge in task.edges:
        if edge.kind == "depends" and edge.child in found and edge.parent in found:
            before = found[edge.parent]
            one = _Chain(edge.child, before, before.length + 1, before.essential + edge.essential)
            if one.rank > found[edge.child].rank:
                found[edge.child] = one
    chain = max(found.values(), key=lambda one: one.rank, default=None)
    seats: list[int] = []
    while chain is not None:
        seats.append(chain.seat)
        chain = chain.before
    return tuple(reversed(seats))


@dataclass(frozen=True, slots=True)
class _Chain:
    """Ends in `seat`; `essential`: how many of its links lead to an essential parent."""

    seat: int
    before: _Chain | None = None
    length: int = 1
    essential: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        return (self.length, self.essential)


def widths(task: TaskState) -> list[int]:
    """Contributions at each depth, from depth 1 (ours). Empty without contributions."""
    counts = Counter(depths(task).values())
    return [counts[depth] for depth in range(1, max(counts, default=0) + 1)]


def width(task: TaskState) -> int:
    """Most contributions at one depth (ours); 0 without contributions."""
    return max(widths(task), default=0)


def roots(task: TaskState) -> int:
    """Contributions that build on nobody (ours); 0 without contributions."""
    return sum(depth == 1 for depth in depths(task).values())


def links(task: TaskState) -> set[tuple[int, int]]:
    """The edges as (parent, child), once each."""
    given = {seat for seat, one in task.seats.items() if one.contribution}
    return {(edge.parent, edge.child) for edge in task.edges if edge.kind == "depends" and {edge.parent, edge.child} <= given}


def dependents(*tasks: TaskState) -> Counter[int]:
    """By seat, how many contributions built on its directly, over these tasks; only seats on which some did (ours)."""
    return Counter(parent for task in tasks for parent, _ in links(task))


def hub(*tasks: TaskState) -> Hub | None:
    """The seat with most dependents over these tasks (ours). None where nobody built on anybody."""
    found = dependents(*tasks)
    if not found:
        return None
    seat = min(found, key=lambda one: (-found[one], one))
    return Hub(seat, found[seat])


def session_hub(state: SessionState) -> Hub | None:
    """The hub over all tasks so far."""
    return hub(*state.tasks)


def hub_share(task: TaskState) -> float | None:
    """Dependents of the hub / other contributions, in [0, 1] (ours): 1 where everybody built on one. None with fewer than two."""
    others = len(depths(task)) - 1
    if others < 1:
        return None
    found = hub(task)
    return found.dependents / others if found else 0.0


def density(task: TaskState) -> float | None:
    """Pairs of contributions of which one built on the other / all pairs, in [0, 1] (ours). None with fewer than two contributions."""
    n = len(depths(task))
    if n < 2:
        return None
    return len({frozenset(link) for link in links(task)}) / (n * (n - 1) / 2)
