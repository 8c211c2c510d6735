"""What a task took: calls, tokens, money, and how much of it was coordination and failure."""

from __future__ import annotations

from collections.abc import Iterable

from selforg_tui.core.fold import add_call
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import CallState, Tally

COORDINATION = ("plan", "intend", "signal", "rate")


def tally(calls: Iterable[CallState]) -> Tally:
    """Tokens and money over these calls; calls without usage count for nothing."""
    total = Tally()
    for call in calls:
        add_call(total, call)
    return total


def by_team(calls: Iterable[CallState]) -> list[CallState]:
    """Without judging."""
    return [call for call in calls if call.id.seat != JUDGE_SEAT]


def by_judge(calls: Iterable[CallState]) -> list[CallState]:
    """Judging only."""
    return [call for call in calls if call.id.seat == JUDGE_SEAT]


def overhead(calls: Iterable[CallState]) -> float | None:
    """Share of the team's tokens spent in plan, intend, signal and rate steps, in [0, 1] (ours). None without tokens."""
    spent = {True: 0, False: 0}
    for call in by_team(calls):
        if call.usage is not None:
            spent[call.kind in COORDINATION] += call.usage.input + call.usage.output
    total = spent[True] + spent[False]
    return spent[True] / total if total else None


def risk(calls: Iterable[CallState]) -> float | None:
    """R: share of the team's calls that failed or whose reply could not be read, in [0, 1] (ours). None without calls."""
    ended = [call for call in by_team(calls) if call.status != "running"]
    return sum(not call.usable for call in ended) / len(ended) if ended else None


def counted(calls: Iterable[CallState]) -> dict[str, int]:
    """First attempts of team steps and of judging; repairs and retries apart, and warm-ups where there were any."""
    counts = {"team": 0, "judge": 0, "repair": 0, "retry": 0}
    for call in calls:
        first = "judge" if call.id.seat == JUDGE_SEAT else "team"
        name = first if call.purpose == "first" else call.purpose.replace("-", "_")
        counts[name] = counts.get(name, 0) + 1
    return counts
