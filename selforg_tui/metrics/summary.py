"""A session in one JSON object, as `run --json` prints it. Unknown prices and undefined measures are null, never 0."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from selforg_tui.core.config import RunConfig
from selforg_tui.core.court import Median
from selforg_tui.core.events import Score
from selforg_tui.core.state import SessionState, Tally, TaskState, VerdictState
from selforg_tui.metrics import agreement, by_model, effort, measures, money, quality, resilience, roles

OF_A_TASK = ("q", "mission", "hierarchy_depth", "role_uniqueness", "role_gini", "balance", "overhead", "seconds")
"""Measures that stand beside a task's facts, and among all its `measures` as well."""


def summary(state: SessionState) -> dict[str, Any]:
    """The session so far."""
    header = state.started
    config = header.config
    measured = measures.of_session(state)
    return {
        "session": header.id,
        "mission": config.mission,
        "protocol": config.protocol,
        "parameters": dict(config.parameters),
        "agents": config.agents,
        "models": _models(config),
        "arrangement": config.arrangement,
        "order": config.order,
        "abstention": config.abstention,
        "warm_up": config.warm_up,
        "judge": config.judge.name if config.judge else None,
        "judges": [spec.name for spec in config.judges],
        "seed": config.seed,
        "simulated": asdict(state.simulated),
        "status": state.status or "interrupted",
        "status_text": state.ended,
        "role_persistence": measured["role_persistence"],
        "q": measured["q"],
        "measures": measured,
        "role_names": _names(roles.session_roles(state)),
        "agreement": agreement.as_object(agreement.agreement(map(_scored, state.tasks))),
        "tokens": effort.tokens(state.team),
        **money.as_object(state.team),
        "again": {"tokens": effort.tokens(state.again), **money.as_object(state.again)},
        "judging": {"tokens": effort.tokens(state.judging), **money.as_object(state.judging)},
        **({"writing": {"tokens": effort.tokens(state.writing), **money.as_object(state.writing)}} if config.write_up else {}),
        "calls": effort.counted(state.calls.values()),
        "outcomes": effort.outcomes(state.calls.values()),
        "by_model": by_model.as_objects(by_model.by_model(state)),
        "seconds": round(state.t, 6),
        "warnings": list(state.warnings),
        "working_seconds": round(state.working, 6),
        "waiting_seconds": round(state.waiting, 6),
        "shocks": resilience.as_objects(state),
        "resilience_index": resilience.resilience_index(state),
        "recovery": resilience.recovery(state),
        "tasks": [_task(state, task) for task in state.tasks],
    }


def _task(state: SessionState, task: TaskState) -> dict[str, Any]:
    calls = [state.calls[name] for name in task.calls]
    team, judging = effort.tally(effort.by_team(calls)), effort.tally(effort.by_judge(calls))
    measured = measures.of_task(state, task)
    taken = roles.roles(task)
    return {
        "task": task.text,
        "level": task.level,
        "models": by_model.models_of(task),
        "solution": task.solution,
        **_write_up(state, task),
        "scores": {name: score.score for name, score in task.scores.items()} if task.scores else None,
        "unscored": task.unscored or None,
        "court": [_judge(place, verdict) for place, verdict in task.verdicts.items()],
        "spread": {name: score.high - score.low for name, score in (task.scores or {}).items() if isinstance(score, Median)} or None,
        "agreement": agreement.as_object(agreement.agreement([_scored(task)])),
        "abstained": {"voluntary": measured["abstained_voluntary"], "directed": measured["abstained_directed"]},
        "failed": [seat.status for seat in task.seats.values()].count("failed"),
        "removed": sorted(seat.seat for seat in task.seats.values() if seat.removed),
        "roles": taken,
        "role_names": _names(taken),
        **{name: measured[name] for name in OF_A_TASK},
        "measures": measured,
        "calls": effort.counted(calls),
        "outcomes": effort.outcomes(calls),
        "tokens": effort.tokens(team),
        **_money(team),
        "judging": {"tokens": effort.tokens(judging), **_money(judging)},
    }


def _write_up(state: SessionState, task: TaskState) -> dict[str, Any]:
    """The readable text, or why there is none; nothing where none was asked for."""
    if not state.started.config.write_up:
        return {}
    return {"write_up": task.write_up or None, "written_by": task.written_by or None, "unwritten": task.unwritten or None}


def _judge(place: int, verdict: VerdictState) -> dict[str, Any]:
    """One of the court; `judge` counts from 1."""
    scores = {name: score.score for name, score in verdict.scores.items()} if verdict.scores else None
    return {
        "judge": place + 1,
        "model": verdict.model,
        "scores": scores,
        "unscored": verdict.unscored or None,
        "q": quality.q(verdict.scores),
    }


def _scored(task: TaskState) -> list[dict[str, Score]]:
    return [verdict.scores for verdict in task.verdicts.values() if verdict.scores]


def _names(taken: list[str]) -> dict[str, dict[str, int]]:
    """By normalised name, the raw ones and how often each was used."""
    return {name: dict(raw) for name, raw in roles.names(taken).items()}


def _models(config: RunConfig) -> list[str]:
    """By seat; where models go by level, the two models, the stronger first, and each task names its own."""
    return [spec.name for spec in (config.models if config.arrangement == "by-level" else config.seating())]


def _money(tally: Tally) -> dict[str, Any]:
    """As for the whole session; the cost of nothing called is null here."""
    return {**money.as_object(tally), **({} if tally.calls else {"cost_usd": None})}
