"""Teams in which not everybody answers: who abstains, who fails, who is removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.protocols.conformance.team import Fate, Fates, Kind
from selforg_tui.protocols.conformance.trial import Setting

TASKS = (1, 2, 3)


class Hardship(msgspec.Struct, frozen=True):
    """A setting, and what it is in words."""

    words: str
    setting: Setting


def hardships(n: int, kinds: Sequence[str], *, many: bool) -> Iterator[Hardship]:
    """Each kind of trouble for all, for the first and for the last; then drawn subsets, several tasks in a row."""
    for words, fate in _ALL.items():
        yield Hardship(f"all {words}", Setting(n, TASKS, _fates(fate)))
    for kind in dict.fromkeys(kinds):
        yield Hardship(f"every call of kind '{kind}' fails", Setting(n, TASKS, _fates("fails", kind=kind)))
    for seat in dict.fromkeys((1, n)):
        yield Hardship(f"seat {seat} fails", Setting(n, TASKS, _fates("fails", seat=seat)))
        if n > 1:
            lost = {task: frozenset({seat}) for task in TASKS[1:]}
            yield Hardship(f"seat {seat} is removed in task 1", Setting(n, TASKS, _fates("gone", seat=seat), lost=lost))
    if n > 1:
        yield Hardship("plans leave out all but one", Setting(n, TASKS, unplanned=frozenset(range(2, n + 1))))
    for seed in range(8 if many else 2):
        yield _drawn(n, seed)


_ALL: dict[str, Fate] = {"abstain": "abstains", "fail": "fails", "are removed": "gone"}
_CAN_ABSTAIN = ("intend", "contribute")


def _fates(fate: Fate, *, kind: str = "", seat: int = 0) -> Fates:
    def of(task: int, step: str, who: int, what: Kind) -> Fate:
        hit = (not kind or what == kind) and (not seat or who == seat)
        return fate if hit and (fate != "abstains" or what in _CAN_ABSTAIN) else "answers"

    return of


def _drawn(n: int, seed: int) -> Hardship:
    """Any subset at any step. Who is removed answers no more from some step on, and is not in the team of later tasks."""
    draw = Keyed("hardship", n, seed)
    leaves = {seat: 1 + draw.below(len(TASKS), seat, "task") for seat in range(1, n + 1) if draw.unit(seat, "leaves") < 0.3}
    stays = 1 + draw.below(n, "stays")
    leaves.pop(stays, None)
    lost = {task: frozenset(seat for seat, left in leaves.items() if left < task) for task in TASKS}

    def of(task: int, step: str, who: int, what: Kind) -> Fate:
        if who in leaves and task >= leaves[who] and (task > leaves[who] or draw.below(2, who, "late") == 0 or what == "contribute"):
            return "gone"
        chance = draw.unit(task, step, who)
        if chance < 0.25:
            return "fails"
        return "abstains" if chance < 0.5 and what in _CAN_ABSTAIN else "answers"

    unplanned = frozenset(seat for seat in range(1, n + 1) if draw.unit(seat, "unplanned") < 0.3)
    return Hardship(f"some abstain, fail or are removed, draw {seed}", Setting(n, TASKS, of, seed=seed, unplanned=unplanned, lost=lost))
