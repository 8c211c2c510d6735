"""The state of a session: a fold of its events. Whatever is shown of a session is read off this.

`version` fields hold the `seq` of the event that last changed a thing, so that a viewer can skip what did not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Part, Price, StepKind, Usage
from selforg_tui.core.config import Level
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.ids import JUDGE_SEAT, CallId

SeatStatus = Literal["waiting", "deciding", "in", "out", "left out", "failed"]
CallStatus = Literal["running", "done", "failed"]


@dataclass(slots=True)
class CallState:
    """One call. `text` grows while it streams."""

    id: CallId
    kind: StepKind
    purpose: ev.Purpose
    model: str
    blocks: tuple[str, ...]
    digest: str
    sees: tuple[str, ...]
    shortened: tuple[str, ...]
    started: float
    status: CallStatus = "running"
    text: str = ""
    usage: Usage | None = None
    price: Price | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    first: float | None = None
    answered_by: str = ""
    simulated: bool = False
    problem: str = ""
    retry_in: float | None = None
    finish: str = ""
    usable: bool = True
    """False where the reply, or the lack of one, could not be used."""
    version: int = 0


@dataclass(slots=True)
class SeatState:
    """One agent in one task."""

    seat: int
    model: str
    status: SeatStatus = "waiting"
    step: str = ""
    role: str = ""
    reason: str = ""
    contribution: str = ""
    intention: str = ""
    assignment: Assignment | None = None
    dropped: int = 0
    calls: list[str] = field(default_factory=list)
    version: int = 0


@dataclass(slots=True)
class EdgeState:
    """See `events.Edge`."""

    parent: int
    child: int
    kind: Literal["depends", "assigned"]
    essential: bool
    used: str


@dataclass(slots=True)
class TaskState:
    """One task of the session; task 0 holds what happened once before the first."""

    number: int
    level: Level
    text: str
    seats: dict[int, SeatState]
    started: float
    ended: float | None = None
    edges: list[EdgeState] = field(default_factory=list)
    scores: dict[str, ev.Score] | None = None
    judged_by: str = ""
    judge_simulated: bool = False
    unscored: str = ""
    solution: str = ""
    calls: list[str] = field(default_factory=list)
    version: int = 0

    def parents(self, seat: int) -> list[int]:
        """Seats whose outputs this seat's contribution depends on, the essential one first."""
        found = [edge for edge in self.edges if edge.child == seat and edge.kind == "depends"]
        return [edge.parent for edge in sorted(found, key=lambda edge: not edge.essential)]


@dataclass(slots=True)
class Tally:
    """Tokens and money over some calls. `unpriced` counts calls whose cost nobody knows."""

    calls: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    reasoning: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    estimated: int = 0

    def add(self, usage: Usage, cost_usd: float | None) -> None:
        """Count one call."""
        self.calls += 1
        self.input += usage.input
        self.cached += usage.cached
        self.output += usage.output
        self.reasoning += usage.reasoning
        self.estimated += usage.source == "estimate"
        if cost_usd is None:
            self.unpriced += 1
        else:
            self.cost_usd += cost_usd

    @property
    def known_cost(self) -> float | None:
        """US dollars, None where any call's cost is unknown."""
        return None if self.unpriced else self.cost_usd


@dataclass(slots=True)
class SessionState:
    """The whole session so far."""

    header: ev.Header | None = None
    tasks: list[TaskState] = field(default_factory=list)
    before: TaskState | None = None
    calls: dict[str, CallState] = field(default_factory=dict)
    blocks: dict[str, tuple[Part, str]] = field(default_factory=dict)
    team: Tally = field(default_factory=Tally)
    judging: Tally = field(default_factory=Tally)
    warnings: list[str] = field(default_factory=list)
    limit: str = ""
    status: ev.Status | None = None
    ended: str = ""
    simulated_replies: int = 0
    failures: int = 0
    t: float = 0.0
    seq: int = -1

    @property
    def task(self) -> TaskState | None:
        """The task that is under way, or the last one."""
        return self.tasks[-1] if self.tasks else None

    @property
    def started(self) -> ev.Header:
        """The header. Raises LookupError before the first event."""
        if self.header is None:
            raise LookupError("the session has not started")
        return self.header

    @property
    def simulated(self) -> ev.Simulated:
        """What of this session is simulated, as the config or any reply said."""
        header = self.header
        agents = bool(header and header.simulated.agents) or self.simulated_replies > 0
        judge = bool(header and header.simulated.judge) or any(task.judge_simulated for task in self.tasks)
        return ev.Simulated(agents, judge)

    def prompt(self, call: str) -> str:
        """The exact prompt of a call."""
        return "\n\n".join(self.blocks[block][1] for block in self.calls[call].blocks)

    def task_of(self, number: int) -> TaskState:
        """Task by number; 0 is what happened before the first."""
        if number > 0:
            return self.tasks[number - 1]
        if number:
            raise LookupError(f"task {number}")
        if self.before is None:
            self.before = self._new_task(0, "L1", "")
        return self.before

    def apply(self, event: ev.AnyEvent) -> None:
        """Take one more event into account."""
        self.seq, self.t = event.seq, event.t
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def _new_task(self, number: int, level: Level, text: str) -> TaskState:
        models = [spec.name for spec in self.started.config.seating()]
        seats = {seat: SeatState(seat, model) for seat, model in enumerate(models, 1)}
        return TaskState(number, level, text, seats, started=self.t, version=self.seq)


def fold(events: Iterable[ev.AnyEvent], state: SessionState | None = None) -> SessionState:
    """The state after these events."""
    state = SessionState() if state is None else state
    for event in events:
        state.apply(event)
    return state


def _session_started(state: SessionState, event: ev.SessionStarted) -> None:
    if state.header is not None:
        raise ValueError("a session starts once")
    state.header = event.header


def _task_started(state: SessionState, event: ev.TaskStarted) -> None:
    state.tasks.append(state._new_task(event.task, event.level, event.text))


def _block(state: SessionState, event: ev.BlockAdded) -> None:
    state.blocks[event.id] = (event.part, event.text)


def _call_started(state: SessionState, event: ev.CallStarted) -> None:
    call = CallId.parse(event.call)
    state.calls[event.call] = CallState(
        call, event.kind, event.purpose, event.model, event.blocks, event.digest, event.sees, event.shortened, event.t, version=event.seq
    )
    task = state.task_of(call.task)
    task.calls.append(event.call)
    task.version = event.seq
    seat = task.seats.get(call.seat)
    if seat is not None:
        seat.calls.append(event.call)
        seat.status, seat.step, seat.version = "deciding", call.step, event.seq


def _call_delta(state: SessionState, event: ev.CallDelta) -> None:
    call = state.calls[event.call]
    call.text += event.text
    _touch(state, call, event.seq)


def _call_finished(state: SessionState, event: ev.CallFinished) -> None:
    call = state.calls[event.call]
    call.status, call.text, call.usage, call.price, call.cost_usd = "done", event.text, event.usage, event.price, event.cost_usd
    call.seconds, call.first, call.answered_by, call.finish = event.seconds, event.first, event.model, event.finish
    call.simulated = event.simulated
    _tally(state, call).add(event.usage, event.cost_usd)
    if call.id.seat != JUDGE_SEAT:
        state.simulated_replies += event.simulated
    _touch(state, call, event.seq)


def _call_failed(state: SessionState, event: ev.CallFailed) -> None:
    call = state.calls[event.call]
    call.status, call.problem, call.retry_in, call.usable = "failed", event.text, event.retry_in, False
    if event.usage is not None:
        call.usage, call.cost_usd = event.usage, event.cost_usd
        _tally(state, call).add(event.usage, event.cost_usd)
    _touch(state, call, event.seq)


def _unread(state: SessionState, event: ev.Unread) -> None:
    call = state.calls[event.call]
    call.problem, call.usable = event.text, False
    _touch(state, call, event.seq)


def _planned(state: SessionState, event: ev.Planned) -> None:
    task = state.task_of(event.task)
    for assignment in event.assignments:
        seat = task.seats[assignment.seat]
        seat.assignment, seat.version = assignment, event.seq
        if not seat.role:
            seat.role = assignment.role
    _settle(task, event.seat, "waiting", event.seq)


def _intended(state: SessionState, event: ev.Intended) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.intention = event.role, event.text if event.participate else ""
    _settle(task, event.seat, "waiting", event.seq)


def _decided(state: SessionState, event: ev.Decided) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.reason, seat.contribution, seat.dropped = event.role, event.reason, event.contribution, event.dropped
    _settle(task, event.seat, "in", event.seq)


def _abstained(state: SessionState, event: ev.Abstained) -> None:
    task = state.task_of(event.task)
    seat = task.seats[event.seat]
    seat.role, seat.reason = event.role, event.reason
    if seat.contribution:  # nothing to add to an earlier draft of its own
        _settle(task, event.seat, "in", event.seq)
    else:
        _settle(task, event.seat, "out" if event.kind == "voluntary" else "left out", event.seq)


def _seat_failed(state: SessionState, event: ev.SeatFailed) -> None:
    task = state.task_of(event.task)
    seat = task.seats.get(event.seat)
    state.failures += 1
    if seat is not None:
        seat.reason = event.reason
        _settle(task, event.seat, "in" if seat.contribution else "failed", event.seq)


def _edge(state: SessionState, event: ev.Edge) -> None:
    task = state.task_of(event.task)
    if not {event.parent, event.child} <= task.seats.keys():
        raise LookupError(f"an edge from {event.parent} to {event.child}")
    task.edges = [edge for edge in task.edges if (edge.parent, edge.child, edge.kind) != (event.parent, event.child, event.kind)]
    task.edges.append(EdgeState(event.parent, event.child, event.kind, event.essential, event.used))
    task.version = event.seq


def _limit(state: SessionState, event: ev.Limit) -> None:
    state.limit = event.text


def _warned(state: SessionState, event: ev.Warned) -> None:
    state.warnings.append(event.text)


def _scored(state: SessionState, event: ev.Scored) -> None:
    task = state.task_of(event.task)
    task.scores, task.judged_by, task.version = event.scores, event.model, event.seq
    task.judge_simulated = state.calls[event.call].simulated


def _unscored(state: SessionState, event: ev.Unscored) -> None:
    task = state.task_of(event.task)
    task.unscored, task.version = event.reason, event.seq


def _task_ended(state: SessionState, event: ev.TaskEnded) -> None:
    task = state.task_of(event.task)
    task.solution, task.ended, task.version = event.solution, event.t, event.seq


def _session_ended(state: SessionState, event: ev.SessionEnded) -> None:
    state.status, state.ended = event.status, event.text


def _settle(task: TaskState, number: int, status: SeatStatus, seq: int) -> None:
    seat = task.seats[number]
    seat.status, seat.version, task.version = status, seq, seq


def _tally(state: SessionState, call: CallState) -> Tally:
    return state.judging if call.id.seat == JUDGE_SEAT else state.team


def _touch(state: SessionState, call: CallState, seq: int) -> None:
    call.version = seq
    seat = state.task_of(call.id.task).seats.get(call.id.seat)
    if seat is not None:
        seat.version = seq


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
    ev.Decided: _decided,
    ev.Abstained: _abstained,
    ev.SeatFailed: _seat_failed,
    ev.Edge: _edge,
    ev.Limit: _limit,
    ev.Warned: _warned,
    ev.Scored: _scored,
    ev.Unscored: _unscored,
    ev.TaskEnded: _task_ended,
    ev.SessionEnded: _session_ended,
}
