"""Whether a model does better when it is free to choose its role: a paired difference of Q with its interval, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, stdev
from typing import Any, Literal

import msgspec

from selforg_tui.core.errors import ConfigError
from selforg_tui.lab.effects import LEVEL, Interval
from selforg_tui.lab.statistics import mean_interval
from selforg_tui.lab.threshold import ARMS, Arm, Outcome, Trial

Decision = Literal["helps", "hurts", "undecided"]
LEAST_PAIRS = 5
"""Below this nothing is decided: Q moves in steps, so a few pairs may agree by chance, and their spread says nothing."""
INTEREST = 1 / 32
"""The smallest difference of Q worth knowing of: half of one of the steps in which it moves."""
POWER = 0.8
"""How surely such a difference should be found by the number of pairs that is recommended."""
MANY_UNREAD = 0.05
"""Share of unreadable replies from which on it is said that the model fails the format."""


class Side(msgspec.Struct, frozen=True):
    """One arm. `q` over the pairs that count; the rest over all of its runs."""

    q: float | None
    words: float | None
    runs: int
    unscored: int
    """Runs without a Q."""
    seats: int
    failed: int
    abstained: int
    calls: int
    unread: int


class Verdict(msgspec.Struct, frozen=True):
    """What the pairs so far say. `difference` is chosen − fixed, in units of Q; `interval` None where it cannot be told."""

    decision: Decision
    pairs: int
    planned: int
    lost: int
    """Pairs of which a side has no Q, so that they do not count."""
    difference: float | None
    sd: float | None
    interval: Interval | None
    more_repeats: int | None
    """How many more repeats a mission would tell, about; 0 where there were enough, None where it is decided or cannot be known."""
    text: str
    notes: tuple[str, ...]
    sides: dict[Arm, Side]
    complete: bool
    simulated: bool


def needed(sd: float, interest: float = INTEREST, power: float = POWER) -> int:
    """Pairs by which a true difference of `interest` would be found with this power, at the level of the interval.

    n = ((z_(1-α/2) + z_power) · sd / interest)² + z²_(1-α/2) / 2: the normal approximation for a paired t test, with Guenther's
    correction for the unknown sd (W. C. Guenther, Sample size formulas for normal theory t tests, 1981).
    """
    if not sd > 0:
        return LEAST_PAIRS
    sure = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2)
    return max(LEAST_PAIRS, math.ceil(((sure + NormalDist().inv_cdf(power)) * sd / interest) ** 2 + sure**2 / 2))


def verdict(trial: Trial) -> Verdict:
    """Of what was done so far."""
    pairs = trial.pairs()
    scored = [(a, b) for a, b in pairs if a.q is not None and b.q is not None]
    differences = [a.q - b.q for a, b in scored if a.q is not None and b.q is not None]
    difference = fmean(differences) if differences else None
    sd = stdev(differences) if len(differences) > 1 else None
    interval, trouble = _interval(differences)
    decision = _decided(differences, interval)
    more = None
    if decision == "undecided" and sd is not None:
        missions = max(1, len({chosen.mission for chosen, _ in pairs}))
        more = max(0, math.ceil((needed(sd) - len(differences)) / missions))
    sides = {arm: _side(arm, trial, [pair[place] for pair in scored]) for place, arm in enumerate(ARMS)}
    name, simulated = trial.design.model.name, any(trial.simulated)
    notes = (*trial.problems, *trouble, *_notes(name, sides, len(pairs) - len(scored), trial))
    text = _text(name, decision, difference, interval, len(differences), more)
    return Verdict(
        decision,
        len(differences),
        trial.design.pairs,
        len(pairs) - len(scored),
        difference,
        sd,
        interval,
        more,
        text,
        notes,
        sides,
        len(pairs) == trial.design.pairs,
        simulated,
    )


def as_object(found: Verdict, trial: Trial) -> dict[str, Any]:
    """For JSON; what is unknown is null."""
    design, told = trial.design, msgspec.to_builtins(found)
    return {
        "model": design.model.name,
        "judge": design.judge.name,
        "agents": design.agents,
        "level": design.level,
        "missions": [example.name for example in trial.missions],
        "repeats": design.repeats,
        "seed": design.seed,
        "ended": trial.ended or "interrupted",
        **told,
        "cost_usd": None if trial.unpriced else trial.purse.spent,
        "known_usd": trial.purse.spent,
        "imaginary_usd": trial.imaginary_usd,
        "unpriced_calls": trial.unpriced,
        "runs": [msgspec.to_builtins(each) for each in trial.outcomes],
    }


def _interval(differences: Sequence[float]) -> tuple[Interval | None, list[str]]:
    if len(differences) < 2:
        return None, []
    try:
        return mean_interval(differences), []
    except ConfigError as problem:
        return None, [f"Without an interval nothing is decided. {problem}"]


def _decided(differences: Sequence[float], interval: Interval | None) -> Decision:
    if interval is None or len(differences) < LEAST_PAIRS or interval.low <= 0 <= interval.high:
        return "undecided"
    return "helps" if interval.low > 0 else "hurts"


def _side(arm: Arm, trial: Trial, counted: Sequence[Outcome]) -> Side:
    runs = [each for each in trial.outcomes if each.arm == arm]
    known = [each.q for each in counted if each.q is not None]
    return Side(
        q=fmean(known) if known else None,
        words=fmean(each.words for each in counted) if counted else None,
        runs=len(runs),
        unscored=sum(each.q is None for each in runs),
        seats=sum(each.seats for each in runs),
        failed=sum(each.failed for each in runs),
        abstained=sum(each.abstained for each in runs),
        calls=sum(each.calls for each in runs),
        unread=sum(each.unread for each in runs),
    )


def _text(name: str, decision: Decision, difference: float | None, interval: Interval | None, n: int, more: int | None) -> str:
    if difference is None:
        return "Undecided: no pair has a Q on both sides."
    if interval is None or n < LEAST_PAIRS:
        return f"Undecided: {n} pair{'s' * (n != 1)} cannot decide; {LEAST_PAIRS} are the least." + _more(more)
    span = f"{difference:+.3f} Q, 95 % interval {interval.low:+.3f} to {interval.high:+.3f}, {n} pairs"
    if decision == "helps":
        return f"Autonomy helps {name} on these tasks: roles it chooses are better than fixed ones ({span})."
    if decision == "hurts":
        return f"Autonomy hurts {name} on these tasks: fixed roles are better than those it chooses ({span})."
    if interval.low > -INTEREST and interval.high < INTEREST:
        return f"Undecided, and it hardly matters: chosen and fixed roles differ by less than {INTEREST:.3f}, half a step of Q ({span})."
    return f"Undecided: it may help {name} or hurt it ({span}).{_more(more)}"


def _more(more: int | None) -> str:
    if more is None:
        return ""
    if more == 0:
        return (
            f" With this spread a true difference of {INTEREST:.3f} or more would probably have shown: what there is, if anything, "
            "is likely smaller."
        )
    return (
        f" About {more} more repeat{'s' * (more != 1)} of each mission would tell, if there is a difference of at least "
        f"{INTEREST:.3f}, half a step of Q."
    )


def _notes(name: str, sides: dict[Arm, Side], lost: int, trial: Trial) -> list[str]:
    told = []
    for arm, side in sides.items():
        if side.calls and side.unread / side.calls >= MANY_UNREAD:
            told.append(
                f"{name} often fails the format with {arm} roles: {side.unread} of {side.calls} replies could not be used as they came."
            )
        if side.failed:
            told.append(f"With {arm} roles {side.failed} of {side.seats} seats failed; their part is missing from the solutions.")
    if lost:
        told.append(
            f"{lost} pair{'s' * (lost != 1)} without a Q on both sides do{'es' * (lost == 1)} not count, "
            "which favours the side that failed."
        )
    chosen, fixed = sides["chosen"].words, sides["fixed"].words
    if chosen and fixed and not 0.8 <= chosen / fixed <= 1.25:
        told.append(f"Solutions differ in length ({chosen:.0f} words against {fixed:.0f}), and judges like length.")
    if len(trial.missions) > 1 and lost + len(trial.pairs()):
        told.append("The interval holds for these missions and this judge; other tasks may give another answer.")
    return told
