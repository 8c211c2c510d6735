"""Letting a protocol direct its team, and telling its own faults from ours and from a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from selforg_tui.core import events as ev
from selforg_tui.core.text import one_line
from selforg_tui.engine.recorder import Sink
from selforg_tui.protocols.base import Team
from selforg_tui.settings.diagnostics import record


class DirectedTeam(Team):
    """A team that knows which tasks are waiting for an answer."""

    under_way: set[asyncio.Task[Any]]


class Directing:
    """`broken` is empty, or the sentence that says how the protocol broke."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unkept: BaseException | None = None
        self.broken = ""

    def minding(self, sink: Sink) -> Sink:
        """The sink, whose own errors are not taken for the protocol's."""

        def take(event: ev.AnyEvent) -> None:
            try:
                sink(event)
            except BaseException as problem:
                self._unkept = problem
                raise

        return take

    async def by(self, work: Callable[[Any], Coroutine[Any, Any, None]], team: DirectedTeam, where: str) -> bool:
        """Whether the protocol came to its end. Its traceback goes to the log file. Raises on a stop, and what the sink raised.

        Calls that it has left under way are ended in any case: nothing is asked, and paid for, behind its back.
        """
        try:
            await work(team)
            if team.under_way:
                raise RuntimeError("its work was over before its calls were")
        except asyncio.CancelledError as problem:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._note(problem, where)
        except (Exception, SystemExit) as problem:
            self._note(problem, where)
        finally:
            left = tuple(team.under_way)
            for call in left:
                call.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        if self._unkept is not None:
            raise self._unkept
        return not self.broken

    def _note(self, problem: BaseException, where: str) -> None:
        if self._unkept is not None:
            return
        log = record(problem, f"protocol {self._name} {where}")
        what = one_line(f"{type(problem).__name__}: {problem}".rstrip(": "), 300)
        details = f"Details are in {log.name}" if log else "Its log file cannot be written"
        self.broken = f"The protocol '{self._name}' broke {where} ({what}). What was done is kept. {details}; repair it, or choose another."


async def kept_in(work: Coroutine[Any, Any, Any]) -> Any:
    """The same work; sys.exit in it ends the session and not the program. A loop lets nothing else hold SystemExit back."""
    try:
        return await work
    except SystemExit as leaving:
        raise RuntimeError(f"it called sys.exit({leaving.code!r})") from leaving
