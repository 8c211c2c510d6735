"""Quality against what it took: the balance B and the objective J, with their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selforg_tui.core.config import Limits
from selforg_tui.core.state import CallState, SessionState, TaskState
from selforg_tui.metrics import effort, quality

WEIGHTS = {"Q": 0.25, "M": 0.20, "T": 0.20, "C": 0.20, "R": 0.15}
"""Of B, by arXiv:2603.28990; those of J are not given there, and are the same here (ours)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task or session gave and took. None where it is unknown."""

    q: float | None
    m: float | None
    seconds: float
    tokens: int
    """Of the team, in and out."""
    cost_usd: float | None
    risk: float | None


def of_task(state: SessionState, task: TaskState) -> Outcome:
    """One task."""
    return _outcome(quality.q(task.scores), quality.m(task.scores), seconds(state, task), [state.calls[name] for name in task.calls])


def of_session(state: SessionState) -> Outcome:
    """The whole session: Q and M are means over the judged tasks, T is the sum of the tasks' times."""
    q, m = (quality.mean([measure(task.scores) for task in state.tasks]) for measure in (quality.q, quality.m))
    return _outcome(q, m, sum(seconds(state, task) for task in state.tasks), list(state.calls.values()))


def seconds(state: SessionState, task: TaskState) -> float:
    """T: from the start of a task to its end, or to the latest event; arXiv:2603.28990."""
    return (task.ended if task.ended is not None else state.t) - task.started


def share_of_limits(limits: Limits, tasks: int) -> Limits:
    """A task's even share of the session's limits (ours)."""
    return Limits(
        None if limits.cost_usd is None else limits.cost_usd / tasks,
        None if limits.tokens is None else limits.tokens // tasks or 1,
        None if limits.seconds is None else limits.seconds / tasks,
    )


def balance(found: Outcome, limits: Limits) -> float | None:
    """B = 0.25 Q + 0.20 M + 0.20 T̂ + 0.20 Ĉ + 0.15 R̂, in [0, 1]; arXiv:2603.28990.

    Of a run on its own, T̂ and Ĉ are 1 − used / limit and R̂ is 1 − R (ours). Tokens count where they have a limit, else money.
    None without a verdict, without a limit on time, and without one on tokens or on money whose amount is known.
    """
    shares = _shares(found, limits)
    if shares is None or found.q is None or found.m is None:
        return None
    time, cost, risk = shares
    return _weighted(found.q, found.m, 1 - time, 1 - cost, 1 - risk)


def objective(found: Outcome, limits: Limits) -> float | None:
    """J of one task = 0.25 Q + 0.20 M − 0.20 T − 0.20 C − 0.15 R, in [−0.44, 0.45]; arXiv:2603.28990, the weights ours.

    T and C are used / limit, R is a share already. None as B is.
    """
    shares = _shares(found, limits)
    if shares is None or found.q is None or found.m is None:
        return None
    time, cost, risk = shares
    return _weighted(found.q, found.m, -time, -cost, -risk)


def task_limits(state: SessionState) -> Limits:
    """What of the session's limits one task may take."""
    config = state.started.config
    return share_of_limits(config.limits, max(1, len(config.tasks)))


def session_objective(state: SessionState) -> float | None:
    """J = Σ of its tasks' J; arXiv:2603.28990. None where one of them is None, and without tasks."""
    limits = task_limits(state)
    found = [objective(of_task(state, task), limits) for task in state.tasks]
    known = [one for one in found if one is not None]
    return sum(known) if known and len(known) == len(found) else None


def expected_objective(states: Sequence[SessionState]) -> float | None:
    """E J over several runs of the same tasks: the mean of those that are known. None where none is."""
    return quality.mean([session_objective(state) for state in states])


def session_balance(state: SessionState) -> float | None:
    """B of a whole session against all of its limits."""
    return balance(of_session(state), state.started.config.limits)


def compared_balances(states: Sequence[SessionState]) -> list[float | None]:
    """B of each of a set of sessions, normalised within the set; see `balances`."""
    return balances([of_session(state) for state in states])


def balances(runs: Sequence[Outcome]) -> list[float | None]:
    """B of each run, in [0, 1], with T̂, Ĉ and R̂ normalised within these runs: the best has 1, the worst 0, all 1 where they tie (ours).

    Q̂ = Q and M̂ = M; C is in tokens. Runs without a verdict or without R have None, and do not count for the others: a value
    means something only beside the runs it was made with.
    """
    whole = [run for run in runs if _complete(run)]
    found: list[float | None] = []
    for run in runs:
        if not _complete(run) or run.q is None or run.m is None:
            found.append(None)
            continue
        time = _place(run.seconds, [one.seconds for one in whole])
        cost = _place(run.tokens, [one.tokens for one in whole])
        risk = _place(run.risk or 0.0, [one.risk or 0.0 for one in whole])
        found.append(_weighted(run.q, run.m, time, cost, risk))
    return found


def _outcome(q: float | None, m: float | None, took: float, calls: list[CallState]) -> Outcome:
    tally = effort.tally(effort.by_team(calls))
    return Outcome(q, m, took, tally.input + tally.output, tally.known_cost, effort.risk(calls))


def _shares(found: Outcome, limits: Limits) -> tuple[float, float, float] | None:
    """Time, cost and risk as shares of what was allowed, each in [0, 1]; None where one is not known."""
    if limits.seconds is None or found.risk is None:
        return None
    if limits.tokens is not None:
        cost = found.tokens / limits.tokens
    elif limits.cost_usd is not None and found.cost_usd is not None:
        cost = found.cost_usd / limits.cost_usd
    else:
        return None
    return min(1.0, found.seconds / limits.seconds), min(1.0, cost), found.risk


def _weighted(q: float, m: float, time: float, cost: float, risk: float) -> float:
    values = {"Q": q, "M": m, "T": time, "C": cost, "R": risk}
    return sum(WEIGHTS[name] * value for name, value in values.items())


def _complete(run: Outcome) -> bool:
    return run.q is not None and run.m is not None and run.risk is not None


def _place(value: float, among: Sequence[float]) -> float:
    """1 for the least, 0 for the most, 1 for all where they tie."""
    least, most = min(among), max(among)
    return 1.0 if most == least else (most - value) / (most - least)
