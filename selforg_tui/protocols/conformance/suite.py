"""The trials that a protocol has to stand, and what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from selforg_tui.core.config import Parameter
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.keyed import Keyed
from selforg_tui.core.text import one_line
from selforg_tui.protocols.base import Promise, Protocol
from selforg_tui.protocols.conformance import rules
from selforg_tui.protocols.conformance.finding import Finding, Spot
from selforg_tui.protocols.conformance.hardship import Hardship, hardships
from selforg_tui.protocols.conformance.trial import Result, Setting, run
from selforg_tui.protocols.offered import unfit

SIZES = (1, 2, 3, 8, 64)
FEWER = (1, 3, 8)
"""Sizes of teams: with the default parameters, and with any others."""
WHOLE_NUMBERS = (-1, 0, 1, 2, 3, 16, 1000)
NUMBERS = (-1.0, 0.0, 0.25, 1.0, 7.5)
TEXT = "first; second"
"""Tried where a parameter has no declared choices; a protocol may refuse them with a ConfigError."""


def check(
    protocol: type[Protocol], *, sizes: Sequence[int] = SIZES, parameters: Iterable[Mapping[str, Parameter]] | None = None
) -> list[Finding]:
    """All that is wrong with a protocol; each kind of fault once, for the first team in which it shows. Empty: it conforms.

    `parameters`: tried beside the defaults, instead of those that are made from its options. Nothing that the protocol does is raised
    again; a loop in it that never awaits cannot be ended.
    """
    suite = _Suite(protocol, tuple(sizes), parameters)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return suite.findings()
    with ThreadPoolExecutor(1) as thread:  # a loop is running here, and a thread has one loop at a time
        return thread.submit(suite.findings).result()


def assert_conforms(
    protocol: type[Protocol], *, sizes: Sequence[int] = SIZES, parameters: Iterable[Mapping[str, Parameter]] | None = None
) -> None:
    """For tests: raises AssertionError with all findings."""
    found = check(protocol, sizes=sizes, parameters=parameters)
    if found:
        raise AssertionError("\n".join(map(str, found)))


class _Suite:
    def __init__(self, protocol: type[Protocol], sizes: Sequence[int], parameters: Iterable[Mapping[str, Parameter]] | None) -> None:
        self._protocol, self._sizes = protocol, sizes
        self._given = None if parameters is None else [dict(each) for each in parameters]
        self._found: dict[tuple[str, str], Finding] = {}
        self._title = str(getattr(protocol, "title", protocol))

    def findings(self) -> list[Finding]:
        reason = unfit(self._protocol)
        if reason:
            self._note(Spot("description", "class", reason))
            return list(self._found.values())
        for place, parameters in enumerate(self._variants()):
            for n in self._sizes if place == 0 else [size for size in self._sizes if size in FEWER] or self._sizes:
                self._try(parameters, n, thoroughly=place == 0)
        return list(self._found.values())

    def _variants(self) -> Iterator[dict[str, Parameter]]:
        yield {}
        if self._given is not None:
            yield from self._given
            return
        for option in self._protocol.options:
            tried: Sequence[Parameter] = option.choices
            if not tried:
                match option.default:
                    case bool():
                        tried = (True, False)
                    case int():
                        tried = WHOLE_NUMBERS
                    case float():
                        tried = NUMBERS
                    case _:
                        tried = (TEXT,)
            yield from ({option.name: value} for value in tried if value != option.default)

    def _try(self, parameters: dict[str, Parameter], n: int, *, thoroughly: bool) -> None:
        made = self._made(parameters, n)
        if made is None:
            return
        promise, at_work = made
        trial = _Trials(lambda: self._protocol(**parameters), n, promise)

        def note(spots: Iterable[Spot], context: str = "") -> None:
            for spot in spots:
                self._note(spot, n, parameters, context)

        note(rules.described(promise))
        full = trial.run(Setting(n))
        if _broken(full):
            note(_broken(full))
            return
        for context, setting in _whole(n, thoroughly):
            result = trial.run(setting) if context else full
            note(_broken(result) or (*rules.kept(result, setting, promise), *rules.covered(result, setting, at_work)), context)
            note(rules.visible(result, setting, promise), context)
        note(self._repeated(trial, Setting(n), full, thoroughly))
        note(_fresh(trial, full))
        if n in FEWER or not thoroughly:
            note(_stopped(trial, full))
        for hardship in hardships(n, [step.kind for step in promise.steps], many=thoroughly and n < 64):
            self._hard(trial, hardship, full, at_work, note)

    def _hard(self, trial: _Trials, hardship: Hardship, full: Result, at_work: int, note: Callable[[Iterable[Spot], str], None]) -> None:
        setting, context = hardship.setting, hardship.words
        result = trial.run(setting)
        if _broken(result):
            note(_broken(result), context)
            return
        note(rules.bounded(result, setting, trial.promise, full), context)
        note(rules.visible(result, setting, trial.promise), context)
        note(rules.covered(result, setting, at_work), context)
        note(self._other_order(trial, setting, result, "drawn"), context)

    def _repeated(self, trial: _Trials, setting: Setting, full: Result, thoroughly: bool) -> Iterator[Spot]:
        words, call = rules.alike(full, trial.run(setting), (0, *setting.tasks), in_order=True)
        if words:
            says = f"with the same seed, in a second run, {words}: the same seed has to give the same calls in the same order"
            yield Spot("determinism", "again", says, *(call.id if call else ()))
        for delay in ("last first", "drawn", "drawn otherwise") if thoroughly else ("last first",):
            yield from self._other_order(trial, setting, full, delay)

    def _other_order(self, trial: _Trials, setting: Setting, before: Result, delay: str) -> Iterator[Spot]:
        other = trial.run(msgspec.structs.replace(setting, delay=delay))
        words, call = rules.alike(before, other, (0, *setting.tasks), in_order=False)
        if words and not _broken(other):
            says = f"where calls finish in another order, {words}: what is asked must not depend on who finishes first"
            yield Spot("determinism", "completion", says, *(call.id if call else ()))

    def _made(self, parameters: dict[str, Parameter], n: int) -> tuple[Promise, int] | None:
        """Its promise, and how many are at work; None where there is nothing to try."""
        try:
            protocol = self._protocol(**parameters)
        except ConfigError:
            if not parameters or self._given is not None:
                self._note(Spot("description", "refused", "refuses its parameters"), n, parameters)
            return None
        except (Exception, SystemExit) as problem:
            self._note(Spot("crash", "made", f"cannot be made: {_said(problem)}"), n, parameters)
            return None
        try:
            promise, at_work = protocol.promise(n), protocol.at_work(n)
        except (Exception, SystemExit) as problem:
            self._note(Spot("crash", "promise", f"cannot say what it promises: {_said(problem)}"), n, parameters)
            return None
        if not isinstance(promise, Promise):
            self._note(Spot("description", "promise", f"promises a {type(promise).__name__} instead of a Promise"), n, parameters)
            return None
        if not promise.steps or not 1 <= at_work <= n:
            says = "promises no step for a task" if not promise.steps else f"says that {at_work} of {n} agents are at work"
            self._note(Spot("description", "promise", says), n, parameters)
            return None
        return promise, at_work

    def _note(self, spot: Spot, n: int | None = None, parameters: Mapping[str, Parameter] | None = None, context: str = "") -> None:
        given = {name: str(value) for name, value in (parameters or {}).items()}
        which = f" ({', '.join(f'{name}={value}' for name, value in given.items())})" if given else ""
        head = f"{self._title} with N = {n}{which}: " if n is not None else f"{self._title} "
        text = f"{head}{spot.says}{f' ({context})' if context else ''}."
        name = str(getattr(self._protocol, "name", self._title))
        finding = Finding(name, spot.rule, text, n, spot.task, spot.step, spot.seat, given)
        self._found.setdefault((spot.rule, spot.about), finding)


class _Trials:
    """Sessions of protocols that are made anew for each."""

    def __init__(self, make: Callable[[], Protocol], n: int, promise: Promise) -> None:
        self._make, self.n, self.promise = make, n, promise

    def run(self, setting: Setting) -> Result:
        calls = self.promise.calls * len(setting.tasks) + sum(step.calls for step in self.promise.once)
        return run(self._make(), setting, calls)


def _whole(n: int, thoroughly: bool) -> Iterator[tuple[str, Setting]]:
    """Trials in which everybody takes part; the first is the one that all others are held against."""
    yield "", Setting(n)
    if n > 1:
        turns = Keyed(7, n).shuffled(range(1, n + 1), "turns")
        yield "turns in another order", Setting(n, turns=tuple(turns))
    if thoroughly:
        yield "with another seed", Setting(n, seed=2)


def _broken(result: Result) -> list[Spot]:
    where = f"in task {result.task}" if result.task else "before the first task"
    last = result.diary.calls[-1] if result.diary.calls else None
    after = f", after asking seat {last.seat} in step '{last.step}'" if last else ""
    place = (result.task, last.step if last else "", last.seat if last else None)
    if result.hang:
        return [Spot("hang", "hang", f"{result.hang} {where}{after}; promised: to come to an end whoever fails or stays out", *place)]
    if result.crash:
        return [Spot("crash", "crash", f"{result.crash} {where}{after}; promised: to go on whoever fails or stays out", *place)]
    return []


def _fresh(trial: _Trials, full: Result) -> Iterator[Spot]:
    """The second task on its own, as it looks to a protocol that has not seen the first."""
    alone = trial.run(Setting(trial.n, tasks=(2,), history=full.remembered[:1]))
    words, call = rules.alike(alone, full, (2,), in_order=True)
    if words and not _broken(alone):
        says = f"after a first task, {words} without one: only the team's history may outlive a task"
        yield Spot("memory", "memory", says, *(call.id if call else ()))


def _stopped(trial: _Trials, full: Result) -> Iterator[Spot]:
    """Whether a stop from outside goes through."""
    rounds = full.diary.took[1]
    for after in sorted({0.5, rounds / 2 + 0.25, rounds + 0.5}):
        result = trial.run(Setting(trial.n, stopped=after))
        if not result.ended and not result.crash and after < sum(full.diary.took.values()):
            says = f"goes on when it is stopped after {after:g} rounds: what catches CancelledError has to raise it again"
            yield Spot("stop", "stop", says)


def _said(problem: BaseException) -> str:
    return one_line(f"{type(problem).__name__}: {problem}", 200)
