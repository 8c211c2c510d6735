"""A session made by hand: its events, with every kind of outcome in it, and a stand-in for one that is being run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task, checked
from selforg_tui.core.fold import apply, fold
from selforg_tui.core.state import SessionState
from selforg_tui.models.base import Pace
from selforg_tui.sessions.player import Player
from selforg_tui.sessions.reader import Recording

MISSION = "Move a regional hospital group to zero trust without stopping care"
ROLES = (
    "identity architect", "clinical continuity planner", "network segmentation lead", "legacy device steward", "incident drill designer",
    "vendor contract negotiator", "staff training coordinator", "integration editor",
)  # fmt: skip
TEXT = (
    "Wards first: nothing that keeps a patient alive may lose its connection while trust is rebuilt around it. "
    "We map each ward's devices, name an owner, and move one ward per fortnight, with a rehearsed way back.\n\n"
    "Every step states who decides, what is measured, and when we stop."
)
PRICE = Price(0.5, 1.5, imaginary=True)


def header(
    agents: int = 8,
    tasks: int = 1,
    models: tuple[str, ...] = ("sim:strong",),
    judge: str | None = "sim:judge",
    protocol: str = "sequential",
) -> ev.Header:
    specs = tuple(ModelSpec.parse(model) for model in models)
    spec = ModelSpec.parse(judge) if judge else None
    given = tuple(Task(f"Part {number} of the plan: what changes first, and who answers for it?") for number in range(1, tasks + 1))
    config = RunConfig(
        mission=MISSION,
        tasks=given if tasks > 1 else (),
        agents=agents,
        models=specs,
        judge=spec,
        protocol=protocol,
        limits=Limits(cost_usd=0.1),
    )
    return ev.Header(
        ev.FORMAT, ev.VERSION, "20260301-101500-ab12", "0.1.0", "2026-03-01T10:15:00+00:00", checked(config), "qwrtzpsd", {},
        dict.fromkeys(models, PRICE), {}, {}, ev.simulated_parts(specs, spec),
    )  # fmt: skip


def outcome(seat: int, agents: int) -> str:
    """Every fifth stays out, the sixth fails where there are more than five."""
    return "failed" if seat == 6 else "out" if seat % 5 == 3 else "in"


def made(agents: int = 8, tasks: int = 1, text: str = TEXT, role: str = "", reason: str = "", **about: object) -> list[ev.AnyEvent]:
    """All events of a session; `text`, `role` and `reason` replace what the agents write."""
    found: list[ev.AnyEvent] = []
    clock = 0.0

    def add(event: ev.AnyEvent, after: float = 0.0) -> None:
        nonlocal clock
        clock += after
        import msgspec

        found.append(msgspec.structs.replace(event, seq=len(found), t=round(clock, 3)))

    top = header(agents, tasks, **about)  # type: ignore[arg-type]
    add(ev.SessionStarted(header=top))
    for number in range(1, tasks + 1):
        add(ev.TaskStarted(task=number, level="L3", text=top.config.tasks[number - 1].text))
        add(ev.BlockAdded(id=f"b{number}", part="fixed", text=f"You are one of {agents} agents.\nMission: {MISSION}"))
        present: list[int] = []
        for seat, spec in enumerate(top.config.seating(), 1):
            for event, after in _turn(
                number, seat, spec.name, present, outcome(seat, agents), text, role or ROLES[(seat - 1) % len(ROLES)], reason
            ):
                add(event, after)
            if outcome(seat, agents) == "in":
                present.append(seat)
        add(ev.TaskEnded(task=number, solution=text))
        if top.config.judge is not None:
            name = f"{number}/judge/0/1"
            add(ev.CallStarted(call=name, kind="judge", purpose="first", model="sim:judge", blocks=(f"b{number}",), digest="d"))
            add(_finished(name, "{}", "sim:judge", 900, 120, 1.5), 1.5)
            scores = {"accuracy": 3, "completeness": 4, "coherence": 2, "actionability": 3, "mission": 4}
            why = "It names owners and an order, and leaves small gaps where wards share devices."
            add(
                ev.Scored(
                    task=number,
                    call=name,
                    model="sim:judge",
                    scores={key: ev.Score(value, why) for key, value in scores.items()},
                )
            )
    add(ev.SessionEnded(status="done_with_failures" if agents > 5 else "done"))
    return found


def _finished(name: str, text: str, model: str, tokens_in: int, tokens_out: int, seconds: float) -> ev.CallFinished:
    usage = Usage(tokens_in, tokens_out, cached=tokens_in // 2)
    return ev.CallFinished(
        call=name,
        text=text,
        usage=usage,
        model=model,
        finish="stop",
        seconds=seconds,
        first=0.2,
        price=PRICE,
        cost_usd=PRICE.cost(usage),
        simulated=True,
    )


def _turn(
    task: int, seat: int, model: str, present: list[int], end: str, text: str, role: str, reason: str
) -> Iterator[tuple[ev.AnyEvent, float]]:
    name = f"{task}/contribute/{seat}/1"
    reason = reason or (
        "What I would add is covered by 01 and 02." if end == "out" else "Nobody has yet looked at what breaks on a night shift."
    )
    yield (
        ev.CallStarted(
            call=name,
            kind="contribute",
            purpose="first",
            model=model,
            blocks=(f"b{task}",),
            digest="d",
            sees=tuple(f"{one:02d}" for one in present),
        ),
        0.0,
    )
    if end == "failed":
        yield ev.CallFailed(call=name, kind="server_error", text="The server answered 500."), 0.8
        yield ev.SeatFailed(task=task, seat=seat, step="contribute", reason="The server answered 500 three times."), 0.0
        return
    whole = json.dumps(
        {"participate": end == "in", "role": role, "reason": reason, "depends_on": [], "contribution": text if end == "in" else ""},
        ensure_ascii=False,
    )
    size = max(1, len(whole) // 12)
    for place in range(0, len(whole), size):
        yield ev.CallDelta(call=name, text=whole[place : place + size]), 0.1
    yield _finished(name, whole, model, 400 + 180 * len(present), len(whole) // 4, 1.2), 0.0
    if end == "out":
        yield ev.Abstained(task=task, seat=seat, kind="voluntary", reason=reason, role="", call=name), 0.0
        return
    yield ev.Decided(task=task, seat=seat, call=name, role=role, reason=reason, contribution=text), 0.0
    parents = [present[(seat * 7) % len(present)], present[0]] if present and seat % 4 != 2 else present[:1]
    for place, parent in enumerate(dict.fromkeys(parents)):
        yield ev.Edge(task=task, parent=parent, child=seat, kind="depends", essential=place == 0, used="the order of wards"), 0.0


def state_at(events: list[ev.AnyEvent], count: int | None = None) -> SessionState:
    """The state after some of the events."""
    return fold(events[:count])


def player(events: list[ev.AnyEvent]) -> Player:
    """These events as a recording that stands at its beginning."""
    return Player(Recording(Path("20260301-101500-ab12.jsonl"), list(events)))


class MadeSession:
    """Stands in for a live session: `let` makes the next events happen, `run` returns when the last has."""

    def __init__(self, events: list[ev.AnyEvent]) -> None:
        self.state = SessionState()
        self.path = Path("20260301-101500-ab12.jsonl")
        self.id = "20260301-101500-ab12"
        self.stopped = False
        self.pace = Pace()
        self._events = iter(events)
        self._over = asyncio.Event()

    async def run(self) -> ev.Status:
        await self._over.wait()
        return self.state.status or "interrupted"

    def stop(self) -> None:
        self.stopped = True
        self._over.set()

    def let(self, count: int) -> None:
        """So many events happen; the last one ends the run."""
        for _ in range(count):
            event = next(self._events, None)
            if event is None:
                return
            apply(self.state, event)
            if isinstance(event, ev.SessionEnded):
                self._over.set()
