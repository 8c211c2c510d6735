"""A session's task as a case for running a protocol on paper: who speaks when, and what is known of who said nothing."""

from __future__ import annotations

from selforg_tui.core.calls import StepKind
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.decisions import read_ratings
from selforg_tui.core.reader import Unreadable
from selforg_tui.core.state import CallState, SessionState, TaskState
from selforg_tui.engine.turns import in_turns
from selforg_tui.protocols.sight import Case


def case_of(state: SessionState, task: TaskState, protocol: str | None = None) -> Case:
    """The case of a task under the session's own protocol (None) or another with its defaults, as far as the task has come.

    Under another protocol, whoever stayed out is taken to stay out as well. Raises LookupError before the session began.
    """
    config = state.started.config
    own = protocol is None or protocol == config.protocol
    over = task.ended is not None or state.status is not None
    quiet, unheard = set(), 0
    for seat in task.seats.values():
        if seat.contribution:
            continue
        if over or seat.removed or seat.status in ("out", "left out", "failed", "removed"):
            quiet.add(seat.seat)
        else:
            unheard += 1
    specs, gone = _seated(state, task)
    case = Case(
        protocol or config.protocol,
        tuple((agent.seat, agent.model) for agent in in_turns(config, task.number, specs) if agent.seat not in gone),
        seed=config.seed,
        task=task.number,
        history=tuple(
            (earlier.number, tuple((seat.seat, seat.role) for seat in earlier.seats.values() if seat.contribution))
            for earlier in state.tasks[: task.number - 1]
        ),
        quiet=frozenset(quiet),
        open=unheard,
    )
    return _with_answers(case, state, task) if own else case


def _seated(state: SessionState, task: TaskState) -> tuple[list[ModelSpec], set[int]]:
    """One model a seat when the task began, and who was no longer there."""
    specs, gone = list(state.started.config.seating(task.level)), set[int]()
    for shock in state.shocks:
        if shock.task < task.number or (shock.task == task.number and not shock.asked):
            if shock.model:
                for seat in shock.seats:
                    specs[seat - 1] = ModelSpec.parse(shock.model)
            elif shock.kind in ("remove-random", "remove-hub"):
                gone.update(shock.seats)
    return specs, gone


def _with_answers(case: Case, state: SessionState, task: TaskState) -> Case:
    """The case with what is known of plans, intentions, signals and ratings, which only the session's own protocol has asked for."""
    from msgspec.structs import replace

    asked = [state.calls[name] for part in (state.before, task) if part is not None for name in part.calls]
    last: dict[tuple[str, int], CallState] = {(call.id.step, call.id.seat): call for call in asked if call.purpose != "warm-up"}
    silent, ratings = set(), []
    planned: tuple[int, ...] | None = None
    for (step, seat), call in last.items():
        kinds: tuple[StepKind, ...] = ("plan", "intend", "signal", "rate")
        if call.kind not in kinds or call.status == "running" or call.retry_in is not None:
            continue
        if not call.usable or (call.kind == "intend" and not task.seats[seat].intention):
            silent.add((step, seat))
        elif call.kind == "plan":
            part = state.task_of(call.id.task)
            planned = tuple(each.seat for each in part.seats.values() if each.assignment is not None)
        elif call.kind == "rate":
            try:
                given = read_ratings(call.text, {int(name) for name in call.sees if name.isdigit()})
            except Unreadable:
                continue
            ratings.append((step, seat, tuple(given.items())))
    parameters = tuple(state.started.config.parameters.items())
    return replace(case, parameters=parameters, silent=frozenset(silent), planned=planned, ratings=tuple(ratings))
