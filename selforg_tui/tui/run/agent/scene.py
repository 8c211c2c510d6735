"""Everything there is at work, and what of it one agent is shown: the X-ray before it is drawn.

Of what is hidden only the length is kept, so that nothing drawn from it can be read or copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len

from selforg_tui.core.fences import sections
from selforg_tui.core.ids import label
from selforg_tui.core.state import CallState, SeatState, TaskState
from selforg_tui.protocols.sight import Sight
from selforg_tui.tui.run.agent.shown import in_words, numbered
from selforg_tui.tui.run.surface.cells import flat
from selforg_tui.tui.run.view import SIGNS, View

State = Literal["clear", "hidden", "to come", "nothing", "not there", "self"]
"""Shown · there, but not shown · to be shown once it is there · never there · not there yet, and not to be shown · the agent itself."""
WORDS = 240
"""Characters of a text that are looked at: more than a line is never shown."""
UNKNOWN = 24
"""Cells that stand for a hidden text that nobody has written."""
NEVER_ASKED = "in this session nobody was asked for any"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that could be shown. `text` and `role` are empty unless it is in clear; `length` is that of what is hidden, in cells."""

    name: str
    state: State
    role: str = ""
    text: str = ""
    length: int = 0
    note: str = ""
    """Why it is hidden, or what became of it."""


@dataclass(frozen=True, slots=True)
class Section:
    """All things of a kind. `absent` says why there are none."""

    name: str
    things: tuple[Thing, ...] = ()
    about: str = ""
    """Goes on after the name."""
    absent: str = ""
    none: str = ""
    """`no plan`, where the protocol has no such thing."""

    def count(self, *states: State) -> int:
        """How many are in one of these states."""
        return sum(thing.state in states for thing in self.things)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an agent is shown under a protocol."""

    seat: int
    title: str
    """The protocol's."""
    verb: str
    """`decided after seeing`, or why it sees nothing."""
    asked: bool
    """Whether it is asked to contribute at all."""
    sections: tuple[Section, ...]
    supposed: bool = False
    """Under another protocol than the session's."""
    others: tuple[str, ...] = ()
    """What its other questions show, in words."""

    def section(self, name: str) -> Section:
        """One of them; without things where the protocol has none."""
        return next((section for section in self.sections if section.name == name), Section(name))


def scene(view: View, task: TaskState, sight: Sight, *, supposed: bool) -> Scene:
    """What the chosen agent is shown. `supposed`: under another protocol than the session's.

    A call that was made shows what the log says; the rest is taken from the protocol's run on paper.
    """
    return _Making(view, task, sight, supposed).scene()


def call_of(view: View, task: TaskState) -> CallState | None:
    """The call in which the chosen agent contributes, the last of them; None before any was made."""
    seat = task.seats.get(view.chosen)
    calls = [view.state.calls[name] for name in seat.calls] if seat is not None else []
    made = [call for call in calls if call.kind == "contribute" and call.purpose != "warm-up"]
    return made[-1] if made else None


class _Making:
    def __init__(self, view: View, task: TaskState, sight: Sight, supposed: bool) -> None:
        self._view, self._task, self._sight, self._supposed = view, task, sight, supposed
        self._look = sight.look(view.chosen)
        self._call = None if supposed else call_of(view, task)
        self._sees = self._call.sees if self._call is not None else self._look.sees if self._look is not None else ()
        turns = [look.seat for look in sight.looks if look.kind == "contribute"]
        self._turns = list(dict.fromkeys([*turns, *sorted(task.seats)])) if turns else sorted(task.seats)
        self._over = task.ended is not None or view.state.status is not None

    def scene(self) -> Scene:
        makers = [maker for maker in (self._signals(), self._marks()) if maker is not None]
        found = (self._history(), self._plan(), self._intentions(), *makers, self._outputs())
        return Scene(
            self._view.chosen, self._sight.title, self._verb(), self._look is not None or self._call is not None, found,
            self._supposed, tuple(self._other_steps()),
        )  # fmt: skip

    def _verb(self) -> str:
        if self._supposed:
            return "would have decided after seeing"
        if self._call is None:
            return "would have decided after seeing" if self._over else "will decide after seeing"
        return "decides, seeing" if self._call.status == "running" else "decided after seeing"

    def _history(self) -> Section:
        earlier = self._view.state.tasks[: self._task.number - 1]
        if not earlier:
            return Section("history", absent="none yet: this is the first task")
        things = []
        for task in earlier:
            took = [f"{label(seat.seat)} {flat(seat.role)}" for seat in task.seats.values() if seat.contribution]
            text = ", ".join(took)[:WORDS] or "nobody took a role"
            things.append(self._thing(f"task {task.number}", f"roles of task {task.number}" in self._sees, "", text))
        return Section("history", tuple(things))

    def _plan(self) -> Section:
        if "plan" not in self._sight.kinds and not self._sight.hands_out:
            return self._absent("plan", "has none", "no plan")
        given = self._look is not None and self._look.given
        before = self._view.state.before
        assigned = {seat: self._task.seats[seat].assignment or (before.seats[seat].assignment if before else None) for seat in self._turns}
        known = any(assigned.values()) and not self._supposed
        things = []
        for seat in sorted(self._turns):
            own, what = given and seat == self._view.chosen, assigned[seat]
            name = label(seat)
            if what is not None and not self._supposed:
                things.append(self._thing(name, own, what.role, what.brief))
            elif known:
                things.append(Thing(name, "nothing", note="given no role"))
            elif own:
                things.append(Thing(name, "clear" if self._supposed or self._call else "to come", note="the role that it is given"))
            else:
                things.append(Thing(name, "hidden" if self._supposed else "not there", length=UNKNOWN))
        planner = next((f", made by {label(look.seat)}" for look in self._sight.looks if look.kind == "plan"), "")
        return Section("plan", tuple(things), planner)

    def _intentions(self) -> Section:
        if "intend" not in self._sight.kinds and not numbered(self._sees, "intention"):
            return self._absent("intentions", "asks for none", "no intentions")
        return Section("intentions", tuple(self._announced("intention", "intend", "announced nothing")))

    def _absent(self, name: str, why: str, none: str) -> Section:
        """What the protocol has not, if that is known."""
        if self._sight.trouble:
            return Section(name, absent="unknown")
        return Section(name, absent=f"{self._sight.title} {why}", none=none)

    def _signals(self) -> Section | None:
        if "signal" not in self._sight.kinds:
            return None
        return Section("signals", tuple(self._announced("signal", "signal", "gave no signal")))

    def _announced(self, kind: str, step: str, silence: str) -> Iterator[Thing]:
        seen = numbered(self._sees, kind)
        for number in sorted(self._turns):
            seat = self._task.seats[number]
            text = "" if self._supposed else seat.intention
            if text:
                yield self._thing(label(number), number in seen, "", text)
            elif self._supposed:
                yield self._placeholder(label(number), number in seen)
            elif any(self._view.state.calls[name].kind == step and self._view.state.calls[name].status == "done" for name in seat.calls):
                yield Thing(label(number), "nothing", note=silence)
            else:
                yield Thing(label(number), "to come" if number in seen else "not there")

    def _marks(self) -> Section | None:
        if not self._sight.marks:
            return None
        written = _marks_in(self._view, self._call) if self._call is not None else {}
        seen = {name.removeprefix("mark ") for name in self._sees if name.startswith("mark ")}
        labels = sorted({*self._sight.marks, *seen}, key=lambda name: (len(name), name))
        things = []
        for name in labels:
            left_by = self._task.seats.get(self._sight.marks.get(name, 0))
            topic, strength = written.get(name, (left_by.role if left_by is not None else "", ""))
            if name in seen or topic:
                things.append(self._thing(name, name in seen, topic, strength))
            else:
                things.append(Thing(name, "not there"))
        return Section("marks", tuple(things))

    def _outputs(self) -> Section:
        seen = numbered(self._sees)
        things = [self._output(self._task.seats[number], number in seen) for number in self._turns]
        return Section("outputs", tuple(things), " in the order of turns")

    def _output(self, seat: SeatState, clear: bool) -> Thing:
        name = label(seat.seat)
        if seat.seat == self._view.chosen:
            return Thing(name, "self", note="sees its own draft" if clear else "")
        if seat.contribution:
            shortened = self._call is not None and name in self._call.shortened
            note = ("cut to its first sentence" if shortened else "") if clear else self._why_hidden(seat)
            return self._thing(name, clear, seat.role, seat.contribution[:WORDS], note)
        gone = self._over or seat.removed or seat.status in ("out", "left out", "failed", "removed")
        if gone:
            return Thing(name, "nothing", note="was not asked" if seat.status in ("waiting", "deciding") else SIGNS[seat.status][1])
        return Thing(name, "to come" if clear else "not there")

    def _why_hidden(self, seat: SeatState) -> str:
        theirs = self._sight.look(seat.seat)
        if theirs is None:
            return f"not asked under {self._sight.title}"
        if self._look is None:
            return ""
        if theirs.round == self._look.round:
            return "written at the same time"
        return "written later" if theirs.round > self._look.round else ""

    def _other_steps(self) -> Iterator[str]:
        """What further questions to the agent show: before it contributes, or after."""
        made = [] if self._supposed else [self._view.state.calls[name] for name in self._task.seats[self._view.chosen].calls]
        logged = {call.id.step: call.sees for call in made}
        for look in self._sight.looks:
            if look.seat == self._view.chosen and look != self._look and look.kind != "plan":
                yield f"In its step {look.step} it is shown {in_words(logged.get(look.step, look.sees))}."

    def _thing(self, name: str, clear: bool, role: str, text: str, note: str = "") -> Thing:
        role, text = flat(role), flat(text)
        if clear:
            return Thing(name, "clear", role, text, note=note)
        return Thing(name, "hidden", length=max(1, cell_len(role) + cell_len(text) + (1 if role and text else 0)), note=note)

    def _placeholder(self, name: str, clear: bool) -> Thing:
        return Thing(name, "clear", note=NEVER_ASKED) if clear else Thing(name, "hidden", length=UNKNOWN)


def _marks_in(view: View, call: CallState) -> dict[str, tuple[str, str]]:
    """By label, topic and strength of the marks in a prompt."""
    found = {}
    for block in call.blocks:
        part, text = view.state.blocks.get(block, ("", ""))
        if part == "visible":
            for name, topic, strength in _marks_of(text):
                found[name] = (topic, strength)
    return found


@lru_cache(4096)
def _marks_of(block: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (section.attributes.get("label", ""), section.text.removeprefix("Topic: "), f"strength {section.attributes.get('strength', '')}")
        for section in sections(block)
        if section.name == "mark"
    )
