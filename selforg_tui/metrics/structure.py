"""The shape that a team took on: depth of its hierarchy, and its roles."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from selforg_tui.core.state import SessionState, TaskState


def hierarchy_depth(task: TaskState) -> int:
    """Longest chain of declared dependencies, counted in agents: 0 without contributions, 1 where nobody built on anybody.

    One pass is enough: edges stand in order of time and go back in time, so a parent's own depth is known before it counts.
    """
    depths = {seat: 1 for seat, found in task.seats.items() if found.contribution}
    for edge in task.edges:
        if edge.kind == "depends" and edge.child in depths and edge.parent in depths:
            depths[edge.child] = max(depths[edge.child], depths[edge.parent] + 1)
    return max(depths.values(), default=0)


def roles(task: TaskState) -> list[str]:
    """The roles of those who contributed, by seat, as they were named."""
    return [seat.role for _, seat in sorted(task.seats.items()) if seat.contribution]


def normalised(role: str) -> str:
    """A role's name without case, punctuation, plural and word order."""
    words = re.findall(r"\w+", role.casefold())
    return " ".join(sorted(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words))


def role_uniqueness(taken: Sequence[str]) -> float | None:
    """Unique roles / roles taken, in (0, 1] (ours). None where no role was taken."""
    return len({normalised(role) for role in taken}) / len(taken) if taken else None


def role_gini(taken: Sequence[str]) -> float | None:
    """Gini coefficient of how often each role was used: 0 where all were used equally often. None where no role was taken."""
    counts = sorted(Counter(normalised(role) for role in taken).values())
    n, total = len(counts), sum(counts)
    if not total:
        return None
    return sum((2 * place - n - 1) * count for place, count in enumerate(counts, 1)) / (n * total)


def role_persistence(state: SessionState) -> float | None:
    """Over each agent's consecutive tasks in which it took part, the share where it kept its role; in [0, 1] (ours).

    The paper's RSI in free self-organization, which tends to 0. None where no agent took part twice.
    """
    kept = pairs = 0
    for seat in range(1, state.started.config.agents + 1):
        names = [normalised(task.seats[seat].role) for task in state.tasks if task.seats[seat].contribution]
        pairs += max(0, len(names) - 1)
        kept += sum(before == after for before, after in itertools.pairwise(names))
    return kept / pairs if pairs else None
