"""What is looked for in what a trial has written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from selforg_tui.protocols.base import Output, Promise, Remembered, Step
from selforg_tui.protocols.conformance.finding import Rule, Spot
from selforg_tui.protocols.conformance.team import Call
from selforg_tui.protocols.conformance.trial import Result, Setting

NOTHING = Step("plan", 0, 0, 0).sees
"""What a step says that shows nothing."""


class Sum(msgspec.Struct, frozen=True):
    """All that is promised of one kind of step."""

    calls: int
    rounds: int
    at_once: int
    shown: int
    most: int
    lines: bool
    """Nothing is shown whole."""
    history: bool
    sees: str


def summed(steps: Sequence[Step]) -> dict[str, Sum]:
    """By kind."""
    found: dict[str, Sum] = {}
    for kind in dict.fromkeys(step.kind for step in steps):
        some = [step for step in steps if step.kind == kind]
        found[kind] = Sum(
            sum(step.calls for step in some),
            sum(step.rounds for step in some),
            max(step.at_once for step in some),
            sum(step.shown for step in some),
            max(step.most for step in some),
            not any(step.whole for step in some),
            any(step.history for step in some),
            "; ".join(dict.fromkeys(step.sees for step in some)),
        )
    return found


def described(promise: Promise) -> Iterator[Spot]:
    """What a promise has to say at all."""
    if not promise.steps:
        yield Spot("description", "no steps", "promises no step for a task")
    for step in (*promise.steps, *promise.once):
        if not step.sees.strip():
            yield Spot("description", "sees", f"does not say what a call of kind '{step.kind}' sees", step=step.kind)
        elif step.shown and step.sees == NOTHING:
            yield Spot("description", "sees", f"shows things in calls of kind '{step.kind}' but says '{step.sees}'", step=step.kind)


def kept(result: Result, setting: Setting, promise: Promise) -> Iterator[Spot]:
    """The promise, to the letter, where everybody takes part."""
    yield from _counted(result, 0, summed(promise.once))
    for task in setting.tasks:
        by_kind = summed(promise.steps)
        yield from _counted(result, task, by_kind)
        yield from _differ(
            "rounds", f"takes {many(_rounds(result, task), 'round')} for task {task}", _rounds(result, task), promise.latency, task
        )
        peak = result.diary.peak_of.get(task, {}).get("all", 0)
        at_once = max(step.at_once for step in promise.steps)
        yield from _differ("at once", f"has {many(peak, 'call')} under way at once in task {task}", peak, at_once, task)
        for kind, sum_ in by_kind.items():
            yield from _showing([call for call in result.diary.at(task) if call.kind == kind], kind, sum_, task)


def bounded(result: Result, setting: Setting, promise: Promise, full: Result) -> Iterator[Spot]:
    """What holds whoever stays out, fails or is gone: not more than promised, and no failure made up for."""
    turns = Counter((call.seat, call.kind) for call in full.diary.at(1))
    most_turns = {kind: max(count for (_, of), count in turns.items() if of == kind) for _, kind in turns}
    usual = Counter(call.kind for call in full.diary.at(1))
    by_kind = summed(promise.steps)
    for task in setting.tasks:
        calls = result.diary.at(task)
        failed = {(call.seat, call.kind) for call in calls if call.fate == "fails"}
        rule: Rule = "failure" if failed else "promise"
        for (seat, kind), count in Counter((call.seat, call.kind) for call in calls).items():
            most = most_turns.get(kind, 0)
            if count > most:
                again = [call for call in calls if (call.seat, call.kind) == (seat, kind)]
                why = (
                    "although it had failed" if (seat, kind) in failed else "to make up for others" if failed else "where others are silent"
                )
                says = f"asks seat {seat} {many(count, 'time')} for '{kind}' in task {task}, {why}; promised: {most} at most"
                yield Spot(rule, "asked again", says, task, again[-1].step, seat)
        for kind, count in Counter(call.kind for call in calls).items():
            promised = by_kind[kind].calls if kind in by_kind else 0
            if count > max(promised, usual[kind]):
                says = f"makes {many(count, 'call')} of kind '{kind}' in task {task}; promised: {promised} at most"
                yield Spot(rule, f"{kind} calls", says, task, kind)
        peak = result.diary.peak_of.get(task, {}).get("all", 0)
        if peak > promise.at_once:
            says = f"has {many(peak, 'call')} under way at once in task {task}; promised: {promise.at_once} at most"
            yield Spot("promise", "at once", says, task)
        if _rounds(result, task) > promise.latency:
            says = f"takes {many(_rounds(result, task), 'round')} for task {task}; promised: {promise.latency} at most"
            yield Spot("promise", "rounds", says, task)


def visible(result: Result, setting: Setting, promise: Promise) -> Iterator[Spot]:
    """What is shown is no more, and nothing else, than the promise says."""
    yield from result.diary.spots
    for task in (0, *setting.tasks):
        by_kind = summed(promise.steps if task else promise.once)
        for call in result.diary.at(task):
            sum_ = by_kind.get(call.kind)
            if sum_ is not None:
                yield from _beyond(call, sum_)


def covered(result: Result, setting: Setting, at_work: int) -> Iterator[Spot]:
    """Every seat is asked or left out, as far as seats are at work at all."""
    diary = result.diary
    unplanned = any(call.kind == "plan" and call.fate != "answers" for call in diary.at(0))
    for task in setting.tasks:
        calls = diary.at(task)
        if unplanned or any(call.kind == "plan" and call.fate != "answers" for call in calls):
            continue
        team = set(range(1, setting.n + 1)) - setting.lost.get(task, frozenset())
        asked, out = {call.seat for call in calls}, {seat for number, seat in diary.left_out if number == task}
        if at_work >= setting.n:
            for seat in sorted(team - asked - out):
                yield Spot("coverage", "forgotten", f"neither asks seat {seat} in task {task} nor leaves it out", task, seat=seat)
        elif len(asked | out) < min(at_work, len(team)):
            yield Spot("coverage", "forgotten", f"asks {len(asked)} seats in task {task}; at work are said to be {at_work}", task)
        if len(asked) > at_work:
            yield Spot("coverage", "at work", f"asks {len(asked)} seats in task {task}; at work are said to be {at_work}", task)


def alike(one: Result, other: Result, tasks: Sequence[int], *, in_order: bool) -> tuple[str, Call | None]:
    """Where two sessions differ, in words, and one call of it; nothing where they do not. `in_order`: also in the order of calls."""
    for task in tasks:
        first, second = one.diary.at(task), other.diary.at(task)
        if not in_order:
            first, second = sorted(first, key=lambda call: call.id), sorted(second, key=lambda call: call.id)
        for a, b in zip(first, second, strict=False):
            if a.id != b.id:
                return f"asks seat {b.seat} in step '{b.step}' of task {task} where it asked seat {a.seat} in step '{a.step}'", b
            if _told(a) != _told(b):
                return f"shows seat {b.seat} in step '{b.step}' of task {task} {_words(b)} where it showed it {_words(a)}", b
        if len(first) != len(second):
            return f"makes {len(second)} calls in task {task} where it made {len(first)}", None
        out = [{seat for number, seat in result.diary.left_out if number == task} for result in (one, other)]
        if out[0] != out[1]:
            return f"leaves out seats {sorted(out[1])} in task {task} where it left out {sorted(out[0])}", None
    return "", None


def many(number: int, what: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _counted(result: Result, task: int, by_kind: dict[str, Sum]) -> Iterator[Spot]:
    calls = result.diary.at(task)
    where = f"task {task}" if task else "what precedes the first task"
    for kind in dict.fromkeys([*by_kind, *(call.kind for call in calls)]):
        some, sum_ = [call for call in calls if call.kind == kind], by_kind.get(kind)
        says = f"makes {many(len(some), 'call')} of kind '{kind}' in {where}"
        if sum_ is None:
            yield Spot("promise", f"{kind} calls", f"{says}; none is promised", task, kind)
            continue
        yield from _differ(f"{kind} calls", says, len(some), sum_.calls, task, kind)
        rounds = len({round(call.started) for call in some})
        says = f"makes the calls of kind '{kind}' in {where} in {many(rounds, 'round')}"
        yield from _differ(f"{kind} rounds", says, rounds, sum_.rounds, task, kind)
        peak = result.diary.peak_of.get(task, {}).get(kind, 0)
        says = f"has {many(peak, 'call')} of kind '{kind}' under way at once in {where}"
        yield from _differ(f"{kind} at once", says, peak, sum_.at_once, task, kind)


def _showing(calls: Sequence[Call], kind: str, sum_: Sum, task: int) -> Iterator[Spot]:
    shown = sum(_shown(call, sum_) for call in calls)
    says = f"shows {many(shown, 'thing')} in the calls of kind '{kind}' of task {task} together"
    yield from _differ(f"{kind} shown", says, shown, sum_.shown, task, kind)
    most = max((_shown(call, sum_) for call in calls), default=0)
    says = f"shows {many(most, 'thing')} in the call of kind '{kind}' of task {task} that sees most"
    yield from _differ(f"{kind} most", says, most, sum_.most, task, kind)
    if sum_.history and task > 1 and not any(isinstance(thing, Remembered) for call in calls for thing in call.sees):
        yield Spot("promise", "history", f"shows no history in task {task}, though it is promised for '{kind}'", task, kind)


def _differ(about: str, says: str, found: int, promised: int, task: int, step: str = "") -> Iterator[Spot]:
    if found != promised:
        yield Spot("promise", about, f"{says}; promised: {promised}", task, step)


def _beyond(call: Call, sum_: Sum) -> Iterator[Spot]:
    about = f"shows seat {call.seat} in step '{call.step}' of task {call.task}"
    where = (call.task, call.step, call.seat)
    if _shown(call, sum_) > sum_.most:
        says = f"{about} {many(_shown(call, sum_), 'thing')}; promised: {sum_.most} at most ({sum_.sees})"
        yield Spot("visibility", f"{call.kind} more", says, *where)
    if sum_.lines and any(isinstance(thing, Output) for thing in call.sees):
        yield Spot("visibility", f"{call.kind} whole", f"{about} an output, whole; promised: {sum_.sees}, a line or two each", *where)
    if not sum_.lines and any(not isinstance(thing, Output) for thing in call.shown):
        yield Spot("visibility", f"{call.kind} other", f"{about} something that is no output; promised: {sum_.sees}", *where)
    if not sum_.history and any(isinstance(thing, Remembered) for thing in call.sees):
        yield Spot("visibility", f"{call.kind} history", f"{about} the history of earlier tasks, which it does not promise", *where)


def _shown(call: Call, sum_: Sum) -> int:
    """As a promise counts: a role is one of the lines, and comes on top of whole outputs."""
    return len(call.shown) + (sum_.lines and call.role is not None)


def _rounds(result: Result, task: int) -> int:
    return round(result.diary.took.get(task, 0))


def _told(call: Call) -> tuple[Any, ...]:
    things = tuple((type(thing).__name__, *msgspec.structs.astuple(thing)) for thing in call.sees)
    role = None if call.role is None else msgspec.structs.astuple(call.role)
    return call.kind, things, role, call.origin and msgspec.structs.astuple(call.origin)


def _words(call: Call) -> str:
    seats = [f"{getattr(thing, 'seat', 'history')}" for thing in call.sees]
    shown = f"things of {', '.join(seats[:6])}{' …' if len(seats) > 6 else ''}" if seats else "nothing"
    return f"{shown}, as '{call.role.role}'" if call.role else shown
