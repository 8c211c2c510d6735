"""A comparison as rows of text, the same for the command line, the app and the docs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from selforg_tui.lab.comparison import CERTAIN, Comparison, GroupRow, PairRow, Spread
from selforg_tui.lab.effects import FEW, RESAMPLES
from selforg_tui.lab.measured import MEASURES
from selforg_tui.metrics.money import dollars

Row = tuple[str, ...]
GROUP_HEADS: Row = ("group", "n", "Q, 95 % interval", "sd", "M", "words", "tokens", "cost", "abstained", "depth", "with failures")
PAIR_HEADS: Row = ("Q of", "n", "difference, 95 % interval", "d", "Cliff's delta", "p, corrected", "words", "what it says")
MOST_SENTENCES = 6
SIMULATED = "SIMULATED: a model of the mechanism, no evidence."


def group_cells(row: GroupRow) -> Row:
    """Under GROUP_HEADS."""
    figures = row.figures
    cost = figures["cost_usd"].mean
    return (
        row.name,
        str(row.n),
        with_interval(figures["q"]),
        _number(figures["q"].sd, ".3f"),
        _number(figures["m"].mean, ".3f"),
        _number(figures["words"].mean, ",.0f"),
        _number(figures["tokens"].mean, ",.0f"),
        dollars(cost) + (" (imaginary)" if row.imaginary and cost is not None else ""),
        _number(figures["abstained"].mean, ".1f"),
        _number(figures["depth"].mean, ".1f"),
        str(row.with_failures),
    )


def pair_cells(pair: PairRow) -> Row:
    """Under PAIR_HEADS."""
    gap, between = pair.difference, pair.interval
    return (
        f"{pair.first} - {pair.second}",
        f"{pair.n[0]} pairs" if pair.paired else f"{pair.n[0]} and {pair.n[1]}",
        "unknown" if gap is None else f"{gap:+.3f}" + (f" [{between.low:+.3f}, {between.high:+.3f}]" if between else ""),
        "none" if pair.d is None else f"{'d_z' if pair.paired else 'd'} {pair.d:+.2f}",
        _number(pair.cliffs_delta, "+.2f") + (f", {pair.size}" if pair.size else ""),
        p_value(pair.p_corrected),
        _number(pair.words, "+,.0f"),
        VERDICTS[pair.verdict],
    )


VERDICTS = {
    "higher": "the first is higher",
    "lower": "the first is lower",
    "not significant": "not significant",
    "too few": "too few to tell",
    "untested": "not tested",
    "unknown": "unknown",
}


def groups(found: Comparison) -> list[Row]:
    """With the headings."""
    return [GROUP_HEADS, *map(group_cells, found.groups)]


def pairs(found: Comparison) -> list[Row]:
    """With the headings; empty for a single group."""
    return [PAIR_HEADS, *map(pair_cells, found.pairs)] if found.pairs else []


def sentences(found: Comparison) -> list[str]:
    """What it says, and what speaks against it."""
    told = []
    if found.overall is not None:
        few = any(row.figures["q"].n < FEW for row in found.groups)
        alike = "the groups are not all alike" if found.overall.p < CERTAIN else "not significant: the groups are not told apart"
        alike = "but there are too few runs to tell" if few else alike
        told.append(f"All groups together: Kruskal-Wallis H = {found.overall.h:.2f}, {_p(found.overall.p)}, {alike}.")
    if len(found.pairs) <= MOST_SENTENCES:  # the table says it as well
        told += [pair.text for pair in found.pairs]
    told += [f"Note: {note}" for note in found.notes]
    return [*told, SIMULATED] if found.simulated else told


def method(found: Comparison) -> str:
    """How the figures were made, in a sentence or two; empty for a single group."""
    if not found.pairs:
        return ""
    tests = " and ".join(dict.fromkeys(pair.test for pair in found.pairs if pair.test))
    tested = f" p by {tests}, corrected for {len(found.pairs)} comparison{'s' * (len(found.pairs) != 1)} (Holm)." if tests else ""
    return f"Intervals by resampling ({RESAMPLES:,} draws, the same each time).{tested} Tokens and cost have judging in them."


def markdown(rows: Sequence[Row]) -> list[str]:
    """As a table of a Markdown page."""
    if not rows:
        return []
    line = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [line[0], "|" + "---|" * len(rows[0]), *line[1:]]


def as_object(found: Comparison) -> dict[str, Any]:
    """For JSON; unknown is null."""
    built: dict[str, Any] = msgspec.to_builtins(found)
    for row, pair in zip(built["pairs"], found.pairs, strict=True):
        row["size"] = pair.size
    return {**built, "measures": list(MEASURES), "method": method(found)}


def with_interval(figure: Spread) -> str:
    """`0.781 [0.752, 0.811]`."""
    if figure.mean is None:
        return "unjudged"
    between = figure.interval
    return f"{figure.mean:.3f}" + (f" [{between.low:.3f}, {between.high:.3f}]" if between else "")


def p_value(p: float | None) -> str:
    """Three digits, never 0."""
    return "not tested" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _number(value: float | None, form: str) -> str:
    if value is None:
        return "unknown"
    text = f"{value:{form}}"
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")  # no sign before nothing
