"""The fold: what each event does to the state of a session. The only place where a state changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from selforg_tui.core import events as ev
from selforg_tui.core.court import names_in_words, together
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.core.state import CallState, EdgeState, SeatState, SeatStatus, SessionState, Tally, TaskState, VerdictState


def fold(events: Iterable[ev.AnyEvent], state: SessionState | None = None) -> SessionState:
    """The state after these events."""
    state = SessionState() if state is None else state
    for event in events:
        apply(state, event)
    return state


def apply(state: SessionState, event: ev.AnyEvent) -> None:
    """Take one more event into account. Raises LookupError or ValueError for one that does not fit the state."""
    state.seq, state.t = event.seq, event.t
    handler = _HANDLERS.get(type(event))
    if handler is not None:
        handler(state, event)


def _session_started(state: SessionState, event: ev.SessionStarted) -> None:
    if state.header is not None:
        raise ValueError("a session starts once")
    state.header = event.header


def _task_started(state: SessionState, event: ev.TaskStarted) -> None:
    task = state.new_task(event.task, event.level, event.text)
    state.tasks.append(task)
    for shock in state.shocks:
        _suffered(task, shock, event)


def _block(state: SessionState, event: ev.BlockAdded) -> None:
    state.blocks[event.id] = (event.part, event.text)


def _call_started(state: SessionState, event: ev.CallStarted) -> None:
    call = CallId.parse(event.call)
    state.calls[event.call] = CallState(
        call, event.kind, event.purpose, event.model, event.blocks, event.digest, event.sees, event.shortened, event.t,
        waited=event.waited, version=event.seq,
    )  # fmt: skip
    state.waiting += event.waited
    task = state.task_of(call.task)
    task.calls.append(event.call)
    task.version = event.seq
    seat = task.seats.get(call.seat)
    if seat is not None:
        seat.calls.append(event.call)
        seat.status, seat.step = "deciding", call.step
        _note(seat, event)
        if state.shocks:  # another model may have taken over after the seat did something before
            seat.model = event.model


def _call_delta(state: SessionState, event: ev.CallDelta) -> None:
    call = state.calls[event.call]
    call.text += event.text
    _touch(state, call, event, noted=False)


def _call_finished(state: SessionState, event: ev.CallFinished) -> None:
    call = state.calls[event.call]
    call.status, call.text, call.usage, call.price, call.cost_usd = "done", event.text, event.usage, event.price, event.cost_usd
    call.seconds, call.first, call.answered_by, call.finish = event.seconds, event.first, event.model, event.finish
    call.simulated, call.reasoning, call.structure, call.saved_usd = event.simulated, event.reasoning, event.structure, event.saved_usd
    state.working += event.seconds
    _count(state, call, again=call.purpose != "first")
    if call.id.seat > JUDGE_SEAT:
        state.simulated_replies += event.simulated
    _touch(state, call, event)


def _call_failed(state: SessionState, event: ev.CallFailed) -> None:
    call = state.calls[event.call]
    call.status, call.problem, call.retry_in, call.usable = "failed", event.text, event.retry_in, False
    call.failure, call.seconds = event.kind, event.t - call.started
    state.working += event.t - call.started
    state.waiting += event.retry_in or 0.0
    if event.usage is not None:
        call.usage, call.price, call.cost_usd = event.usage, event.price, event.cost_usd
        _count(state, call, again=True)
    _touch(state, call, event)


def _unread(state: SessionState, event: ev.Unread) -> None:
    call = state.calls[event.call]
    call.problem, call.usable = event.text, False
    _touch(state, call, event)


def _planned(state: SessionState, event: ev.Planned) -> None:
    task = state.task_of(event.task)
    for assignment in event.assignments:
        seat = task.seats[assignment.seat]
        seat.assignment = assignment
        _note(seat, event)
        if not seat.role:
            seat.role = assignment.role
    _settle(task, event.seat, "waiting", event)


def _intended(state: SessionState, event: ev.Intended) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.intention = event.role, event.text if event.participate else ""
    _settle(task, event.seat, "waiting", event)


def _signalled(state: SessionState, event: ev.Signalled) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.intention = event.role, f"{event.role} ({event.intensity:.0%})"
    _settle(task, event.seat, "waiting", event)


def _rated(state: SessionState, event: ev.Rated) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    _settle(task, event.seat, "in" if seat.contribution else "waiting", event)


def _shocked(state: SessionState, event: ev.Shocked) -> None:
    task = state.task_of(event.task)
    _suffered(task, event, event)
    state.shocks.append(event)
    state.moments.append((event.t, "shock"))
    task.version = event.seq


def _suffered(task: TaskState, shock: ev.Shocked, event: ev.Event) -> None:
    """What a shock makes of the seats of a task: who did something before in it is still shown with that."""
    for number in shock.seats:
        seat = task.seats[number]
        untouched = seat.status == "waiting"
        if shock.kind in ("remove-random", "remove-hub"):
            seat.removed = True
            _settle(task, number, "removed" if untouched else seat.status, event)
        elif shock.model and untouched:
            seat.model = shock.model
            _note(seat, event)


def _decided(state: SessionState, event: ev.Decided) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.reason, seat.contribution, seat.dropped = event.role, event.reason, event.contribution, event.dropped
    seat.settled = event.t
    _settle(task, event.seat, "in", event)


def _abstained(state: SessionState, event: ev.Abstained) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.reason, seat.settled = event.role, event.reason, event.t
    if seat.contribution:  # nothing to add to an earlier draft of its own
        _settle(task, event.seat, "in", event)
    else:
        _settle(task, event.seat, "out" if event.kind == "voluntary" else "left out", event)


def _seat_failed(state: SessionState, event: ev.SeatFailed) -> None:
    task = state.task_of(event.task)
    seat = task.seats.get(event.seat)
    state.failures += 1
    if seat is not None:
        seat.reason, seat.settled = event.reason, event.t
        _settle(task, event.seat, "in" if seat.contribution else "failed", event)


def _edge(state: SessionState, event: ev.Edge) -> None:
    task = state.task_of(event.task)
    if not {event.parent, event.child} <= task.seats.keys():
        raise LookupError(f"an edge from {event.parent} to {event.child}")
    task.edges = [edge for edge in task.edges if (edge.parent, edge.child, edge.kind) != (event.parent, event.child, event.kind)]
    task.edges.append(EdgeState(event.parent, event.child, event.kind, event.essential, event.used))
    task.version = event.seq
    _note(task.seats[event.child], event)


def _limit(state: SessionState, event: ev.Limit) -> None:
    state.limit = event.text
    state.moments.append((event.t, "limit"))


def _limit_near(state: SessionState, event: ev.LimitNear) -> None:
    state.limit_near = event.text
    state.moments.append((event.t, "near"))


def _slowed(state: SessionState, event: ev.SlowedDown) -> None:
    state.slowed = event
    state.moments.append((event.t, "slowed"))


def _warned(state: SessionState, event: ev.Warned) -> None:
    state.warnings.append(event.text)


def _scored(state: SessionState, event: ev.Scored) -> None:
    task = state.task_of(event.task)
    simulated = state.calls[event.call].simulated
    _verdict(task, event.judge, VerdictState(event.model, event.scores, call=event.call, simulated=simulated, at=event.t))
    task.judged_by = names_in_words(verdict.model for verdict in task.verdicts.values() if verdict.scores is not None)
    task.judge_simulated |= simulated
    task.version = event.seq


def _unscored(state: SessionState, event: ev.Unscored) -> None:
    task = state.task_of(event.task)
    task.version = event.seq
    if event.judge is None:
        task.unscored = event.reason
    else:
        judges = state.started.config.judges
        model = judges[event.judge].name if 0 <= event.judge < len(judges) else ""
        _verdict(task, event.judge, VerdictState(model, unscored=event.reason, at=event.t))


def _verdict(task: TaskState, place: int, verdict: VerdictState) -> None:
    """One more of the court has spoken; a later word of the same judge takes the place of its earlier one."""
    task.verdicts = dict(sorted({**task.verdicts, place: verdict}.items()))
    task.scores = together([known.scores for known in task.verdicts.values() if known.scores is not None])


def _task_ended(state: SessionState, event: ev.TaskEnded) -> None:
    task = state.task_of(event.task)
    task.solution, task.ended, task.version = event.solution, event.t, event.seq


def _written_up(state: SessionState, event: ev.WrittenUp) -> None:
    task = state.task_of(event.task)
    task.write_up, task.written_by, task.version = event.text, event.model, event.seq


def _unwritten(state: SessionState, event: ev.Unwritten) -> None:
    task = state.task_of(event.task)
    task.unwritten, task.version = event.reason, event.seq


def _session_ended(state: SessionState, event: ev.SessionEnded) -> None:
    state.status, state.ended = event.status, event.text


def _settle(task: TaskState, number: int, status: SeatStatus, event: ev.Event) -> None:
    seat = task.seats[number]
    seat.status, task.version = status, event.seq
    _note(seat, event)


def _note(seat: SeatState, event: ev.Event) -> None:
    """Something that people call a change has happened to this seat."""
    seat.version, seat.changed = event.seq, event.t


def _count(state: SessionState, call: CallState, *, again: bool) -> None:
    if call.id.seat <= JUDGE_SEAT:
        add_call(state.judging if call.id.seat == JUDGE_SEAT else state.writing, call)
        return
    for tally in (state.team, state.again) if again else (state.team,):
        add_call(tally, call)


def add_call(tally: Tally, call: CallState) -> None:
    """Count what a call took, where it is known that it took anything."""
    if call.usage is not None:
        imaginary = call.price is not None and call.price.imaginary
        tally.add(call.usage, call.cost_usd, imaginary=imaginary, saved_usd=call.saved_usd)


def _touch(state: SessionState, call: CallState, event: ev.Event, *, noted: bool = True) -> None:
    """A call goes on, or ends; a piece of text alone is not `noted` as a change of its seat."""
    call.version = event.seq
    seat = state.task_of(call.id.task).seats.get(call.id.seat)
    if seat is not None:
        seat.version = event.seq
        seat.changed = event.t if noted else seat.changed


_HANDLERS: dict[type[Any], Callable[[SessionState, Any], None]] = {
    ev.SessionStarted: _session_started,
    ev.TaskStarted: _task_started,
    ev.BlockAdded: _block,
    ev.CallStarted: _call_started,
    ev.CallDelta: _call_delta,
    ev.CallFinished: _call_finished,
    ev.CallFailed: _call_failed,
    ev.Unread: _unread,
    ev.Planned: _planned,
    ev.Intended: _intended,
    ev.Signalled: _signalled,
    ev.Rated: _rated,
    ev.Shocked: _shocked,
    ev.Decided: _decided,
    ev.Abstained: _abstained,
    ev.SeatFailed: _seat_failed,
    ev.Edge: _edge,
    ev.Limit: _limit,
    ev.LimitNear: _limit_near,
    ev.SlowedDown: _slowed,
    ev.Warned: _warned,
    ev.Scored: _scored,
    ev.Unscored: _unscored,
    ev.TaskEnded: _task_ended,
    ev.WrittenUp: _written_up,
    ev.Unwritten: _unwritten,
    ev.SessionEnded: _session_ended,
}
