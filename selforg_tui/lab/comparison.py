"""Groups of runs side by side: means, differences of Q with effect sizes and corrected tests, and what speaks against them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Literal

import msgspec

from selforg_tui.lab import effects, statistics
from selforg_tui.lab.differing import FACTS, Groups, confounded, differing
from selforg_tui.lab.effects import FEW, FEWEST, Interval, Size
from selforg_tui.lab.measured import MEASURES, Measured

CERTAIN = 0.05
"""p, corrected, below which a difference is called one."""
TOGETHER = 0.5
"""Rank correlation from which on Q and length are said to go together."""

Verdict = Literal["higher", "lower", "not significant", "too few", "untested", "unknown"]


class Spread(msgspec.Struct, frozen=True):
    """A measure over the runs of a group that have it; None: unknown, or too few for it."""

    n: int
    mean: float | None
    sd: float | None
    interval: Interval | None


class GroupRow(msgspec.Struct, frozen=True):
    """One group. `figures` by the names in `MEASURES`."""

    name: str
    n: int
    figures: dict[str, Spread]
    imaginary: bool
    with_failures: int
    """Runs in which a step failed or a task that was to be judged has no scores."""


class PairRow(msgspec.Struct, frozen=True):
    """Q of the first group against that of the second."""

    first: str
    second: str
    paired: bool
    n: tuple[int, int]
    difference: float | None
    interval: Interval | None
    d: float | None
    """d_z where paired, else Cohen's d."""
    cliffs_delta: float | None
    test: str
    p: float | None
    p_corrected: float | None
    """Holm, over all pairs of the table."""
    welch_p: float | None
    words: float | None
    """Difference of the solutions' mean length."""
    verdict: Verdict
    text: str

    @property
    def size(self) -> Size | None:
        """The effect in a word, by Cliff's delta: it means the same whether runs pair or not, which d_z does not."""
        return None if self.cliffs_delta is None else effects.size_of_delta(self.cliffs_delta)


class Overall(msgspec.Struct, frozen=True):
    """Whether more than two groups are alike in Q."""

    h: float
    p: float


class Comparison(msgspec.Struct, frozen=True):
    """All of it. `length` is the rank correlation of Q with the solution's length over all runs."""

    groups: tuple[GroupRow, ...]
    pairs: tuple[PairRow, ...]
    overall: Overall | None
    length: float | None
    simulated: bool
    notes: tuple[str, ...]


def compare(groups: Groups, *, score_from: int = 1) -> Comparison:
    """Pure, and the same for the same runs. Without scipy there are no tests, and a note says so."""
    rows = tuple(_row(name, runs) for name, runs in groups.items())
    tested = statistics.there()
    names = list(itertools.combinations([row.name for row in rows if row.n], 2))
    raw = [_pair(one, groups[one], other, groups[other], tested) for one, other in names]
    known = [pair.p for pair in raw if pair.p is not None]
    corrected = iter(statistics.holm(known))
    pairs = tuple(_judged(pair, None if pair.p is None else next(corrected)) for pair in raw)
    qs = [[run.q for run in runs if run.q is not None] for runs in groups.values()]
    found = statistics.kruskal_wallis(qs) if tested and sum(bool(each) for each in qs) > 2 else None
    runs = [run for group in groups.values() for run in group]
    length = _length(runs)
    notes = [*_notes(groups, runs, score_from), *_few(rows), *_lengths(length, runs)]
    if not tested and len(rows) > 1:
        notes.append(f"Means, spread and intervals only. {statistics.MISSING}")
    simulated = any(run.simulated.agents or run.simulated.judge for run in runs)
    return Comparison(rows, pairs, Overall(*found) if found else None, length, simulated, tuple(notes))


def spread(values: Sequence[float | None]) -> Spread:
    """Of what is known."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return Spread(0, None, None, None)
    return Spread(len(known), fmean(known), stdev(known) if len(known) > 1 else None, effects.mean_by_resampling(known))


def _row(name: str, runs: Sequence[Measured]) -> GroupRow:
    figures = {measure: spread([getattr(run, measure) for run in runs]) for measure in MEASURES}
    failures = sum(bool(run.failed or run.unscored) for run in runs)
    return GroupRow(name, len(runs), figures, bool(runs) and all(run.imaginary for run in runs), failures)


def _pair(one: str, first: Sequence[Measured], other: str, second: Sequence[Measured], tested: bool) -> PairRow:
    ours, theirs = _by_pair(first), _by_pair(second)
    together = [key for key in ours if key in theirs]
    paired = len(together) > 1
    if paired:
        a, b = [ours[key] for key in together], [theirs[key] for key in together]
    else:
        a, b = [run.q for run in first if run.q is not None], [run.q for run in second if run.q is not None]
    words = [fmean(known) if (known := [run.words for run in runs if run.words is not None]) else None for runs in (first, second)]
    longer = None if words[0] is None or words[1] is None else words[0] - words[1]
    if not a or not b:
        return PairRow(one, other, False, (len(a), len(b)), None, None, None, None, "", None, None, None, longer, "unknown", "")
    p = welch = None
    differences = [x - y for x, y in zip(a, b, strict=False)]
    if paired:
        interval, d, test = effects.mean_by_resampling(differences), effects.d_z(differences), "Wilcoxon, paired"
        p = statistics.signed_ranks(differences) if tested else None
    else:
        interval, d, test = effects.difference_by_resampling(a, b), effects.cohens_d(a, b), "Mann-Whitney"
        if tested:
            p = statistics.mann_whitney(a, b)[1]
            welch = found[1] if (found := statistics.welch(a, b)) else None
    delta = effects.cliffs_delta(a, b)
    gap = fmean(a) - fmean(b)
    n, test = (len(a), len(b)), test if tested else ""
    return PairRow(one, other, paired, n, gap, interval, d, delta, test, p, None, welch, longer, "unknown", "")


def _by_pair(runs: Sequence[Measured]) -> dict[str, float]:
    """Q by mission and seed; the mean where there are several."""
    found: dict[str, list[float]] = {}
    for run in runs:
        if run.q is not None:
            found.setdefault(run.pair, []).append(run.q)
    return {key: fmean(values) for key, values in found.items()}


def _judged(pair: PairRow, corrected: float | None) -> PairRow:
    """With its verdict, in plain words."""
    one, other, n = pair.first, pair.second, min(pair.n)
    verdict: Verdict
    if pair.difference is None:
        verdict, text = "unknown", f"{one} and {other}: no scores to compare."
    elif n < FEW:
        many = f"{n} {'pair' if pair.paired else 'run'}{'s' * (n != 1)}{'' if pair.paired else ' in the smaller group'}"
        verdict, text = "too few", f"{one} and {other}: too few to tell, {many}."
    elif corrected is None:
        verdict, text = "untested", f"{one} and {other}: not tested, because scipy is not installed."
    elif corrected >= CERTAIN:
        verdict, text = "not significant", f"{one} and {other}: not significant; these runs do not tell them apart, nor show them alike."
    else:
        verdict = "higher" if pair.difference > 0 else "lower"
        size = f", a {pair.size} effect" if pair.size else ""
        text = f"{one} scored {verdict} than {other} by {abs(pair.difference):.3f}{size}."
    return msgspec.structs.replace(pair, p_corrected=corrected, verdict=verdict, text=text)


def _notes(groups: Groups, runs: Sequence[Measured], score_from: int) -> list[str]:
    told = confounded(groups)
    if differing(runs, ("judge",)):
        judges = "; ".join(sorted({FACTS["judge"](run) for run in runs}))
        told.append(f"Judges differ ({judges}), and no two judge alike: compare with one.")
    if len(groups) > 1 and len({frozenset(FACTS["mission"](run) for run in each) for each in groups.values() if each}) > 1:
        told.append("The groups did not work on the same missions and tasks.")
    if any(run.config.protocol == "shared" for run in runs) and score_from < 2:
        alone = all(len(run.config.tasks) < 2 for run in runs if run.config.protocol == "shared")
        told.append(
            "Shared remembers roles of earlier tasks: "
            + ("with a single task its memory is empty." if alone else "the first task, which counts here, finds its memory empty.")
        )
    for name, group in groups.items():
        failed, unscored = sum(run.failed for run in group), sum(run.unscored for run in group)
        bad = sum(bool(run.failed or run.unscored) for run in group)
        if bad:
            told.append(f"{bad} of {len(group)} runs of {name} had failures ({failed} failed steps, {unscored} tasks without scores).")
        for status, what in (("limit", "were ended by a limit"), ("interrupted", "were interrupted")):
            cut = sum(run.status == status for run in group)
            if cut:
                told.append(f"{cut} of {len(group)} runs of {name} {what}, and are not whole.")
    return told


def _few(rows: Sequence[GroupRow]) -> list[str]:
    small = [f"{row.name} ({row.figures['q'].n})" for row in rows if row.figures["q"].n < FEW]
    if not small:
        return []
    none = f"; below {FEWEST} no interval is given" if any(row.figures["q"].n < FEWEST for row in rows) else ""
    return [f"Too few to tell, with fewer than {FEW} scored runs: {', '.join(small)}{none}."]


def _length(runs: Sequence[Measured]) -> float | None:
    both = [(run.q, run.words) for run in runs if run.q is not None and run.words is not None]
    return effects.rank_correlation([q for q, _ in both], [words for _, words in both])


def _lengths(rho: float | None, runs: Sequence[Measured]) -> list[str]:
    if rho is None or abs(rho) < TOGETHER or len(runs) < FEW:
        return []
    return [
        f"Q and the solution's length go together (rank correlation {rho:+.2f} over {len(runs)} runs), and judges like length: "
        "a difference in Q may be one in length."
        if rho > 0
        else f"Q and the solution's length go against each other (rank correlation {rho:+.2f} over {len(runs)} runs)."
    ]
