"""Everything that happened in a session, in order, each in a sentence: a pure function of the state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selforg_tui.core.ids import JUDGE_SEAT, label
from selforg_tui.core.state import CallState, SessionState, TaskState
from selforg_tui.tui.run.judge.quality import in_words
from selforg_tui.tui.run.surface.cells import flat
from selforg_tui.tui.run.time.marks import BEGIN, JUDGED, MOMENTS
from selforg_tui.tui.run.time.sentences import outcomes
from selforg_tui.tui.run.view import SIGNS


class Happening(NamedTuple):
    """One thing that happened, at `at` seconds."""

    at: float
    glyph: str
    style: str
    text: str
    hint: str
    """What may be told of it before it has happened."""
    seat: int | None = None


def of_task(state: SessionState, task: TaskState) -> list[Happening]:
    """What happened in one task, in order. Of an agent that contributed more than once the last time is told."""
    found = [Happening(task.started, BEGIN, "title", f"Task {task.number} begins ({task.level}): {flat(task.text)}", f"task {task.number}")]
    for name in task.calls:
        found += _of_call(state, task, state.calls[name])
    for seat, (text, style) in outcomes(state, task):
        found.append(Happening(seat.settled or 0.0, SIGNS[seat.status][0], style, text, label(seat.seat), seat.seat))
    for place, verdict in task.verdicts.items():
        who = f"Judge {place + 1}" if len(task.verdicts) > 1 else "The judge"
        text = (
            f"{who}, {flat(verdict.model)}, gives {in_words(verdict.scores)}."
            if verdict.scores
            else f"{who} gives no verdict: {flat(verdict.unscored)}"
        )
        found.append(Happening(verdict.at, *JUDGED, text, "verdict", JUDGE_SEAT))
    return sorted(found, key=lambda one: one.at)


def of_session(state: SessionState) -> list[Happening]:
    """What happened to the session as a whole: shocks, limits, pauses, its end. In order."""
    found = []
    shocks = iter(state.shocks)
    for at, moment in state.moments:
        glyph, style, words = MOMENTS[moment]
        text = {
            "near": f"A limit is near: {flat(state.limit_near)}",
            "limit": f"A limit was reached: {flat(state.limit)}",
            "slowed": "A provider takes no more for now: a pause, then fewer calls at once.",
        }.get(moment, "")
        if moment == "shock":
            shock = next(shocks)
            text = f"Shock{'' if shock.planned else ' by hand'}: {flat(shock.text)}"
        found.append(Happening(at, glyph, style, text, words))
    if state.status is not None:
        from selforg_tui.tui.run.time.narration import ending

        text, style = ending(state)
        found.append(Happening(state.t, "■", style, text, "the end"))
    return found


def _of_call(state: SessionState, task: TaskState, call: CallState) -> Iterator[Happening]:
    if call.seconds is None:
        return
    at, seat = call.started + call.seconds, call.id.seat
    who = "The judge" if seat == JUDGE_SEAT else label(seat)
    about = task.seats.get(seat)
    if call.status == "failed" and call.retry_in is not None:
        yield Happening(at, "↻", "warn", f"{who} is asked again after {call.retry_in:.1f} s: {flat(call.problem)}", f"{who} again", seat)
    elif call.status == "done" and not call.usable:
        yield Happening(at, "↻", "warn", f"{who} gave a reply that could not be read: {flat(call.problem)}", f"{who} unread", seat)
    elif call.status == "done" and call.kind == "plan" and call.purpose != "warm-up":
        given = sum(one.assignment is not None for one in task.seats.values())
        after = [one.settled for one in task.seats.values() if one.status == "left out" and (one.settled or 0.0) >= call.started]
        at = min([at, *(one for one in after if one is not None)])  # a call's seconds end a little after what came of it
        yield Happening(at, "▤", "title", f"The plan of {who} is out: {given} role{'s' * (given != 1)}.", "the plan", seat)
    elif call.status == "done" and call.kind in ("intend", "signal") and about is not None and call.purpose != "warm-up":
        said = flat(about.intention)
        yield Happening(
            at, "◇", "dim", f"{who} says what it intends: {said}" if said else f"{who} means to stay out.", f"{who} intends", seat
        )
    elif call.status == "done" and call.kind == "rate" and call.purpose != "warm-up":
        yield Happening(at, "◇", "dim", f"{who} rates what others wrote.", f"{who} rates", seat)


class Story:
    """Keeps what was told of each task, so that only a task that changed is told again."""

    def __init__(self) -> None:
        self._state: SessionState | None = None
        self._told: dict[int, tuple[object, list[Happening]]] = {}
        self._all: list[Happening] = []
        self._key: object = None

    @staticmethod
    def version(state: SessionState) -> object:
        """What the list depends on; cheap."""
        task = state.task
        return (len(state.tasks), task.version if task else 0, len(state.moments), len(state.calls), state.waiting, state.status)

    def of(self, state: SessionState) -> list[Happening]:
        """Everything so far, in order."""
        if state is not self._state:
            self._state, self._told, self._key = state, {}, None
        if self.version(state) == self._key:
            return self._all
        self._key = self.version(state)
        parts = [*([state.before] if state.before else []), *state.tasks]
        found: list[Happening] = []
        for task in parts:
            key = (task.version, len(task.calls), state.waiting if task is state.task else 0.0)
            if task.number not in self._told or self._told[task.number][0] != key:
                self._told[task.number] = (key, of_task(state, task)[0 if task.number else 1 :])
            found += self._told[task.number][1]
        self._all = sorted([*found, *of_session(state)], key=lambda one: one.at)
        return self._all
