"""The table by model, and how calls ended, in words; the same for the app and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selforg_tui.core.seating import brief_names
from selforg_tui.core.text import one_line
from selforg_tui.metrics import money
from selforg_tui.metrics.by_model import Row

HEADINGS = (
    "", "seats", "took part", "stayed out", "failed", "built on", "words", "Q", "tokens in", "cached", "tokens out", "reasoning", "again",
    "seconds", "money",
)  # fmt: skip
"""Over the cells of `cells`; `again` counts repairs and retries, `built on` how often others build on it."""

OUTCOMES = {
    "at_length": "cut off at the greatest length",
    "unread": "not readable",
    "refused": "refused by the model",
    "cut_off": "broken off in mid-stream",
    "timeout": "too late",
    "rate_limit": "turned away: too many calls",
    "server_error": "failed at the server",
    "no_server": "found no server",
    "no_key": "had no key",
    "wrong_key": "had a wrong key",
    "unknown_model": "asked for an unknown model",
    "too_long": "had too long a prompt",
    "bad_request": "not understood by the server",
    "no_credit": "had no credit",
    "unexpected": "failed in an unforeseen way",
}
"""What is said of calls with an outcome that is not a usable reply (see `effort.outcome`), after a number or by itself."""


def ended_badly(outcomes: Mapping[str, int]) -> list[str]:
    """`3 turned away: too many calls`, one text for each outcome."""
    return [f"{count:,} {OUTCOMES.get(name, name)}" for name, count in outcomes.items()]


def rows_of(rows: Sequence[Row], *, narrow: bool = False) -> list[tuple[str, ...]]:
    """The cells of all rows, with models called as briefly as tells them apart."""
    called = brief_names(row.model for row in rows)
    return [cells(row, called[row.model], narrow=narrow) for row in rows]


def cells(row: Row, name: str, *, narrow: bool = False) -> tuple[str, ...]:
    """One row of the table; `narrow` says of the money only what is most of it."""
    tally = row.tally
    cost = money.brief(tally) + (" imaginary" if tally.all_imaginary else "") if narrow else money.spent(tally) if tally.calls else ""
    return (one_line(name, 60) + (" (judge)" if row.judge else " (write-up)" if row.writer else ""), *_given(row), *_taken(row), cost)


def seats(row: Row) -> str:
    """`4`, or by task `0/4` where that differs."""
    return "/".join(map(str, row.seats)) if len(set(row.seats)) > 1 else f"{row.most_seats}"


def _given(row: Row) -> tuple[str, ...]:
    if row.judge or row.writer:
        return ("",) * 7
    q = "" if row.q is None else f"{row.q:.3f}"
    counts = (row.contributions, row.abstained + row.left_out, row.failed, row.built_on)
    return (seats(row), *map(str, counts), f"{row.words:,}", q)


def _taken(row: Row) -> tuple[str, ...]:
    tally, about = row.tally, "~" if row.tally.uncounted else ""
    cached = f"{tally.cached * 100 // tally.input} %" if tally.input else ""
    tokens = (f"{about}{tally.input:,}", cached, f"{about}{tally.output:,}", f"{tally.reasoning:,}")
    return (*tokens, f"{row.repairs + row.retries}", f"{row.seconds:.1f}")
