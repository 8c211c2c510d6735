"""Simulated runs on all cores: a worker process each (`worker.py`), which gets no key and cannot outlive this process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

import selforg_tui
from selforg_tui.core.errors import ConfigError, ModelFailure, SelforgError, StorageError
from selforg_tui.lab.experiment import Job
from selforg_tui.lab.measured import Measured
from selforg_tui.lab.worker import Done
from selforg_tui.settings.key_command import without_keys

Take = Callable[[Job, Measured], None]


class Pool:
    """Runs jobs on as many processes as there are cores; `take` is called in threads, one at a time."""

    def __init__(self, jobs: Sequence[Job], take: Take, stop: threading.Event, cores: int | None = None) -> None:
        self._jobs, self._take, self._stop = deque(jobs), take, stop
        self._lock = threading.Lock()
        self._problem: Exception | None = None
        self._workers: list[subprocess.Popen[bytes]] = []
        self._cores = max(1, min(cores or os.cpu_count() or 1, len(jobs)))

    def run(self) -> None:
        """Until all is done or `stop` is set, in which case runs under way are cut off. Raises what a job raised."""
        threads: list[threading.Thread] = []
        try:
            for _ in range(self._cores):
                worker = _start()
                self._workers.append(worker)
                threads.append(threading.Thread(target=self._feed, args=(worker,), daemon=True))
                threads[-1].start()
            while any(thread.is_alive() for thread in threads) and not self._stop.is_set() and self._problem is None:
                for thread in threads:
                    thread.join(0.05)
        finally:
            with self._lock:
                self._jobs.clear()
            for worker in self._workers:
                worker.kill()
            for thread in threads:
                thread.join()
            for worker in self._workers:
                worker.wait()
                for pipe in (worker.stdin, worker.stdout):
                    if pipe is not None:
                        with contextlib.suppress(OSError):
                            pipe.close()
        if self._problem is not None:
            raise self._problem

    def _feed(self, worker: subprocess.Popen[bytes]) -> None:
        """One job after another; in a thread."""
        assert worker.stdin is not None and worker.stdout is not None
        while not self._stop.is_set() and self._problem is None:
            with self._lock:
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            try:
                worker.stdin.write(msgspec.json.encode(job) + b"\n")
                worker.stdin.flush()
                line = worker.stdout.readline()
                done = msgspec.json.decode(line, type=Done) if line else None
            except (OSError, ValueError, msgspec.DecodeError) as problem:
                done = Done(problem=f"{type(problem).__name__}: {problem}")
            with self._lock:
                if done is not None and done.figures is not None:
                    try:
                        self._take(job, done.figures)
                    except Exception as problem:
                        self._problem = self._problem or problem
                elif self._problem is None and not self._stop.is_set():
                    self._problem = _error(job, done)


def _start() -> subprocess.Popen[bytes]:
    source = str(Path(selforg_tui.__file__).parents[1])
    environment = without_keys(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "selforg_tui.lab.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
    except OSError as problem:
        raise ConfigError(f"No process can be started for the runs: {problem.strerror or problem}.") from problem


def _error(job: Job, done: Done | None) -> SelforgError:
    if done is None:
        return ConfigError(f"A process that ran '{job.group}' with seed {job.config.seed} has ended. Run again: what was done is kept.")
    if done.kind == "StorageError":
        return StorageError(done.problem)
    if done.kind == "ModelFailure":
        return ModelFailure("unexpected", done.problem)
    return ConfigError(done.problem if done.kind else f"'{job.group}' with seed {job.config.seed} cannot be run: {done.problem}")
