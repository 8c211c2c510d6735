"""What a task took: calls, tokens, money, how much of it was coordination, and how calls ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from selforg_tui.core.calls import Counted
from selforg_tui.core.fold import add_call
from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT
from selforg_tui.core.state import CallState, Tally

LEAST_CERTAIN: tuple[Counted, ...] = ("estimate", "tokenizer", "reported")
AT_LENGTH = "at_length"
UNREAD = "unread"
COORDINATION = ("plan", "intend", "signal", "rate")


def tally(calls: Iterable[CallState]) -> Tally:
    """Tokens and money over these calls; calls without usage count for nothing."""
    total = Tally()
    for call in calls:
        add_call(total, call)
    return total


def by_team(calls: Iterable[CallState]) -> list[CallState]:
    """Without judging and write-ups."""
    return [call for call in calls if call.id.seat > JUDGE_SEAT]


def by_judge(calls: Iterable[CallState]) -> list[CallState]:
    """Judging only."""
    return [call for call in calls if call.id.seat == JUDGE_SEAT]


def by_writer(calls: Iterable[CallState]) -> list[CallState]:
    """Write-ups only."""
    return [call for call in calls if call.id.seat == WRITER_SEAT]


def spent(calls: Iterable[CallState]) -> int | None:
    """C: tokens of the team, in and out, judging excluded; 0 or more; arXiv:2603.28990. None where no call has usage."""
    known = [call.usage.input + call.usage.output for call in by_team(calls) if call.usage is not None]
    return sum(known) if known else None


def overhead(calls: Iterable[CallState]) -> float | None:
    """Share of the team's tokens spent in plan, intend, signal and rate steps, in [0, 1] (ours). None without tokens.

    An abstention is not overhead: it is an answer.
    """
    listed = by_team(calls)
    total = spent(listed)
    return (spent(call for call in listed if call.kind in COORDINATION) or 0) / total if total else None


def risk(calls: Iterable[CallState]) -> float | None:
    """R: share of the team's calls that failed for good or whose reply could not be read, in [0, 1] (ours). None without calls.

    A failure that passes is not counted at all: the call that is made instead is. Neither are warm-ups, which nobody reads.
    """
    ended = [call for call in by_team(calls) if call.status != "running" and call.purpose != "warm-up" and call.retry_in is None]
    return sum(not call.usable for call in ended) / len(ended) if ended else None


def each(amount: int | None, contributions: int) -> float | None:
    """An amount for each contribution. None where it is unknown, and without contributions."""
    return None if amount is None or not contributions else amount / contributions


def parallelism(calls: Iterable[CallState]) -> float | None:
    """How many of the team's calls were under way at once: their seconds added up / seconds in which any was; 1 or more (ours).

    None before a call has ended, and where calls took no time.
    """
    spans = sorted((call.started, call.started + call.seconds) for call in by_team(calls) if call.seconds is not None)
    busy, until = 0.0, float("-inf")
    for start, end in spans:
        busy += max(0.0, end - max(start, until))
        until = max(until, end)
    return max(1.0, sum(end - start for start, end in spans) / busy) if busy > 0 else None


def counted(calls: Iterable[CallState]) -> dict[str, int]:
    """First attempts of team steps and of judging; repairs and retries apart, and warm-ups and write-ups where there were any."""
    counts = {"team": 0, "judge": 0, "repair": 0, "retry": 0}
    for call in calls:
        first = {JUDGE_SEAT: "judge", WRITER_SEAT: "write_up"}.get(call.id.seat, "team")
        name = first if call.purpose == "first" else call.purpose.replace("-", "_")
        counts[name] = counts.get(name, 0) + 1
    return counts


def tokens(tally: Tally) -> dict[str, int]:
    """For JSON: cached and written are inside input, reasoning is inside output; `uncounted` calls were not reported by a provider."""
    return {
        "input": tally.input,
        "cached": tally.cached,
        "cache_written": tally.cache_written,
        "output": tally.output,
        "reasoning": tally.reasoning,
        "uncounted_calls": tally.uncounted,
    }


BEYOND = {"repair": "repairs", "retry": "retries", "warm-up": "warm-ups"}
"""Words for calls beyond first attempts, by purpose."""


def beyond(calls: Iterable[CallState]) -> dict[str, int]:
    """The team's calls beyond first attempts, by what they were for."""
    found = Counter[str](call.purpose for call in by_team(calls))
    return {word: found[purpose] for purpose, word in BEYOND.items() if found[purpose]}


def again(calls: Iterable[CallState]) -> str:
    """What `SessionState.again` is made of, in words: `retries, failures`; empty where there is nothing of it.

    A failed attempt counts where it took tokens, whether it was the first or not.
    """
    team = by_team(calls)
    failed = any(call.status == "failed" and call.usage is not None and call.purpose == "first" for call in team)
    return ", ".join([*beyond(team), *(["failures"] if failed else [])])


def outcome(call: CallState) -> str:
    """How a call ended where it did not end well: the kind of its failure, `at_length` for a reply that was cut off at its greatest
    length, `unread` for one that is not what was asked for; empty for a usable reply and while it is under way."""
    if call.status == "failed":
        return call.failure or "unexpected"
    if call.finish == "length" and call.purpose != "warm-up":
        return AT_LENGTH
    return "" if call.usable else UNREAD


def outcomes(calls: Iterable[CallState]) -> dict[str, int]:
    """How often calls ended in each way that is not a usable reply; only what occurred, most often first."""
    found = Counter(filter(None, map(outcome, calls)))
    return dict(found.most_common())


def counted_by(calls: Iterable[CallState]) -> Counted:
    """Who counted the tokens of these calls: the least certain of those that did."""
    found = {call.usage.source for call in calls if call.usage is not None}
    return next((source for source in LEAST_CERTAIN if source in found), "reported")
