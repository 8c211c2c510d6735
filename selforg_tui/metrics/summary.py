"""A session in one JSON object, as `run --json` prints it. Unknown prices and undefined measures are null, never 0."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from selforg_tui.core.config import Limits
from selforg_tui.core.state import SessionState, Tally, TaskState
from selforg_tui.metrics import effort, quality, structure


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
        "models": [spec.name for spec in config.seating()],
        "judge": config.judge.name if config.judge else None,
        "seed": config.seed,
        "simulated": asdict(state.simulated),
        "status": state.status or "interrupted",
        "status_text": state.ended,
        "role_persistence": structure.role_persistence(state),
        "q": quality.mean([quality.q(task.scores) for task in state.tasks]),
        "tokens": _tokens(state.team),
        "cost_usd": state.team.known_cost,
        "judging": {"tokens": _tokens(state.judging), "cost_usd": state.judging.known_cost},
        "calls": effort.counted(state.calls.values()),
        "seconds": round(state.t, 6),
        "warnings": list(state.warnings),
        "working_seconds": round(state.working, 6),
        "waiting_seconds": round(state.waiting, 6),
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
        "solution": task.solution,
        "q": q,
        "mission": m,
        "scores": {name: score.score for name, score in task.scores.items()} if task.scores else None,
        "unscored": task.unscored or None,
        "hierarchy_depth": structure.hierarchy_depth(task),
        "abstained": {"voluntary": statuses.count("out"), "directed": statuses.count("left out")},
        "failed": statuses.count("failed"),
        "roles": taken,
        "role_uniqueness": structure.role_uniqueness(taken),
        "role_gini": structure.role_gini(taken),
        "balance": quality.balance(q, m, seconds, team.input + team.output, team.known_cost, effort.risk(calls), limits),
        "overhead": effort.overhead(calls),
        "calls": effort.counted(calls),
        "tokens": _tokens(team),
        "cost_usd": team.known_cost if team.calls else None,
        "judging": {"tokens": _tokens(judging), "cost_usd": judging.known_cost if judging.calls else None},
        "seconds": round(seconds, 6),
    }


def _tokens(tally: Tally) -> dict[str, int]:
    return {"input": tally.input, "cached": tally.cached, "output": tally.output, "reasoning": tally.reasoning}


def _share(limits: Limits, tasks: int) -> Limits:
    """A task's even share of the session's limits."""
    return Limits(
        None if limits.cost_usd is None else limits.cost_usd / tasks,
        None if limits.tokens is None else limits.tokens // tasks or 1,
        None if limits.seconds is None else limits.seconds / tasks,
    )
