"""What the panels are shown: a place in a session, and the words and signs for what is found there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from selforg_tui.core.calls import Usage
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.core.keyed import whole
from selforg_tui.core.seating import team_in_words
from selforg_tui.core.state import CallState, SeatState, SeatStatus, SessionState, TaskState
from selforg_tui.metrics.effort import counted_by
from selforg_tui.tui.run.surface.cells import flat

GONE = "⊘"
"""Of an agent that a shock has removed, also beside what it did before."""
SIGNS: dict[SeatStatus, tuple[str, str, str]] = {
    "in": ("●", "in", "in"),
    "out": ("○", "stays out", "out"),
    "left out": ("◌", "left out", "out"),
    "deciding": ("◐", "deciding", "deciding"),
    "failed": ("✗", "failed", "failed"),
    "waiting": ("·", "waiting", "waiting"),
    "removed": (GONE, "removed", "warn"),
}
"""By status: glyph, word, style."""
STEP_WORDS = {"plan": "planning", "intend": "saying what it intends", "contribute": "deciding", "judge": "judging"}


@dataclass(frozen=True, slots=True)
class View:
    """A moment: `at` is seconds into the session, `live` whether it still goes on by itself, `task` the one looked at."""

    state: SessionState
    task: TaskState | None
    chosen: int
    """The seat that is looked at; JUDGE_SEAT for the judge."""
    at: float
    live: bool = False
    large: bool = False
    """Shown to a room: few things, large, with space around them."""
    second: float = 1.0
    """Seconds of the session that pass in a second before the screen."""

    def fresh(self, seat: SeatState) -> bool:
        """Something happened to this agent within the last second before the screen."""
        return 0 <= self.at - seat.changed < self.second

    @property
    def seat(self) -> SeatState | None:
        """The chosen agent."""
        return self.task.seats.get(self.chosen) if self.task else None

    def calls(self, seat: int) -> list[CallState]:
        """All calls of a seat in this task (and, in the first, what it was asked before), or of the judge."""
        state, task = self.state, self.task
        if task is None:
            return []
        if seat == JUDGE_SEAT:
            return [state.calls[name] for name in task.calls if CallId.parse(name).seat == JUDGE_SEAT]
        before = state.before.seats[seat].calls if state.before and task.number == 1 and seat in state.before.seats else []
        return [state.calls[name] for name in (*before, *(task.seats[seat].calls if seat in task.seats else ()))]

    def elapsed(self, seat: SeatState) -> float | None:
        """Seconds of model time of a seat; while it decides, up to now."""
        total = None
        for name in seat.calls:
            call = self.state.calls[name]
            spent = call.seconds
            if spent is None and call.status == "running":
                spent = max(0.0, self.at - call.started)
            if spent is not None:
                total = (total or 0.0) + spent
        return total

    def trying_again(self, seat: SeatState) -> CallState | None:
        """The failed call after which a seat that is deciding waits to be asked again; None where it does not wait."""
        last = self.state.calls[seat.calls[-1]] if seat.calls else None
        waits = last is not None and seat.status == "deciding" and last.status == "failed" and last.retry_in is not None
        return last if waits and self.state.status is None else None

    def usage(self, calls: list[CallState]) -> Usage | None:
        """Tokens of these calls together; None before any of them is known."""
        known = [call.usage for call in calls if call.usage is not None]
        if not known:
            return None
        return Usage(
            sum(usage.input for usage in known), sum(usage.output for usage in known), sum(usage.cached for usage in known),
            sum(usage.cache_written for usage in known), sum(usage.reasoning for usage in known),
            counted_by(calls),
        )  # fmt: skip

    def failed(self) -> list[int]:
        """Seats that failed in this task."""
        return [seat.seat for seat in self.task.seats.values() if seat.status == "failed"] if self.task else []


AFTERWARDS: dict[SeatStatus, str] = {"deciding": "cut off", "waiting": "not asked"}
"""Words for what can no longer go on once the session has ended."""


def word_of(view: View) -> str:
    """The chosen agent's status in a word; empty for the judge."""
    if view.seat is None:
        return ""
    status = view.seat.status
    return AFTERWARDS[status] if view.state.status is not None and status in AFTERWARDS else SIGNS[status][1]


def counts(view: View, short: bool = False) -> str:
    """How many agents are where: `2 in · 1 out · 1 deciding · 4 waiting`, or `●2 ○1 ◐1 ·4` where there is little room."""
    task = view.task
    if task is None:
        return "waiting to start"
    found = Counter(seat.status for seat in task.seats.values())
    if short:
        return " ".join(f"{sign}{found[status]}" for status, (sign, _, _) in SIGNS.items() if found[status])
    words: dict[SeatStatus, str] = {"out": "out", **(AFTERWARDS if view.state.status is not None else {})}
    return " · ".join(f"{found[status]} {words.get(status, status)}" for status in SIGNS if found[status])


@lru_cache(1024)
def kind_of(role: str) -> str:
    """What a role is at heart: its last word (`identity architect` and `data architect` are architects). Empty where there is none."""
    return "".join(flat(role).lower().split()[-1:])


@lru_cache(1024)
def family(role: str) -> str:
    """The style that roles of a kind share."""
    kind = kind_of(role)
    return f"role-{whole('role family', kind) % 8 + 1}" if kind else "plain"


def title_of(protocol: str) -> str:
    """A protocol's title; its name where the package that offers it is not installed here."""
    from selforg_tui.core.errors import ConfigError
    from selforg_tui.protocols.registry import find

    try:
        return find(protocol).title
    except ConfigError:
        return flat(protocol)


def models_of(state: SessionState, short: bool = False) -> str:
    """The team's models in a few words: `sim:strong`, or `4 × sim:strong, 4 × openai:x`; `short` without providers and addresses."""
    return "" if state.header is None else flat(team_in_words(state.header.config, short=short))


def clock(seconds: float) -> str:
    """`01:05`, or `1:00:05` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def of_four(value: float | None) -> str:
    """A quality in [0, 1] as `.81`; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".removeprefix("0")
