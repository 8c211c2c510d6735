"""How well a team gets over a shock, from the log alone."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from selforg_tui.core import events as ev
from selforg_tui.core.state import SessionState
from selforg_tui.metrics import quality

NEAR = 0.05
"""Q is back where it is within this share of what it was."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a team's quality after one shock."""

    shock: ev.Shocked
    before: float | None
    """Q of the last judged task that ended before the shock; None where there is none."""
    after: tuple[tuple[int, float | None], ...]
    """(task, Q) of each task that ended after it: the one in which it struck comes first, then the later ones. None: unjudged."""

    @property
    def index(self) -> float | None:
        """Mean over the judged tasks after the shock of min(1, Q_after / Q_before), in (0, 1] (ours, after the paper's shocks)."""
        if not self.before:
            return None
        shares = [min(1.0, q / self.before) for _, q in self.after if q is not None]
        return fmean(shares) if shares else None

    @property
    def tasks(self) -> int | None:
        """Recovery time (ours): tasks until Q is within 5 % of Q_before or above; 1 is made up for within the task in which it struck.

        None where it did not come back in this session, or is undefined.
        """
        if not self.before:
            return None
        least = (1 - NEAR) * self.before - 1e-12
        return next((place for place, (_, q) in enumerate(self.after, 1) if q is not None and q >= least), None)


def curve(state: SessionState) -> list[tuple[int, float | None]]:
    """(task, Q) of every task so far; None where it is unjudged."""
    return [(task.number, quality.q(task.scores)) for task in state.tasks]


def recoveries(state: SessionState) -> list[Recovery]:
    """One for each shock that did something to the team, in order. Several shocks share the tasks after them."""
    points = curve(state)
    found = []
    for shock in state.shocks:
        if shock.seats or shock.notice:
            before = next((q for task, q in reversed(points) if task < shock.task and q is not None), None)
            found.append(Recovery(shock, before, tuple(point for point in points if point[0] >= shock.task)))
    return found


def resilience_index(state: SessionState) -> float | None:
    """Mean of the shocks' indices, in (0, 1]; None where there is no shock, or none with a judged task on both sides."""
    return quality.mean([each.index for each in recoveries(state)])


def recovery(state: SessionState) -> float | None:
    """Mean recovery time over the shocks, in tasks, 1 and more; None where there is no shock, or one is not got over or undefined."""
    times = [each.tasks for each in recoveries(state)]
    known = [float(time) for time in times if time is not None]
    return fmean(known) if known and len(known) == len(times) else None


def as_objects(state: SessionState) -> list[dict[str, Any]]:
    """Every shock of the session, for JSON; undefined is null."""
    found = {id(each.shock): each for each in recoveries(state)}
    return [_object(shock, found.get(id(shock))) for shock in state.shocks]


def _object(shock: ev.Shocked, recovered: Recovery | None) -> dict[str, Any]:
    return {
        "task": shock.task,
        "after": shock.after,
        "kind": shock.kind,
        "planned": shock.planned,
        "seats": list(shock.seats),
        "model": shock.model or None,
        "notice": shock.notice or None,
        "text": shock.text,
        "q_before": recovered.before if recovered else None,
        "q_after": [{"task": task, "q": q} for task, q in recovered.after] if recovered else [],
        "index": recovered.index if recovered else None,
        "recovery": recovered.tasks if recovered else None,
    }
