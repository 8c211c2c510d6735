"""One example of each event, and small sessions that fit together."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, StepKind, Usage
from selforg_tui.core.config import ModelSpec, RunConfig, Task, checked
from selforg_tui.core.decisions import Assignment

DIMENSIONS = ("accuracy", "completeness", "coherence", "actionability", "mission")
PRICE = Price(3.0, 15.0, cached=0.3, imaginary=True, source="ours")
USAGE = Usage(input=100, output=20, cached=40, cache_written=8, reasoning=5)


def header(agents: int = 3, tasks: int = 2) -> ev.Header:
    """Three agents, the first two simulated."""
    models = (ModelSpec("sim", "strong", None, 2), ModelSpec("x", "y")) if agents > 2 else (ModelSpec("sim", "strong"),)
    config = checked(
        RunConfig("Save the bees", tuple(Task(f"task {number}", "L2") for number in range(1, tasks + 1)), agents=agents, models=models)
    )
    return ev.Header(
        ev.FORMAT, ev.VERSION, "20261121-100000-abcd", "0.1", "2026-11-21T10:00:00+00:00", config, "kqzvmwbd", {"rules.txt": "Be kind."},
        {"sim:strong": PRICE, "x:y": None}, {"sim:strong": 1000, "x:y": None}, {"sim:strong": 0.7, "x:y": None}, ev.Simulated(True, True),
        ev.Parent("before", "00ff", "1/contribute/2", {"model": "x:y"}),
    )  # fmt: skip


def started(call: str, purpose: ev.Purpose = "first") -> ev.CallStarted:
    """A call that shows output 01."""
    kind: StepKind = "judge" if "judge" in call else "contribute"
    return ev.CallStarted(
        call=call, kind=kind, purpose=purpose, model="sim:strong", blocks=("b1",), digest="d", sees=("01",), shortened=("01",)
    )


def finished(call: str, text: str = "{}", cost: float | None = 0.25, usage: Usage = USAGE, simulated: bool = True) -> ev.CallFinished:
    """A whole reply."""
    return ev.CallFinished(
        call=call,
        text=text,
        usage=usage,
        model="sim-strong-1",
        finish="stop",
        seconds=1.5,
        first=0.5,
        price=PRICE,
        cost_usd=cost,
        simulated=simulated,
    )


def decided(seat: int, text: str = "words", role: str = "planner", task: int = 1) -> ev.Decided:
    """A contribution."""
    return ev.Decided(task=task, seat=seat, call=f"{task}/contribute/{seat}/1", role=role, reason="needed", contribution=text, dropped=1)


def scored(task: int = 1, score: int = 3) -> ev.Scored:
    """The same score on every dimension."""
    scores = {name: ev.Score(score, f"why {name}") for name in DIMENSIONS}
    return ev.Scored(task=task, call=f"{task}/judge/0/1", model="sim:judge", scores=scores)


EXAMPLES: tuple[ev.AnyEvent, ...] = (
    ev.SessionStarted(header=header()),
    ev.BlockAdded(id="b1", part="fixed", text="You are one of several agents.\n\u2028 \x1b[31m \u202e"),
    ev.CallStarted(call="0/plan/1/1", kind="plan", purpose="first", model="sim:strong", blocks=("b1",), digest="d"),
    finished("0/plan/1/1"),
    ev.Planned(task=0, seat=1, call="0/plan/1/1", assignments=(Assignment(1, "lead", 1, "go first"), Assignment(3, "third", 2))),
    ev.Warned(text="Prices are imaginary."),
    ev.TaskStarted(task=1, level="L2", text="task 1"),
    ev.Intended(task=1, seat=1, call="1/intend/1/1", participate=True, role="planner", text="plan it"),
    started("1/contribute/1/1"),
    ev.CallDelta(call="1/contribute/1/1", text="pa"),
    ev.CallDelta(call="1/contribute/1/1", text="rt"),
    ev.CallFailed(call="1/contribute/1/1", kind="rate_limit", text="Slow down.", retry_in=2.0, usage=Usage(10, 1), cost_usd=None),
    started("1/contribute/1/2", "retry"),
    finished("1/contribute/1/2", "not JSON", cost=None),
    ev.Unread(call="1/contribute/1/2", text="it holds no JSON object", repairing=True),
    started("1/contribute/1/3", "repair"),
    finished("1/contribute/1/3", json.dumps({"role": "planner"})),
    decided(1),
    started("1/contribute/2/1"),
    finished("1/contribute/2/1"),
    decided(2, "more", "reviewer"),
    ev.Edge(task=1, parent=1, child=2, kind="depends", essential=True, used="the words"),
    ev.Abstained(task=1, seat=3, kind="voluntary", reason="covered", role="none", call=None),
    started("1/judge/0/1"),
    finished("1/judge/0/1", simulated=False),
    scored(),
    ev.TaskEnded(task=1, solution="words\n\nmore"),
    ev.WrittenUp(task=1, call="1/judge/0/1", model="x:y", text="# Words"),
    ev.TaskStarted(task=2, level="L2", text="task 2"),
    ev.SeatFailed(task=2, seat=1, step="contribute", reason="x:y: no server"),
    ev.Signalled(task=2, seat=2, call="2/signal/2/1", role="planner", intensity=0.4),
    ev.Rated(task=2, seat=2, call="2/rate/2/1", ratings={"1": 7}),
    ev.Shocked(task=2, kind="remove-random", seats=(3,), text="Agent 03 was removed."),
    ev.LimitNear(what="money", text="More than 80 % of the limit is used."),
    ev.SlowedDown(place="openai", seconds=4.0, at_once=6),
    ev.Limit(what="money", text="The limit of $1 was reached."),
    ev.Unscored(task=2, reason="There is no solution to judge."),
    ev.TaskEnded(task=2, solution=""),
    ev.Unwritten(task=2, reason="There is no solution to write up."),
    ev.SessionEnded(status="limit", text="The limit of $1 was reached."),
)
"""A session that fits together and has every type of event at least once."""


def numbered(events: Iterable[ev.AnyEvent], pace: float = 0.5) -> list[ev.AnyEvent]:
    """With sequence numbers, and times `pace` seconds apart; every third event at the time of the one before."""
    return [replace(event, seq=seq, t=round((seq - (seq % 3 == 2)) * pace, 6)) for seq, event in enumerate(events)]


def session() -> list[ev.AnyEvent]:
    """The examples, numbered."""
    return numbered(EXAMPLES)


def lines(events: Iterable[ev.AnyEvent]) -> bytes:
    """As a file holds them."""
    return b"".join(ev.encode(event) for event in events)
