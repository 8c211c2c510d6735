"""What each model of a team gave and took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from selforg_tui.core.fold import add_call
from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT
from selforg_tui.core.seating import team_models
from selforg_tui.core.state import CallState, SessionState, Tally, TaskState
from selforg_tui.metrics import effort, money, quality


@dataclass(slots=True)
class Row:
    """One model: as a member of the team, or as judge. Counts are over all tasks."""

    model: str
    judge: bool = False
    writer: bool = False
    """It writes solutions up."""
    seats: list[int] = field(default_factory=list)
    """Seats in each task so far; empty for a judge."""
    contributions: int = 0
    """Seats whose contribution stands in a solution."""
    abstained: int = 0
    left_out: int = 0
    failed: int = 0
    built_on: int = 0
    """How often contributions depend on one of this model's (edges of kind `depends` that start there)."""
    words: int = 0
    """In its contributions, separated by spaces."""
    q: float | None = None
    """Mean Q of the judged tasks to which it contributed; None without any, and for judges. Q belongs to a whole solution: where
    several models contributed to one task it cannot be told apart, and they show the same. By level each task has one model."""
    tally: Tally = field(default_factory=Tally)
    """Tokens and money of all its calls, those that failed included as far as they took anything."""
    again: Tally = field(default_factory=Tally)
    """Of those the calls beyond first attempts: repairs, retries, warm-ups, and failed attempts."""
    repairs: int = 0
    retries: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    """Of its calls, added up; what ran side by side counts each."""

    @property
    def most_seats(self) -> int:
        """Seats in the task where it has most."""
        return max(self.seats, default=0)


def by_model(state: SessionState) -> list[Row]:
    """A row for each model of the team, most seats first, then one for each that judges, and that writes up."""
    if state.header is None:
        return []
    team = {spec.name: Row(spec.name) for spec in team_models(state.header.config)}
    others: dict[tuple[str, int], Row] = {}
    for task in state.tasks:
        _seats(task, team)
    for row in team.values():
        row.q = quality.mean([quality.q(task.scores) for task in state.tasks if _took_part(task, row.model)])
    calls: dict[int, list[CallState]] = {}
    for call in state.calls.values():
        seat = min(call.id.seat, 1)
        if seat == 1:
            row = team.setdefault(call.model, Row(call.model))
        else:
            row = others.setdefault((call.model, seat), Row(call.model, judge=seat == JUDGE_SEAT, writer=seat == WRITER_SEAT))
        calls.setdefault(id(row), []).append(call)
        add_call(row.tally, call)
        if call.purpose != "first" or call.status == "failed":
            add_call(row.again, call)
        row.repairs += call.purpose == "repair"
        row.retries += call.purpose == "retry"
        row.seconds += call.seconds or 0.0
    for row in (*team.values(), *others.values()):
        row.outcomes = effort.outcomes(calls.get(id(row), ()))
    return [*sorted(team.values(), key=lambda row: -row.most_seats), *others.values()]


def models_of(task: TaskState) -> list[str]:
    """The models that have seats in a task, once each, in the order of their first seats."""
    return list(dict.fromkeys(seat.model for seat in task.seats.values()))


def as_objects(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """For JSON; unknown is null."""
    return [_object(row) for row in rows]


def _object(row: Row) -> dict[str, Any]:
    return {
        "model": row.model,
        "judge": row.judge,
        "write_up": row.writer,
        "seats": row.seats,
        "contributions": row.contributions,
        "abstained": {"voluntary": row.abstained, "directed": row.left_out},
        "failed": row.failed,
        "built_on": row.built_on,
        "words": row.words,
        "q": row.q,
        "calls": {"answered": row.tally.calls, "repair": row.repairs, "retry": row.retries},
        "outcomes": row.outcomes,
        "tokens": effort.tokens(row.tally),
        "again_tokens": effort.tokens(row.again),
        **money.as_object(row.tally),
        "seconds": round(row.seconds, 6),
    }


def _seats(task: TaskState, rows: dict[str, Row]) -> None:
    for row in rows.values():
        row.seats.append(0)
    for seat in task.seats.values():
        if seat.status == "removed":
            continue
        if seat.model not in rows:  # a shock brought it in
            rows[seat.model] = Row(seat.model, seats=[0] * task.number)
        row = rows[seat.model]
        row.seats[-1] += 1
        row.contributions += seat.status == "in"
        row.abstained += seat.status == "out"
        row.left_out += seat.status == "left out"
        row.failed += seat.status == "failed"
        row.words += len(seat.contribution.split()) if seat.status == "in" else 0
    for edge in task.edges:
        if edge.kind == "depends" and edge.parent in task.seats:
            rows.setdefault(task.seats[edge.parent].model, Row(task.seats[edge.parent].model)).built_on += 1


def _took_part(task: TaskState, model: str) -> bool:
    return any(seat.model == model and seat.status == "in" for seat in task.seats.values())
