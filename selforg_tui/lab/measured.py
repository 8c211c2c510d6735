"""What one run came to, in the figures that groups are compared by. Unknown is None, never 0."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import fmean

import msgspec

from selforg_tui.core import events as ev
from selforg_tui.core.config import RunConfig
from selforg_tui.core.ids import digest
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.metrics import money, quality, structure
from selforg_tui.sessions.reader import read

TAIL = 65_536
"""Bytes at the end of a file in which its last event stands; a longer last line is read with the whole file."""


class Measured(msgspec.Struct, frozen=True):
    """One run. What belongs to tasks is the mean over those from `score_from` on, tokens and money are those of the whole run."""

    session: str
    path: str
    config: RunConfig
    status: ev.Status
    app_version: str
    prompts: str
    """A digest of the texts that models were given."""
    q: float | None
    m: float | None
    words: float | None
    """Of the solution; None where there is none."""
    depth: float | None
    """Of the hierarchy."""
    abstained: float | None
    """Agents that stayed out or were left out."""
    failed: int
    """Steps that failed, those of judges too, over the whole run."""
    unscored: int
    """Judged tasks without scores."""
    tokens: int
    cost_usd: float | None
    real_usd: float
    """What is known of real money."""
    imaginary: bool
    simulated: ev.Simulated
    answered: bool
    """Any call brought a reply."""
    seconds: float

    @property
    def pair(self) -> str:
        """The same for runs that belong together: same mission, values, tasks and seed."""
        return digest(mission_of(self.config), str(self.config.seed))


MEASURES = ("q", "m", "words", "tokens", "cost_usd", "abstained", "depth")
"""What a table has of each group."""


def mission_of(config: RunConfig) -> str:
    """A digest of what is to be done."""
    return digest(config.mission, *config.values, *(f"{task.level} {task.text}" for task in config.tasks))


def measured(state: SessionState, path: Path, score_from: int = 1) -> Measured:
    """The figures of a session's tasks from `score_from` on, counting from 1."""
    header = state.started
    tasks = [task for task in state.tasks if task.number >= score_from]
    both = money.together(state.team, state.judging, state.writing)
    return Measured(
        session=header.id,
        path=str(path),
        config=header.config,
        status=state.status or "interrupted",
        app_version=header.app_version,
        prompts=digest(*(part for item in sorted(header.prompts.items()) if item[0] != "write_up.txt" for part in item)),
        q=quality.mean([quality.q(task.scores) for task in tasks]),
        m=quality.mean([quality.m(task.scores) for task in tasks]),
        words=quality.mean([float(len(task.solution.split())) if task.solution else None for task in tasks]),
        depth=quality.mean([float(structure.hierarchy_depth(task)) for task in tasks]),
        abstained=fmean(map(_abstained, tasks)) if tasks else None,
        failed=state.failures,
        unscored=sum(not task.scores for task in tasks) if header.config.judge else 0,
        tokens=both.input + both.output,
        cost_usd=both.known_cost,
        real_usd=both.cost_usd,
        imaginary=both.all_imaginary,
        simulated=state.simulated,
        answered=any(call.status == "done" for call in state.calls.values()),
        seconds=state.t,
    )


def from_file(path: Path, score_from: int = 1) -> Measured:
    """Raises StorageError."""
    return measured(read(path).state(), path, score_from)


def ended(path: Path) -> bool:
    """Whether the file holds a run that came to its end: not there, torn and interrupted ones do not. Reads the last event only."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            tail = file.read()
    except OSError:
        return False
    lines = tail.split(b"\n")
    if len(lines) < 2 or lines[-1].strip():
        return False
    try:
        return msgspec.json.decode(lines[-2], type=ev.SessionEnded).status != "interrupted"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _abstained(task: TaskState) -> float:
    statuses = [seat.status for seat in task.seats.values()]
    return float(statuses.count("out") + statuses.count("left out"))
