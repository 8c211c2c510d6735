"""What the demonstration claims, and the figures that each claim stands on."""

from __future__ import annotations

import itertools

import msgspec

from selforg_tui.core.config import Level
from selforg_tui.lab.statistics import Paired, holm, paired
from tests.simulation.cells import Cell, Run, mean

TEAM = ("sequential", "fixed-roles", "coordinator", "broadcast", "shared", "solo")
HARD: tuple[Level, ...] = ("L3", "L4")
SIZES = (8, 16)
LARGE = (8, 16, 64, 256)
BATCHES = (2, 4, 8)
"""Agents at once under Batched Sequential, in teams of `BATCHED`."""
BATCHED = 16
CERTAIN = 0.01
"""p, corrected, below which a difference counts as shown."""
EVEN = 0.08
"""A gain below this is no clear one, whatever its p: about a step and a quarter of the sixteen that Q moves in."""
Results = dict[str, list[Run]]


class Claim(msgspec.Struct, frozen=True):
    """A sentence, whether it holds, and the figures."""

    name: str
    holds: bool
    figures: str


class Compared(msgspec.Struct, frozen=True):
    """Two cells, pair by pair."""

    first: Cell
    second: Cell
    found: Paired
    p: float
    """Corrected for the number of comparisons (Holm)."""


def cells() -> list[Cell]:
    """All that is run."""
    main = [
        Cell(protocol, level, agents, (model,))
        for model in ("strong", "weak")
        for level in ("L1", *HARD)
        for agents in SIZES
        for protocol in TEAM
    ]
    large = [Cell("sequential", "L1", agents) for agents in LARGE]
    trade = [
        Cell("sequential", "L3", 8, models)
        for models in (
            ("efficient",),
            ("strong", "efficient"),
            ("efficient", "weak"),
            ("strong", "weak"),
            ("eager",),
            ("shy",),
        )
    ]
    waves = [cell for level in HARD for cell in spectrum(level)]
    others = [Cell(protocol, "L3", 8, ("efficient",)) for protocol in TEAM]
    return list(dict.fromkeys([*main, *large, *trade, *waves, *others, Cell("sequential", "L3", 8, long=True)]))


def spectrum(level: Level) -> list[Cell]:
    """From all in turn over ever larger batches to all at once."""
    batches = [Cell("batched", level, BATCHED, parameters=(("batch", str(size)),)) for size in BATCHES]
    return [Cell("sequential", level, BATCHED), *batches, Cell("shared", level, BATCHED)]


def pairs() -> list[tuple[Cell, Cell]]:
    """The comparisons, all of which are corrected together."""
    found = []
    for agents in SIZES:
        for level in HARD:
            own = Cell("sequential", level, agents)
            found += [(own, Cell(other, level, agents)) for other in TEAM[1:]]
            found.append((Cell("sequential", level, agents, ("weak",)), Cell("fixed-roles", level, agents, ("weak",))))
        easy = Cell("sequential", "L1", agents)
        found += [(easy, Cell("solo", "L1", agents)), (easy, Cell("sequential", "L4", agents))]
    found.append((Cell("sequential", "L1", 64), Cell("sequential", "L1", 256)))
    found += [pair for level in HARD for pair in itertools.pairwise(spectrum(level))]
    return found


def comparisons(results: Results) -> dict[tuple[Cell, Cell], Compared]:
    """All comparisons of Q."""
    asked = pairs()
    found = [paired([run.q for run in results[one.name]], [run.q for run in results[other.name]]) for one, other in asked]
    corrected = holm([each.p for each in found])
    return {pair: Compared(*pair, each, p) for pair, each, p in zip(asked, found, corrected, strict=True)}


def claims(results: Results) -> list[Claim]:
    """Every claim, with its verdict."""
    compared = comparisons(results)
    return [*_orders(compared), *_spectrum(results, compared), *_threshold(compared), *_sizes(results, compared), *_shapes(results)]


def _orders(compared: dict[tuple[Cell, Cell], Compared]) -> list[Claim]:
    bands = {"coordinator": (0.05, 0.25), "broadcast": (0.2, 0.7), "shared": (0.2, 0.7)}
    found = []
    for level in HARD:
        for agents in SIZES:
            own = Cell("sequential", level, agents)
            for other, (low, high) in bands.items():
                each = compared[own, Cell(other, level, agents)]
                holds = low <= each.found.gain <= high and each.p < CERTAIN
                found.append(Claim(f"strong, {level}, N = {agents}: Sequential {low:.0%} to {high:.0%} above {other}", holds, said(each)))
            each = compared[own, Cell("solo", level, agents)]
            holds = each.found.difference > 0 and each.p < CERTAIN
            found.append(Claim(f"strong, {level}, N = {agents}: Sequential above solo", holds, said(each)))
    for agents in SIZES:
        each = compared[Cell("sequential", "L1", agents), Cell("solo", "L1", agents)]
        found.append(Claim(f"strong, L1, N = {agents}: Sequential not clearly above solo", each.found.gain < EVEN, said(each)))
    return found


def _spectrum(results: Results, compared: dict[tuple[Cell, Cell], Compared]) -> list[Claim]:
    """Each larger batch is worse than the one before it, the smallest worse than Sequential, the largest better than Shared."""
    found = []
    for level in HARD:
        steps = [compared[pair] for pair in itertools.pairwise(spectrum(level))]
        holds = all(each.found.difference > 0 and each.p < CERTAIN for each in steps)
        row = ", ".join(f"K = {size}: {mean(results[cell.name]):.3f}" for size, cell in zip(BATCHES, spectrum(level)[1:-1], strict=True))
        ends = f"Sequential {steps[0].found.first:.3f}, {row}, Shared {steps[-1].found.second:.3f}"
        worst = max(each.p for each in steps)
        name = f"strong, {level}, N = {BATCHED}: Batched Sequential falls between Sequential and Shared, and falls as K grows"
        found.append(Claim(name, holds, f"{ends}; each step p {'< 0.001' if worst < 0.001 else f'≤ {worst:.3f}'}"))
    return found


def _threshold(compared: dict[tuple[Cell, Cell], Compared]) -> list[Claim]:
    found = []
    for level in HARD:
        for agents in SIZES:
            strong = compared[Cell("sequential", level, agents), Cell("fixed-roles", level, agents)]
            weak = compared[Cell("sequential", level, agents, ("weak",)), Cell("fixed-roles", level, agents, ("weak",))]
            better = strong.found.difference > 0 and strong.p < CERTAIN
            found.append(Claim(f"strong, {level}, N = {agents}: a chosen role is better than a fixed one", better, said(strong)))
            no_better = weak.found.difference <= 0 or weak.p >= 0.05
            found.append(Claim(f"weak, {level}, N = {agents}: a chosen role is no better than a fixed one", no_better, said(weak)))
    return found


def _sizes(results: Results, compared: dict[tuple[Cell, Cell], Compared]) -> list[Claim]:
    shares = [mean(results[Cell("sequential", "L1", agents).name], "out") / agents for agents in LARGE]
    rising = all(one < other for one, other in itertools.pairwise(shares))
    row = ", ".join(f"N = {agents}: {share:.0%}" for agents, share in zip(LARGE, shares, strict=True))
    each = compared[Cell("sequential", "L1", 64), Cell("sequential", "L1", 256)]
    loss = 1 - each.found.second / each.found.first
    return [
        Claim("strong, L1: voluntary abstention rises with N, above 25 % at 256", rising and shares[-1] > 0.25, row),
        Claim("strong, L1: quality falls by less than 3 % from 64 to 256", loss < 0.03, f"{loss:+.1%} ({said(each)})"),
        *(
            Claim(
                f"strong, N = {agents}: Q on L4 well below L1",
                (gap := compared[Cell("sequential", "L1", agents), Cell("sequential", "L4", agents)]).found.gain > 0.05 and gap.p < CERTAIN,
                said(gap),
            )
            for agents in SIZES
        ),
    ]


def _shapes(results: Results) -> list[Claim]:
    found = []
    for agents in SIZES:
        easy, hard = (mean(results[Cell("sequential", level, agents).name], "depth") for level in ("L1", "L4"))
        name = f"strong, N = {agents}: hierarchies 1 to 5 deep on average, deeper on L4 than on L1"
        found.append(Claim(name, 1 <= easy < hard <= 5, f"L1 {easy:.2f}, L4 {hard:.2f}"))
    long = results[Cell("sequential", "L3", 8, long=True).name]
    persistence = mean(long, "persistence")
    found.append(Claim("strong: role_persistence below 0.1 over ten tasks", persistence < 0.1, f"{persistence:.3f}"))
    uniqueness = min(mean(results[Cell("sequential", level, agents).name], "uniqueness") for level in ("L1", *HARD) for agents in SIZES)
    found.append(Claim("strong: role_uniqueness above 0.7", uniqueness > 0.7, f"least {uniqueness:.2f}"))
    return found


def said(each: Compared) -> str:
    """A comparison in figures."""
    found = each.found
    p = "p < 0.001" if each.p < 0.001 else f"p = {each.p:.3f}"
    interval = f"{found.difference:+.3f} [{found.interval.low:+.3f}, {found.interval.high:+.3f}]"
    return f"{found.first:.3f} against {found.second:.3f}, {found.gain:+.1%}, {interval}, {p}"
