"""The registry of measures: JSON, the report, the app and docs/metrics.md read what a measure is from here.

To add one: write its function beside its like, and an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from selforg_tui.core.state import CallState, SessionState, TaskState
from selforg_tui.metrics import balance, effort, length, participation, quality, resilience, roles, structure
from selforg_tui.metrics.measure import DOLLARS, OURS, PAPER, SEAT, SECONDS, SHARE, Measure, Value

_Number = float | int | None
MEAN = "mean over the tasks that have it; a task under way counts from its first contribution"
SUM = "sum over the tasks"
ALL_SEATS = "over the seats of all tasks"
ALL_CALLS = "over all calls of the session, those before the first task included"
ALL_ROLES = "over the roles taken in all tasks"
DECLARED = f"{PAPER}; what counts as a dependency is ours"


def of_task(state: SessionState, task: TaskState) -> dict[str, Value]:
    """By name, the value of each measure that one task has."""
    return {measure.name: measure.task(state, task) for measure in MEASURES if measure.task is not None}


def of_session(state: SessionState) -> dict[str, Value]:
    """By name, the value of each measure over the session so far."""
    return {measure.name: measure.session(state) for measure in MEASURES if measure.session is not None}


def _calls(state: SessionState, task: TaskState) -> list[CallState]:
    return [state.calls[name] for name in task.calls]


def _cost(state: SessionState, task: TaskState) -> float | None:
    tally = effort.tally(effort.by_team(_calls(state, task)))
    return tally.known_cost if tally.calls else None


def _each(amount: Callable[[Sequence[CallState]], int | None], calls: Sequence[CallState], *tasks: TaskState) -> float | None:
    return effort.each(amount(calls), participation.contributed(*tasks))


def _team_calls(calls: Sequence[CallState]) -> int:
    return len(effort.by_team(calls))


def _every(state: SessionState) -> list[CallState]:
    return list(state.calls.values())


def _mean(measure: Callable[[TaskState], _Number]) -> Callable[[SessionState], _Number]:
    return lambda state: quality.mean([measure(task) for task in state.tasks if task.ended is not None or structure.depths(task)])


def _hub(*tasks: TaskState) -> int | None:
    found = structure.hub(*tasks)
    return found.seat if found else None


MEASURES: tuple[Measure, ...] = (
    Measure(
        "q", "quality Q", "quality", "How good the judge finds the solution; one verdict moves in steps of 1/16.",
        "(accuracy + completeness + coherence + actionability) / 16, each from 1 to 4", "0.25 to 1", SHARE, PAPER, "higher",
        lambda _, task: quality.q(task.scores), _mean(lambda task: quality.q(task.scores)), MEAN,
    ),
    Measure(
        "mission", "mission relevance M", "quality", "How well the solution serves the mission, by the judge.",
        "mission score / 4", "0.25 to 1", SHARE, PAPER, "higher",
        lambda _, task: quality.m(task.scores), _mean(lambda task: quality.m(task.scores)), MEAN,
    ),
    Measure(
        "solution_words", "solution words", "quality", "How long the solution is: judges like length, so no Q should be read without it.",
        "words of the solution, separated by white space", "0 or more", "words", OURS, "neutral",
        lambda _, task: length.solution_words(task), lambda state: length.solution_words(*state.tasks), SUM,
    ),
    Measure(
        "solution_characters", "solution characters", "quality", "The same for languages that write without spaces.",
        "characters of the solution", "0 or more", "characters", OURS, "neutral",
        lambda _, task: length.solution_characters(task), lambda state: length.solution_characters(*state.tasks), SUM,
    ),
    Measure(
        "balance", "balance B", "balance", "Quality and relevance against time, cost and risk, measured by the run's own limits.",
        "0.25 Q + 0.20 M + 0.20 (1 − T / limit) + 0.20 (1 − C / limit) + 0.15 (1 − R); C in tokens if they have a limit, else money; "
        "a task has an even share of the limits", "0 to 1; undefined without limits on time and cost", SHARE,
        f"{PAPER}; the limits as yardstick are ours", "higher",
        lambda state, task: balance.balance(balance.of_task(state, task), balance.task_limits(state)),
        balance.session_balance, "Q and M as means, T, C and R of the whole session against all of its limits",
    ),
    Measure(
        "objective", "objective J", "balance", "What a team should make as large as it can: worth less effort and risk.",
        "0.25 Q + 0.20 M − 0.20 T / limit − 0.20 C / limit − 0.15 R",
        "−0.44 to 0.45 a task; undefined without limits on time and cost", "points", f"{PAPER}; the weights, those of B, are ours",
        "higher",
        lambda state, task: balance.objective(balance.of_task(state, task), balance.task_limits(state)),
        balance.session_objective, "sum over the tasks; undefined where one has none",
    ),
    Measure(
        "seconds", "time T", "effort", "How long it took, from the start of a task to its end.",
        "end of the task − its start", "0 or more", SECONDS, PAPER, "lower",
        lambda state, task: round(balance.seconds(state, task), 6),
        lambda state: round(balance.of_session(state).seconds, 6), SUM,
    ),
    Measure(
        "tokens_used", "cost C in tokens", "effort", "What the team read and wrote; judging is apart.",
        "Σ (input + output) of the team's calls, failed ones included as far as they took anything", "0 or more", "tokens", PAPER, "lower",
        lambda state, task: effort.spent(_calls(state, task)), lambda state: effort.spent(_every(state)), ALL_CALLS,
    ),
    Measure(
        "cost_usd", "cost C in money", "effort", "What the team's calls cost; that of simulated models is imaginary.",
        "Σ tokens × price, unknown where the price of one call is", "0 or more", DOLLARS, PAPER, "lower",
        _cost, lambda state: state.team.known_cost if state.team.calls else None, ALL_CALLS,
    ),
    Measure(
        "risk", "risk R", "effort", "How much went wrong: calls that failed for good or could not be read.",
        "(calls failed for good + replies not readable) / calls that ended; failures that were tried again are not counted",
        "0 to 1", SHARE, f"{PAPER}; as compliance failures and errors, counted by ours", "lower",
        lambda state, task: effort.risk(_calls(state, task)), lambda state: effort.risk(_every(state)), ALL_CALLS,
    ),
    Measure(
        "overhead", "coordination overhead", "effort", "How much of the team's tokens went into coordinating rather than working.",
        "tokens of plan, intend, signal and rate steps / tokens of the team", "0 to 1", SHARE, OURS, "lower",
        lambda state, task: effort.overhead(_calls(state, task)), lambda state: effort.overhead(_every(state)), ALL_CALLS,
    ),
    Measure(
        "tokens_per_contribution", "tokens per contribution", "effort", "What one part of the solution takes.",
        "C in tokens / contributions", "0 or more", "tokens", OURS, "lower",
        lambda state, task: _each(effort.spent, _calls(state, task), task),
        lambda state: _each(effort.spent, _every(state), *state.tasks), ALL_CALLS,
    ),
    Measure(
        "calls_per_contribution", "calls per contribution", "effort", "How many calls stand behind one part of the solution.",
        "calls of the team, repairs and retries included / contributions", "1 or more", "calls", OURS, "lower",
        lambda state, task: _each(_team_calls, _calls(state, task), task),
        lambda state: _each(_team_calls, _every(state), *state.tasks), ALL_CALLS,
    ),
    Measure(
        "parallelism", "parallelism", "effort", "How many agents were at work at once, on average while any was.",
        "Σ seconds of the team's calls / seconds in which any was under way", "1 to the number of agents", "calls at once", OURS, "neutral",
        lambda state, task: effort.parallelism(_calls(state, task)), lambda state: effort.parallelism(_every(state)), ALL_CALLS,
    ),
    Measure(
        "hierarchy_depth", "hierarchy depth HD", "structure", "The longest chain of agents of whom each built on the one before.",
        "agents on the longest path of declared dependencies; 1 is flat, 0 is nobody", "0 to the number of agents", "agents", DECLARED,
        "neutral", lambda _, task: structure.hierarchy_depth(task), _mean(structure.hierarchy_depth), MEAN,
    ),
    Measure(
        "widths", "width per depth", "structure", "How many contributions stand at each depth, from the roots on.",
        "contributions whose longest chain has 1, 2, … agents", "each 1 or more", "agents", OURS, "neutral",
        lambda _, task: structure.widths(task),
    ),
    Measure(
        "width", "greatest width", "structure", "How many contributions stand side by side where the hierarchy is widest.",
        "most contributions at one depth", "0 to the number of agents", "agents", OURS, "neutral",
        lambda _, task: structure.width(task), _mean(structure.width), MEAN,
    ),
    Measure(
        "roots", "roots", "structure", "How many contributions build on nobody.",
        "contributions without a declared dependency", "0 to the number of agents", "agents", OURS, "neutral",
        lambda _, task: structure.roots(task), _mean(structure.roots), MEAN,
    ),
    Measure(
        "hub", "hub", "structure", "The agent that most others built on; of several the one with the lowest seat.",
        "seat with most direct dependents", "a seat; undefined where nobody built on anybody", SEAT, f"{PAPER}; counted by ours", "neutral",
        lambda _, task: _hub(task), lambda state: _hub(*state.tasks), "over the dependencies of all tasks",
    ),
    Measure(
        "hub_share", "hub's share", "structure", "How much the team hangs on one agent.",
        "direct dependents of the hub / other contributions", "0 to 1; undefined with fewer than two contributions", SHARE, OURS, "neutral",
        lambda _, task: structure.hub_share(task), _mean(structure.hub_share), MEAN,
    ),
    Measure(
        "density", "density", "structure", "How much of all possible building on each other was declared.",
        "pairs of which one built on the other / all pairs of contributions", "0 to 1; undefined with fewer than two contributions", SHARE,
        OURS, "neutral", lambda _, task: structure.density(task), _mean(structure.density), MEAN,
    ),
    Measure(
        "contributions", "contributions", "participation", "How many agents have a part in the solution.",
        "seats whose contribution stands", "0 to the number of agents", "agents", OURS, "neutral",
        lambda _, task: participation.contributed(task), lambda state: participation.contributed(*state.tasks), SUM,
    ),
    Measure(
        "participation_rate", "participation", "participation", "Which share of the team took part.",
        "contributions / seats that took part, stayed out, were left out or failed", "0 to 1", SHARE, OURS, "neutral",
        lambda _, task: participation.participation_rate(task), lambda state: participation.participation_rate(*state.tasks), ALL_SEATS,
    ),
    Measure(
        "abstained_voluntary", "stayed out", "participation", "How many agents chose to stay out: voluntary abstention.",
        "seats that abstained by their own decision", "0 to the number of agents", "agents", PAPER, "neutral",
        lambda _, task: participation.turnout(task).voluntary, lambda state: participation.turnout(*state.tasks).voluntary, SUM,
    ),
    Measure(
        "abstained_directed", "left out", "participation", "How many agents a coordinator left out: directed abstention.",
        "seats that the plan left out; they are not called", "0 to the number of agents", "agents", PAPER, "neutral",
        lambda _, task: participation.turnout(task).directed, lambda state: participation.turnout(*state.tasks).directed, SUM,
    ),
    Measure(
        "voluntary_rate", "voluntary abstention", "participation", "Which share of the team chose to stay out.",
        "stayed out / seats that took part, stayed out, were left out or failed", "0 to 1", SHARE, PAPER, "neutral",
        lambda _, task: participation.voluntary_rate(task), lambda state: participation.voluntary_rate(*state.tasks), ALL_SEATS,
    ),
    Measure(
        "directed_rate", "directed abstention", "participation", "Which share of the team was left out.",
        "left out / seats that took part, stayed out, were left out or failed", "0 to 1", SHARE, PAPER, "neutral",
        lambda _, task: participation.directed_rate(task), lambda state: participation.directed_rate(*state.tasks), ALL_SEATS,
    ),
    Measure(
        "failure_rate", "failed seats", "participation", "Which share of the team failed; a failure is never an abstention.",
        "failed / seats that took part, stayed out, were left out or failed", "0 to 1", SHARE, OURS, "lower",
        lambda _, task: participation.failure_rate(task), lambda state: participation.failure_rate(*state.tasks), ALL_SEATS,
    ),
    Measure(
        "unique_roles", "unique roles", "roles", "How many different roles the team invented; names that differ only in form are one.",
        "number of different normalised names of roles of contributions", "0 or more", "roles", PAPER, "neutral",
        lambda _, task: roles.unique_roles(roles.roles(task)), lambda state: roles.unique_roles(roles.session_roles(state)), ALL_ROLES,
    ),
    Measure(
        "role_uniqueness", "role uniqueness", "roles", "How rarely agents take the same role.",
        "unique roles / roles taken", "above 0 to 1", SHARE, f"{OURS}; the second thing that {PAPER} calls RSI", "neutral",
        lambda _, task: roles.role_uniqueness(roles.roles(task)), lambda state: roles.role_uniqueness(roles.session_roles(state)),
        ALL_ROLES,
    ),
    Measure(
        "roles_used_once", "roles used once", "roles", "How many of the roles were taken by one agent, one time.",
        "roles used exactly once / unique roles", "0 to 1", SHARE, PAPER, "neutral",
        lambda _, task: roles.used_once(roles.roles(task)), lambda state: roles.used_once(roles.session_roles(state)), ALL_ROLES,
    ),
    Measure(
        "role_gini", "Gini of roles", "roles", "How unevenly the roles are used: 0 where all are used equally often.",
        "Σ (2i − n − 1) cᵢ / (n Σ cᵢ), cᵢ the uses of the n roles in ascending order", "0 to below 1", SHARE, PAPER, "neutral",
        lambda _, task: roles.role_gini(roles.roles(task)), lambda state: roles.role_gini(roles.session_roles(state)), ALL_ROLES,
    ),
    Measure(
        "role_persistence", "role persistence", "roles", "How often an agent keeps its role from one task to its next; free teams go to 0.",
        "pairs of an agent's consecutive tasks with the same role / all such pairs; tasks in which it took no part do not interrupt",
        "0 to 1; undefined before an agent took part twice", SHARE, f"{OURS}; the first thing that {PAPER} calls RSI", "neutral",
        None, roles.role_persistence, "only means something over several tasks",
    ),
    Measure(
        "shocks", "shocks", "resilience", "How often something happened to the team.",
        "number of removals, other models and notices", "0 or more", "shocks", PAPER, "neutral",
        lambda state, task: sum(shock.task == task.number for shock in state.shocks), lambda state: len(state.shocks), SUM,
    ),
    Measure(
        "resilience", "resilience index", "resilience", "How much of its quality a team keeps after a shock.",
        "mean over the judged tasks from the shock's own on of min(1, Q / Q before); Q before: that of the last judged task before it",
        "0 to 1; undefined without verdicts before and after", SHARE,
        f"{PAPER}; defined by ours", "higher", None, resilience.resilience_index, "mean over the shocks",
    ),
    Measure(
        "recovery_tasks", "recovery time", "resilience", "How many tasks pass until quality is back.",
        "tasks until Q is within 5 % of Q before; 1: within the task in which it struck",
        "1 or more; undefined where it is not back so far", "tasks", f"{PAPER}; defined by ours", "lower",
        None, resilience.recovery, "mean over the shocks",
    ),
)  # fmt: skip
"""All measures, by group."""
BY_NAME = {measure.name: measure for measure in MEASURES}
