"""Who took part, who stayed out and who was left out."""

from __future__ import annotations

from dataclasses import dataclass

from selforg_tui.core.state import TaskState


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many seats of one task, or of several, ended in which way."""

    contributed: int
    voluntary: int
    """Stayed out by their own decision."""
    directed: int
    """Left out by a coordinator."""
    failed: int

    @property
    def settled(self) -> int:
        """All of them: seats that wait or decide and those that were removed are not counted."""
        return self.contributed + self.voluntary + self.directed + self.failed

    def share(self, count: int) -> float | None:
        """Of the settled; None where there are none."""
        return count / self.settled if self.settled else None


def turnout(*tasks: TaskState) -> Turnout:
    """Over these tasks."""
    statuses = [seat.status for task in tasks for seat in task.seats.values()]
    return Turnout(statuses.count("in"), statuses.count("out"), statuses.count("left out"), statuses.count("failed"))


def contributed(*tasks: TaskState) -> int:
    """Contributions that stand in the solutions."""
    return turnout(*tasks).contributed


def participation_rate(*tasks: TaskState) -> float | None:
    """Contributions / settled seats, in [0, 1] (ours). None before a seat is settled."""
    found = turnout(*tasks)
    return found.share(found.contributed)


def voluntary_rate(*tasks: TaskState) -> float | None:
    """Seats that stayed out by their own decision / settled seats, in [0, 1]; arXiv:2603.28990. None before a seat is settled."""
    found = turnout(*tasks)
    return found.share(found.voluntary)


def directed_rate(*tasks: TaskState) -> float | None:
    """Seats that a coordinator left out / settled seats, in [0, 1]; arXiv:2603.28990. None before a seat is settled."""
    found = turnout(*tasks)
    return found.share(found.directed)


def failure_rate(*tasks: TaskState) -> float | None:
    """Seats that failed / settled seats, in [0, 1] (ours); never an abstention. None before a seat is settled."""
    found = turnout(*tasks)
    return found.share(found.failed)
