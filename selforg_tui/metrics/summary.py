"""A session in one JSON object, as `run --json` prints it. Unknown prices and undefined measures are null, never 0."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from selforg_tui.core.config import Limits, RunConfig
from selforg_tui.core.court import Median
from selforg_tui.core.events import Score
from selforg_tui.core.state import SessionState, Tally, TaskState, VerdictState
from selforg_tui.metrics import agreement, by_model, effort, money, quality, resilience, structure


def summary(state: SessionState) -> dict[str, Any]:
    """The session so far."""
    header = state.started
    config = header.config
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
        "role_persistence": structure.role_persistence(state),
        "q": quality.mean([quality.q(task.scores) for task in state.tasks]),
        "agreement": agreement.as_object(agreement.agreement(map(_scored, state.tasks))),
        "tokens": effort.tokens(state.team),
        **money.as_object(state.team),
        "again": {"tokens": effort.tokens(state.again), **money.as_object(state.again)},
        "judging": {"tokens": effort.tokens(state.judging), **money.as_object(state.judging)},
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
    statuses = [seat.status for seat in task.seats.values()]
    seconds = (task.ended if task.ended is not None else state.t) - task.started
    q, m = quality.q(task.scores), quality.m(task.scores)
    taken = structure.roles(task)
    limits = _share(state.started.config.limits, len(state.started.config.tasks))
    return {
        "task": task.text,
        "level": task.level,
        "models": by_model.models_of(task),
        "solution": task.solution,
        "q": q,
        "mission": m,
        "scores": {name: score.score for name, score in task.scores.items()} if task.scores else None,
        "unscored": task.unscored or None,
        "court": [_judge(place, verdict) for place, verdict in task.verdicts.items()],
        "spread": {name: score.high - score.low for name, score in (task.scores or {}).items() if isinstance(score, Median)} or None,
        "agreement": agreement.as_object(agreement.agreement([_scored(task)])),
        "hierarchy_depth": structure.hierarchy_depth(task),
        "abstained": {"voluntary": statuses.count("out"), "directed": statuses.count("left out")},
        "failed": statuses.count("failed"),
        "removed": sorted(seat.seat for seat in task.seats.values() if seat.removed),
        "roles": taken,
        "role_uniqueness": structure.role_uniqueness(taken),
        "role_gini": structure.role_gini(taken),
        "balance": quality.balance(q, m, seconds, team.input + team.output, team.known_cost, effort.risk(calls), limits),
        "overhead": effort.overhead(calls),
        "calls": effort.counted(calls),
        "outcomes": effort.outcomes(calls),
        "tokens": effort.tokens(team),
        **_money(team),
        "judging": {"tokens": effort.tokens(judging), **_money(judging)},
        "seconds": round(seconds, 6),
    }


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


def _models(config: RunConfig) -> list[str]:
    """By seat; where models go by level, the two models, the stronger first, and each task names its own."""
    return [spec.name for spec in (config.models if config.arrangement == "by-level" else config.seating())]


def _money(tally: Tally) -> dict[str, Any]:
    """As for the whole session; the cost of nothing called is null here."""
    return {**money.as_object(tally), **({} if tally.calls else {"cost_usd": None})}


def _share(limits: Limits, tasks: int) -> Limits:
    """A task's even share of the session's limits."""
    return Limits(
        None if limits.cost_usd is None else limits.cost_usd / tasks,
        None if limits.tokens is None else limits.tokens // tasks or 1,
        None if limits.seconds is None else limits.seconds / tasks,
    )
