"""What happens in a session, as one tagged union. Events are the only truth: screens, metrics and exports fold them.

Every event has `seq`, counting from 0 without gaps, and `t`, seconds since the session began (never going back).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from selforg_tui.core.calls import Part, Price, StepKind, Structure, Usage
from selforg_tui.core.config import Level, ShockKind
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.errors import FailureKind
from selforg_tui.core.header import FORMAT as FORMAT
from selforg_tui.core.header import VERSION as VERSION
from selforg_tui.core.header import Header as Header
from selforg_tui.core.header import Parent as Parent
from selforg_tui.core.header import Simulated as Simulated
from selforg_tui.core.header import simulated_parts as simulated_parts

Status = Literal["done", "done_with_failures", "limit", "failed", "interrupted"]
Purpose = Literal["first", "repair", "retry", "warm-up"]
"""warm-up: a call that only fills the provider's cache before many go out; it counts for nobody's answer."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What all events share."""

    seq: int = 0
    t: float = 0.0


class SessionStarted(Event, frozen=True, tag="session.started"):
    """Always the first event; carries the header."""

    header: Header


class TaskStarted(Event, frozen=True, tag="task.started"):
    """Tasks count from 1."""

    task: int
    level: Level
    text: str


class BlockAdded(Event, frozen=True, tag="block"):
    """A piece of prompt text, written once, before the first call that uses it."""

    id: str
    part: Part
    text: str


class CallStarted(Event, frozen=True, tag="call.started"):
    """A prompt leaves. Its exact text is that of `blocks`, joined by empty lines. `sees` are labels of what it shows."""

    call: str
    kind: StepKind
    purpose: Purpose
    model: str
    blocks: tuple[str, ...]
    digest: str
    sees: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    """Labels of outputs that had to be cut to role and first sentence for the prompt to fit."""
    waited: float = 0.0
    """Seconds it was held back, because the provider takes only so many calls at once or asked for a pause."""


class CallDelta(Event, frozen=True, tag="call.delta"):
    """Text that arrived since the last delta of this call."""

    call: str
    text: str


class CallFinished(Event, frozen=True, tag="call.finished"):
    """A whole reply. `cost_usd` is None where the price is unknown."""

    call: str
    text: str
    usage: Usage
    model: str
    finish: str
    seconds: float
    first: float | None
    price: Price | None
    cost_usd: float | None
    simulated: bool = False
    reasoning: str = ""
    """What the model thought aloud, apart from its answer, as far as the provider shows it (bounded)."""
    structure: Structure = "text"
    saved_usd: float = 0.0
    """What the provider's cache saved on this call; negative where writing it cost more."""


class CallFailed(Event, frozen=True, tag="call.failed"):
    """No usable reply. `retry_in` is in seconds where the call will be tried again, None where it will not."""

    call: str
    kind: FailureKind
    text: str
    retry_in: float | None = None
    usage: Usage | None = None
    """Tokens that were spent all the same; None where none were."""
    price: Price | None = None
    cost_usd: float | None = None


class Unread(Event, frozen=True, tag="unread"):
    """A reply came but is not the JSON that was asked for. `repairing`: it is being asked for once more."""

    call: str
    text: str
    repairing: bool


class Planned(Event, frozen=True, tag="plan"):
    """A plan of roles; task 0 for roles drawn up before any task."""

    task: int
    seat: int
    call: str
    assignments: tuple[Assignment, ...]


class Intended(Event, frozen=True, tag="intention"):
    """An announced intention. `participate` false: the agent means to stay out, and nobody is shown it."""

    task: int
    seat: int
    call: str
    participate: bool
    role: str
    text: str


class Signalled(Event, frozen=True, tag="signal"):
    """A role that an agent tends to, and how strongly, in [0, 1], as it says."""

    task: int
    seat: int
    call: str
    role: str
    intensity: float


class Rated(Event, frozen=True, tag="rating"):
    """What an agent thinks of others' outputs: by seat (as text), how much each serves the mission, from 1 to 10."""

    task: int
    seat: int
    call: str
    ratings: dict[str, int]


class Shocked(Event, frozen=True, tag="shock"):
    """Something happened to the team: `seats` are those it happened to, `text` says it in a sentence.

    `model`: what they are from then on, where that changed.
    """

    task: int
    kind: ShockKind
    seats: tuple[int, ...] = ()
    model: str = ""
    text: str = ""
    notice: str = ""
    """What the team is told from then on."""
    after: int = 0
    """How many contributions had been made to the task."""
    asked: int = 0
    """How many questions of the task had been asked (first attempts of team steps)."""
    planned: bool = True
    """False: somebody set it off while the session ran."""


class Decided(Event, frozen=True, tag="decision"):
    """A contribution. `dropped` counts declared dependencies on things that the agent could not see."""

    task: int
    seat: int
    call: str
    role: str
    reason: str
    contribution: str
    dropped: int = 0


class Abstained(Event, frozen=True, tag="abstained"):
    """Stayed out: by own decision (`voluntary`) or left out by a coordinator (`directed`; no call was made)."""

    task: int
    seat: int
    kind: Literal["voluntary", "directed"]
    reason: str = ""
    role: str = ""
    call: str | None = None


class SeatFailed(Event, frozen=True, tag="seat.failed"):
    """A seat whose call or reply could not be used in this step; never an abstention."""

    task: int
    seat: int
    step: str
    reason: str


class Edge(Event, frozen=True, tag="edge"):
    """`child` built on `parent` (both seats of this task). Only `depends` counts for the depth of the hierarchy."""

    task: int
    parent: int
    child: int
    kind: Literal["depends", "assigned", "clone"]
    essential: bool = False
    used: str = ""


class Limit(Event, frozen=True, tag="limit"):
    """A limit was reached: nothing new starts."""

    what: Literal["money", "tokens", "time"]
    text: str


class LimitNear(Event, frozen=True, tag="limit.near"):
    """Most of a limit is used: agents that are still to be asked are told to wrap up."""

    what: Literal["money", "tokens", "time"]
    text: str


class SlowedDown(Event, frozen=True, tag="slowed"):
    """A provider takes no more for now: for `seconds` nothing new goes there, and then at most `at_once` calls together."""

    place: str
    seconds: float
    at_once: int


class Warned(Event, frozen=True, tag="warning"):
    """Something that a reader of the numbers should know."""

    text: str


class Score(msgspec.Struct, frozen=True):
    """One dimension: 1 to 4, and why."""

    score: int
    rationale: str


class Scored(Event, frozen=True, tag="scored"):
    """The verdict on a task's solution; `scores` has the five dimensions."""

    task: int
    call: str
    model: str
    scores: dict[str, Score]
    judge: int = 0
    """Its place in the court, from 0."""


class Unscored(Event, frozen=True, tag="unscored"):
    """The task has no verdict, and why."""

    task: int
    reason: str
    judge: int | None = None
    """Its place in the court, from 0; None: the task as a whole."""


class WrittenUp(Event, frozen=True, tag="written.up"):
    """The task's solution as one readable text (Markdown), made of it after its verdict; no part of what was judged."""

    task: int
    call: str
    model: str
    text: str


class Unwritten(Event, frozen=True, tag="unwritten"):
    """There is no write-up although one was asked for, and why."""

    task: int
    reason: str


class TaskEnded(Event, frozen=True, tag="task.ended"):
    """The solution is the contributions in order of seats; empty where there were none."""

    task: int
    solution: str


class SessionEnded(Event, frozen=True, tag="session.ended"):
    """Always the last event of a closed session; a log without it was interrupted."""

    status: Status
    text: str = ""


AnyEvent = (
    SessionStarted
    | TaskStarted
    | BlockAdded
    | CallStarted
    | CallDelta
    | CallFinished
    | CallFailed
    | Unread
    | Planned
    | Intended
    | Signalled
    | Rated
    | Shocked
    | Decided
    | Abstained
    | SeatFailed
    | Edge
    | Limit
    | LimitNear
    | SlowedDown
    | Warned
    | Scored
    | Unscored
    | TaskEnded
    | WrittenUp
    | Unwritten
    | SessionEnded
)

_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_ENCODER = msgspec.json.Encoder()


def encode(event: AnyEvent) -> bytes:
    """One line of JSON, with its line end."""
    return _ENCODER.encode(event) + b"\n"


def decode(line: bytes) -> AnyEvent:
    """Raises msgspec.DecodeError (ValidationError for another shape, e.g. an unknown type)."""
    return _DECODER.decode(line)
