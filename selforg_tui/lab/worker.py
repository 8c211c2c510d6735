"""A process that makes simulated runs for an experiment: jobs come in and figures go out as lines of JSON.

It has no key, and ends with the process that started it, however that ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import msgspec

from selforg_tui.core.errors import SelforgError
from selforg_tui.lab.experiment import Job
from selforg_tui.lab.measured import Measured, ended, from_file, measured
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys


class Done(msgspec.Struct):
    """What became of a job: figures, or the kind and the text of an error."""

    figures: Measured | None = None
    kind: str = ""
    problem: str = ""


def do(job: Job, keys: Keys) -> Measured:
    """The figures of this run, which is made unless it is there. Raises as LiveSession does, and StorageError."""
    path = Path(job.path)
    if ended(path):
        return from_file(path, job.score_from)
    session = run_unwatched(job.config, keys=keys, folder=None, out=path)
    return measured(session.state, path, job.score_from)


def main() -> None:
    """Until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to every process of the terminal; who started this one tells it to end
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(waiting,), daemon=True).start()
    output, sys.stdout = sys.stdout.buffer, sys.stderr
    while True:
        job = msgspec.json.decode(waiting.get(), type=Job)
        try:
            done = Done(do(job, Keys({})))
        except SelforgError as problem:
            done = Done(kind=type(problem).__name__, problem=str(problem))
        except Exception as problem:  # a fault, or a protocol of somebody else's that raises
            done = Done(problem=f"{type(problem).__name__}: {problem}")
        output.write(msgspec.json.encode(done) + b"\n")
        output.flush()


def _listen(waiting: SimpleQueue[bytes]) -> None:
    """The end of the input is the end of whoever wanted something, even in the middle of a run."""
    for line in sys.stdin.buffer:
        waiting.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
