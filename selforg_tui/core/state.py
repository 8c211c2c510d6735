"""The state of a session: the fold of its events (`fold.py`). Whatever is shown of a session is read off this.

`version` fields hold the `seq` of the event that last changed a thing, so that a viewer can skip what did not change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OTHER_PACE, Part, Price, StepKind, Structure, Usage
from selforg_tui.core.config import Level
from selforg_tui.core.court import Graded
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.errors import FailureKind
from selforg_tui.core.ids import CallId

SeatStatus = Literal["waiting", "deciding", "in", "out", "left out", "failed", "removed"]
Moment = Literal["near", "limit", "slowed", "shock"]
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
    reasoning: str = ""
    structure: Structure = "text"
    saved_usd: float = 0.0
    waited: float = 0.0
    problem: str = ""
    failure: FailureKind | None = None
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
    removed: bool = False
    """It is no longer in the team. Where it did something before, in this task, `status` says what."""
    calls: list[str] = field(default_factory=list)
    settled: float | None = None
    """When it last contributed, stayed out or failed; None before."""
    version: int = 0
    changed: float = -math.inf
    """Seconds into the session at which something last happened to it; that a text grew does not count. Minus infinity: nothing yet."""


@dataclass(slots=True)
class EdgeState:
    """See `events.Edge`."""

    parent: int
    child: int
    kind: Literal["depends", "assigned", "clone"]
    essential: bool
    used: str


@dataclass(slots=True)
class VerdictState:
    """What one judge of the court made of a task's solution: its scores, or why there are none."""

    model: str
    scores: dict[str, ev.Score] | None = None
    unscored: str = ""
    call: str = ""
    simulated: bool = False
    at: float = field(default=0.0, compare=False)
    """When it spoke; no part of what it said."""


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
    scores: dict[str, Graded] | None = None
    """The verdict: that of the one judge, or the medians over those of the court that scored."""
    verdicts: dict[int, VerdictState] = field(default_factory=dict)
    """By place in the court, from 0, in this order."""
    judged_by: str = ""
    judge_simulated: bool = False
    """Of those who scored somebody was."""
    unscored: str = ""
    """Why the task as a whole has no verdict."""
    solution: str = ""
    write_up: str = ""
    """The solution as one readable text; empty where there is none."""
    written_by: str = ""
    """The model that wrote it."""
    write_up_call: str = ""
    """The call that gave it; while it is under way, it is the one in `calls` whose seat is WRITER_SEAT."""
    write_up_simulated: bool = False
    unwritten: str = ""
    """Why there is none, where one was asked for."""
    calls: list[str] = field(default_factory=list)
    version: int = 0

    def parents(self, seat: int) -> list[int]:
        """Seats whose outputs this seat's contribution depends on, the essential one first."""
        found = [edge for edge in self.edges if edge.child == seat and edge.kind == "depends"]
        return [edge.parent for edge in sorted(found, key=lambda edge: not edge.essential)]


@dataclass(slots=True)
class Tally:
    """Tokens and money over some calls. `unpriced` counts calls whose cost nobody knows, `uncounted` those whose tokens no
    provider reported. Money of simulated models is imaginary and never added to real money."""

    calls: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    reasoning: int = 0
    cache_written: int = 0
    cost_usd: float = 0.0
    imaginary_usd: float = 0.0
    imaginary: int = 0
    """Calls whose price is imaginary."""
    saved_usd: float = 0.0
    imaginary_saved_usd: float = 0.0
    unpriced: int = 0
    uncounted: int = 0

    def add(self, usage: Usage, cost_usd: float | None, *, imaginary: bool = False, saved_usd: float = 0.0) -> None:
        """Count one call."""
        self.calls += 1
        self.input += usage.input
        self.cached += usage.cached
        self.cache_written += usage.cache_written
        self.output += usage.output
        self.reasoning += usage.reasoning
        self.uncounted += usage.source != "reported"
        self.imaginary += imaginary
        if imaginary:
            self.imaginary_saved_usd += saved_usd
        else:
            self.saved_usd += saved_usd
        if cost_usd is None:
            self.unpriced += 1
        elif imaginary:
            self.imaginary_usd += cost_usd
        else:
            self.cost_usd += cost_usd

    @property
    def all_imaginary(self) -> bool:
        """There are calls, and every one of them has an imaginary price."""
        return 0 < self.calls == self.imaginary

    @property
    def known_cost(self) -> float | None:
        """US dollars: real ones where anything real was called, imaginary ones else; None where any call's cost is unknown."""
        if self.unpriced:
            return None
        return self.imaginary_usd if self.all_imaginary else self.cost_usd

    @property
    def saved(self) -> float:
        """US dollars that caches saved, less than 0 where writing them cost more: of the money that `known_cost` counts."""
        return self.imaginary_saved_usd if self.all_imaginary else self.saved_usd


@dataclass(slots=True)
class SessionState:
    """The whole session so far."""

    header: ev.Header | None = None
    tasks: list[TaskState] = field(default_factory=list)
    before: TaskState | None = None
    calls: dict[str, CallState] = field(default_factory=dict)
    blocks: dict[str, tuple[Part, str]] = field(default_factory=dict)
    team: Tally = field(default_factory=Tally)
    again: Tally = field(default_factory=Tally)
    """Of the team's calls those beyond first attempts: retries, repairs, warm-ups, and what failed attempts took."""
    judging: Tally = field(default_factory=Tally)
    writing: Tally = field(default_factory=Tally)
    """Of write-ups."""
    shocks: list[ev.Shocked] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    limit: str = ""
    limit_near: str = ""
    slowed: ev.SlowedDown | None = None
    moments: list[tuple[float, Moment]] = field(default_factory=list)
    """When limits came near or were reached, when providers took no more, and when shocks struck, in this order."""
    working: float = 0.0
    """Seconds of answering, over all calls."""
    waiting: float = 0.0
    """Seconds that calls were held back or waited to be tried again, over all calls."""
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

    @property
    def paced(self) -> bool:
        """Whether simulated models did not keep their profiles' times."""
        return OTHER_PACE in self.warnings

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
            self.before = self.new_task(0, "L1", "")
        return self.before

    def new_task(self, number: int, level: Level, text: str) -> TaskState:
        """A task that starts now, with all seats waiting."""
        models = [spec.name for spec in self.started.config.seating(level if number else None)]
        seats = {seat: SeatState(seat, model) for seat, model in enumerate(models, 1)}
        return TaskState(number, level, text, seats, started=self.t, version=self.seq)
