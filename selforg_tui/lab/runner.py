"""Runs what is missing of an experiment: simulated runs on all cores, real ones one after another within a total budget."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from selforg_tui.core.config import Limits
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.lab import worker
from selforg_tui.lab.experiment import ASIDE, Experiment, Job, check_whole, save
from selforg_tui.lab.measured import Measured, ended, from_file, measured
from selforg_tui.lab.pool import Pool
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys

LOOK = 0.1
"""Seconds between looks at whether a real run is to end."""
SMALL = 300
"""Contributions, about, up to which simulated runs are not worth starting processes for."""

Ending = Literal["done", "stopped", "budget"]


class Progress(msgspec.Struct):
    """How far an experiment is. `seconds_left` is a guess from the runs made so far, None before there are any."""

    done: int
    of: int
    seconds_left: float | None
    job: Job | None
    figures: Measured | None


class Outcome(msgspec.Struct):
    """What an experiment came to: the runs of each group by seed, groups that nobody answered, and how it ended."""

    runs: dict[str, list[Measured]]
    ending: Ending
    silent: dict[str, str] = {}
    """By group whose models gave no reply at all, so that the rest of it was not run: why."""

    @property
    def all(self) -> list[Measured]:
        """Every run."""
        return [run for runs in self.runs.values() for run in runs]


OnProgress = Callable[[Progress], None]


def missing(what: Experiment) -> list[Job]:
    """Runs that did not come to their end yet."""
    return [job for job in what.jobs() if not ended(Path(job.path))]


def run(
    what: Experiment,
    keys: Keys,
    *,
    total_usd: float | None = None,
    stop: threading.Event | None = None,
    on_progress: OnProgress | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Make the runs that are missing, and measure all. Ctrl+C, or `stop`, ends it with what is done; a run under way is set aside.

    `total_usd` bounds the real money of all runs together, those of earlier sittings and those set aside included. `folder` is
    another place than the experiment's own, where nothing is said of what it is. Raises as LiveSession does, and StorageError
    where another process runs the same experiment.
    """
    check_whole(what)
    sitting = _Sitting(what, keys, total_usd, stop or threading.Event(), on_progress, folder or what.folder)
    if folder is None:
        save(what, keys.values())
    with _alone(sitting.folder):
        return sitting.run()


def results(what: Experiment) -> Outcome:
    """What there is of it, without running anything. Raises StorageError."""
    runs: dict[str, list[Measured]] = {group.name: [] for group in what.groups}
    whole = True
    for job in what.jobs():
        if ended(Path(job.path)):
            runs[job.group].append(from_file(Path(job.path), what.score_from))
        else:
            whole = False
    return Outcome(runs, "done" if whole else "stopped")


class _Sitting:
    """One go at an experiment."""

    def __init__(
        self, what: Experiment, keys: Keys, total: float | None, stop: threading.Event, on_progress: OnProgress | None, folder: Path
    ) -> None:
        self._what, self._keys, self._total, self._stop, self._on_progress = what, keys, total, stop, on_progress
        self.folder = folder
        self._jobs = list(what.jobs(folder))
        self._found: dict[str, Measured] = {}
        self._silent: dict[str, str] = {}
        self._made, self._to_make = 0, 0
        self._began = time.monotonic()

    def run(self) -> Outcome:
        wanted = [job for job in self._jobs if not ended(Path(job.path))]
        for job in wanted:
            self._set_aside(job)
        self._to_make = len(wanted)
        ending: Ending = "done"
        try:
            self._simulated([job for job in self._jobs if job.simulated])
            ending = self._real([job for job in self._jobs if not job.simulated])
        except KeyboardInterrupt:
            self._stop.set()
        if self._stop.is_set():
            ending = "stopped"
        runs: dict[str, list[Measured]] = {group.name: [] for group in self._what.groups}
        for job in self._jobs:
            if job.path in self._found:
                runs[job.group].append(self._found[job.path])
        return Outcome(runs, ending, self._silent)

    def _simulated(self, jobs: list[Job]) -> None:
        """Whether here or in processes, the same files come out."""
        work = sum(job.config.agents * max(1, len(job.config.tasks)) for job in jobs if not ended(Path(job.path)))
        if work > SMALL:
            Pool(jobs, self._take, self._stop).run()
            return
        for job in jobs:
            if self._stop.is_set():
                return
            self._take(job, worker.do(job, self._keys))

    def _real(self, jobs: list[Job]) -> Ending:
        done = [job for job in jobs if ended(Path(job.path))]
        for job in done:
            self._take(job, worker.do(job, self._keys))
        spent = _spent_aside(self.folder) + sum(found.real_usd for found in self._found.values())
        for job in jobs:
            if self._stop.is_set():
                break
            if job.path in self._found or job.group in self._silent:
                continue
            if self._total is not None and self._total - spent < max(1e-9, _least(job)):
                return "budget"
            found = _watched(self._within(job, spent), self._keys, self._stop)
            spent += found.real_usd
            if found.status == "interrupted":
                self._set_aside(job)
                self._stop.set()
            elif found.status == "failed" and not found.answered:
                self._silent[job.group] = "None of its models gave a reply."
                self._set_aside(job)
            elif found.status == "limit" and found.config.limits != job.config.limits:  # cut off by what was left of the total
                self._set_aside(job)
                return "budget"
            else:
                self._take(job, found)
        return "done"

    def _within(self, job: Job, spent: float) -> Job:
        """The job, with what is left of the total as its limit where it has no lower one of its own."""
        if self._total is None:
            return job
        own, left = job.config.limits, self._total - spent
        if own.cost_usd is not None and own.cost_usd <= left:
            return job
        limits = Limits(left, own.tokens, own.seconds)
        return msgspec.structs.replace(job, config=msgspec.structs.replace(job.config, limits=limits))

    def _take(self, job: Job, found: Measured) -> None:
        """A run is there. Only runs that were made now tell how long the rest takes."""
        self._found[job.path] = found
        made = len(self._found) - (len(self._jobs) - self._to_make)
        self._made = max(0, made)
        left = self._to_make - self._made
        if self._on_progress is not None:
            each = (time.monotonic() - self._began) / self._made if self._made else None
            self._on_progress(Progress(len(self._found), len(self._jobs), None if each is None else each * left, job, found))

    def _set_aside(self, job: Job) -> None:
        """Out of the way of the next try, but kept: it may have cost money."""
        path = Path(job.path)
        if not path.exists():
            return
        aside = path.parent / ASIDE
        try:
            aside.mkdir(exist_ok=True, mode=0o700)
            number = 1
            while (new := aside / f"{path.stem}.{number}.jsonl").exists():
                number += 1
            path.rename(new)
        except OSError as problem:
            raise StorageError(f"{path} did not come to its end and cannot be set aside: {problem.strerror or problem}.") from problem


def _watched(job: Job, keys: Keys, stop: threading.Event) -> Measured:
    """One run with real models, which `stop` interrupts."""
    session = LiveSession(job.config, keys=keys, folder=None, out=Path(job.path), watched=False)

    async def look() -> None:
        while not stop.is_set():  # noqa: ASYNC110 - it is set in another thread
            await asyncio.sleep(LOOK)
        session.stop()

    async def work() -> None:
        looking = asyncio.ensure_future(look())
        try:
            await session.run()
        finally:
            looking.cancel()

    asyncio.run(work())
    return measured(session.state, Path(job.path), job.score_from)


def _least(job: Job) -> float:
    """US dollars that the run takes at least, as far as it can be foreseen."""
    from selforg_tui.engine.estimate import estimate

    found = estimate(job.config)
    return found.cost_usd[0] if found.cost_usd and not found.imaginary else 0.0


def _spent_aside(folder: Path) -> float:
    from selforg_tui.sessions.store import describe

    with contextlib.suppress(FileNotFoundError):
        return sum(describe(path, path.stat()).known_usd or 0.0 for path in sorted((folder / ASIDE).glob("*.jsonl")))
    return 0.0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two at once would each take the other's runs for torn ones. The system lets go of the lock when the process dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "lock").open("w")
    except OSError as problem:
        raise StorageError(f"The experiment cannot be stored in {folder} ({problem.strerror or problem}).") from problem
    with file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError("This experiment is being run by another process: wait for it, or stop it first.") from None
        except (ImportError, OSError):  # a system or file system without locks
            pass
        yield
