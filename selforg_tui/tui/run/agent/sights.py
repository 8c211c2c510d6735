"""Sights of the protocols for the task that is looked at: found off the frame, kept as long as the case is the same."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from textual.cache import LRUCache

from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.engine.on_paper import case_of
from selforg_tui.protocols import registry
from selforg_tui.protocols.sight import Case, Sight, sight
from selforg_tui.tui.run.view import View

MOST_KEPT = 32
"""Sights of two or three moments under all protocols: one of 256 agents takes up to 0.3 MB, as each sees all before it."""
PAPER = ("sequential", "coordinator", "broadcast", "shared")
"""Those that the paper compares; they are named first."""


class Sights:
    """What is known, and what is still to be found out. Until it is, an older sight of the same task is shown."""

    def __init__(self) -> None:
        self._found: LRUCache[Case, Sight] = LRUCache(MOST_KEPT)
        self._latest: LRUCache[tuple[str, int, str], Sight] = LRUCache(MOST_KEPT)
        self._cases: tuple[SessionState, tuple[object, ...], Case, Case] | None = None
        self.version = 0
        """Grows with everything found."""
        self.names: tuple[str, ...] = ()
        """All protocols that are installed, once `find` has asked."""

    def listed(self, own: str, under: str = "") -> list[str]:
        """The protocols that stand beside each other: the paper's, ours, and whichever else is in question."""
        return list(dict.fromkeys([*PAPER, *registry.OURS, own, *([under] if under else [])]))

    def offered(self, own: str) -> list[str]:
        """All that one can flip through, the session's own first."""
        return list(dict.fromkeys([own, *PAPER, *registry.OURS, *self.names]))

    def get(self, view: View, task: TaskState, protocol: str) -> Sight | None:
        """The sight of a protocol, or an older one; None while none is known."""
        return self._found.get(self.case(view.state, task, protocol)) or self._latest.get((*_place(view.state, task), protocol))

    def missing(self, view: View, task: TaskState, protocols: Sequence[str]) -> list[Case]:
        """What would have to be found for these to be up to date."""
        cases = (self.case(view.state, task, protocol) for protocol in protocols)
        return [case for case in cases if case not in self._found]

    def has_older(self, view: View, task: TaskState, protocols: Sequence[str]) -> bool:
        """Whether something can be shown for all of them meanwhile."""
        return all((*_place(view.state, task), protocol) in self._latest for protocol in protocols)

    def case(self, state: SessionState, task: TaskState, protocol: str) -> Case:
        """The case of a task under a protocol, as far as the task has come."""
        now = (task.number, task.version, task.ended, state.status)
        if self._cases is None or self._cases[0] is not state or self._cases[1] != now:
            own = case_of(state, task)
            self._cases = state, now, own, replace(own, parameters=(), silent=frozenset(), planned=None, ratings=())
        _, _, own, other = self._cases
        return own if protocol == own.protocol else replace(other, protocol=protocol)

    def take(self, state: SessionState, task: TaskState, found: dict[Case, Sight]) -> None:
        """Keep what was found."""
        for case, each in found.items():
            self._found[case] = each
            self._latest[(*_place(state, task), case.protocol)] = each
        self.version += 1


def find(cases: Sequence[Case]) -> tuple[dict[Case, Sight], tuple[str, ...]]:
    """Run these on paper, and see which protocols are installed; takes up to 20 ms each with 256 agents. For a thread of its own."""
    return {case: sight(case) for case in cases}, tuple(registry.names())


def _place(state: SessionState, task: TaskState) -> tuple[str, int]:
    return state.started.id, task.number
