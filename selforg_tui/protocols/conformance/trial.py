"""One session of a protocol with the recording team: several tasks in a row, to the end or to the reason why there is none."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec

from selforg_tui.core.clock import VirtualTimeLoop
from selforg_tui.core.keyed import unit
from selforg_tui.core.text import one_line
from selforg_tui.protocols.base import Agent, Protocol, Remembered
from selforg_tui.protocols.conformance.team import Diary, Endless, Fates, Left, RecordingTeam
from selforg_tui.protocols.conformance.watch import Stuck, Watch

SECONDS = 10.0
"""Of the wall clock, for one trial."""
_OURS = Path(__file__).parent
_TICK = 1e-6
DELAYS: dict[str, Callable[[int], float]] = {
    "as asked": lambda place: 0.0,
    "last first": lambda place: _TICK * (1 - place * 1e-4),
    "drawn": lambda place: _TICK * unit("completion", place),
    "drawn otherwise": lambda place: _TICK * unit("another completion", place),
}
"""In which order calls that go together are completed."""


def everybody(task: int, step: str, seat: int, kind: str) -> Any:
    """All take part."""
    return "answers"


class Setting(msgspec.Struct, frozen=True):
    """What a trial is to try."""

    n: int
    tasks: tuple[int, ...] = (1, 2)
    fates: Fates = everybody
    delay: str = "as asked"
    seed: int = 1
    turns: tuple[int, ...] = ()
    """The seats in the order of turns; empty: by seat."""
    unplanned: frozenset[int] = frozenset()
    """Seats that plans leave out."""
    lost: dict[int, frozenset[int]] = {}
    """By task, seats that are no longer in the team."""
    history: tuple[Remembered, ...] = ()
    """What is remembered when the first of these tasks begins."""
    stopped: float | None = None
    """Virtual seconds after which the session is stopped from outside."""


class Result(msgspec.Struct):
    """How it went. At most one of the last three is set."""

    diary: Diary
    remembered: tuple[Remembered, ...] = ()
    task: int = 0
    """The last that was begun."""
    crash: str = ""
    hang: str = ""
    ended: bool = False
    """The protocol let a stop through."""


def run(protocol: Protocol, setting: Setting, calls: int) -> Result:
    """Try it. `calls`: as many as are promised for all tasks. Raises KeyboardInterrupt alone."""
    most = 4 * calls + 50
    diary = Diary(
        setting.seed, setting.fates, DELAYS[setting.delay], most, "\n".join(map(str, protocol.parameters.values())), setting.unplanned
    )
    result = Result(diary)
    watch = Watch(turns=1000 + 40 * most, seconds=SECONDS)
    loop = VirtualTimeLoop(watch)
    loop.set_exception_handler(lambda loop, context: None)
    main = loop.create_task(_session(protocol, setting, diary, result))
    watch.end = main.cancel
    if setting.stopped is not None:
        loop.call_later(setting.stopped, main.cancel)
    try:
        loop.run_until_complete(main)
    except asyncio.CancelledError:
        result.ended = not watch.trouble
        if not watch.trouble and setting.stopped is None:
            result.crash = "raises CancelledError though nobody has stopped it"
    except Endless:
        result.hang = f"asks without an end: {most} calls, where {calls} are promised"
    except Stuck as stuck:
        result.hang = f"{stuck}, and does not let itself be stopped"
    except (Exception, SystemExit, GeneratorExit) as problem:
        result.crash = _told(problem)
    finally:
        result.hang = result.hang or watch.trouble
        if result.hang:
            result.crash = ""
        _close(loop, watch)
    return result


async def _session(protocol: Protocol, setting: Setting, diary: Diary, result: Result) -> None:
    agents = [Agent(seat, f"model-{seat % 2}") for seat in setting.turns or range(1, setting.n + 1)]
    result.remembered = setting.history
    await _part(diary, RecordingTeam(diary, 0, agents, ()), protocol.prepare)
    for number in setting.tasks:
        result.task = number
        gone = setting.lost.get(number, frozenset())
        team = RecordingTeam(diary, number, [agent for agent in agents if agent.seat not in gone], result.remembered)
        await _part(diary, team, protocol.work)
        result.remembered += (Remembered(number, tuple((output.seat, output.role) for output in team.outputs)),)


async def _part(diary: Diary, team: RecordingTeam, work: Callable[[RecordingTeam], Coroutine[Any, Any, None]]) -> None:
    loop = asyncio.get_running_loop()
    began, number = loop.time(), team.number
    diary.peaks = {}
    await work(team)
    team.over = True
    diary.took[number] = loop.time() - began
    diary.peak_of[number] = diary.peaks
    if diary.under_way["all"]:
        diary.spot("promise", "under way", f"says that task {number} is over while calls are still under way", (number, "", None))
        await asyncio.sleep(2)


def _close(loop: VirtualTimeLoop, watch: Watch) -> None:
    """What the protocol has left running is ended, if it lets itself be ended."""
    watch.trouble = watch.trouble or "was left running"
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    try:
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
    except (Exception, Stuck, SystemExit, Endless, asyncio.CancelledError):
        pass
    finally:
        loop.close()


def _told(problem: BaseException) -> str:
    """The exception and where it was raised, in some words."""
    if isinstance(problem, BaseExceptionGroup):
        return _told(problem.exceptions[0])
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(problem.__traceback__)
    theirs = [frame for frame in frames if Path(frame.filename).parent != _OURS and "asyncio" not in Path(frame.filename).parts]
    where = f" (line {theirs[-1].lineno} of {Path(theirs[-1].filename).name})" if theirs else ""
    said = str(problem) if isinstance(problem, Left) else f"{type(problem).__name__}: {problem}"
    return f"raises {one_line(said, 200)}{where}"
