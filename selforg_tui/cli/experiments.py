"""What commands that make many runs have in common: their flags, the question about money, progress, the table."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from selforg_tui.cli.faults import INTERRUPTED, LIMIT, MODELS_FAILED, OF_STATUS
from selforg_tui.cli.going_on import go_on
from selforg_tui.cli.options import number
from selforg_tui.cli.output import note, seen_live, table
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.lab.comparison import Comparison
    from selforg_tui.lab.experiment import Experiment
    from selforg_tui.lab.runner import Outcome, Progress

WIDEST = 120
"""Columns of the name of a group or a pair."""
EVERY = 10.0
"""Seconds between two lines of progress where nobody sees them change in place."""


def add_experiment_options(parser: ArgumentParser) -> None:
    """The flags of whatever makes many runs."""
    parser.add_argument("--total-cost", type=number, metavar="USD", help="stop when all runs together have cost this much")
    parser.add_argument("--anew", action="store_true", help="do not go on with what the same command did before: run all of it again")


def agreed(what: Experiment, keys: Keys, *, total: float | None, yes: bool, folder: Path | None = None) -> list[str]:
    """What there is to know before the runs that are missing. Asks where they are expensive.

    Raises ConfigError where the answer is no, or nobody can be asked.
    """
    from selforg_tui.engine import consent
    from selforg_tui.engine.estimate import estimate
    from selforg_tui.lab.measured import ended
    from selforg_tui.models.discovery import discover_for
    from selforg_tui.settings.config_file import defaults

    if total is not None and total <= 0:
        raise ConfigError("The total cost must be above 0: leave --total-cost out for none.")
    missing = [job for job in what.jobs(folder) if not ended(Path(job.path))]
    parts, notes = [], list[str]()
    for group in what.groups:
        times = sum(job.group == group.name for job in missing)
        discover_for(group.config.specs(), keys)
        found = estimate(group.config)
        parts.append((group.config, found, times))
        notes += [f"Note: {warning}" for warning in found.warnings] if times else []
        if total is not None and times and found.unpriced:
            notes.append(f"Note: The total cost cannot be kept: nobody knows what {' and '.join(found.unpriced)} costs.")
    go_on(None if yes else consent.question_of_all(parts, defaults().ask_usd, total), "--total-cost sets a limit")
    of = what.repeats * len(what.groups)
    if len(missing) < of:
        notes.append(f"{of - len(missing)} of {of} runs are there already; --anew runs all of it again.")
    return list(dict.fromkeys(notes))


def carried_out(what: Experiment, keys: Keys, *, total: float | None, notes: list[str], folder: Path | None = None) -> tuple[Outcome, int]:
    """Run it, with progress on stderr; what it came to, and the exit code. Raises as `runner.run` does."""
    from selforg_tui.lab.runner import run

    for text in notes:
        note(text)
    showing = _Showing()
    try:
        outcome = run(what, keys, total_usd=total, on_progress=showing, folder=folder)
    finally:
        showing.clear()
    for line in endings(what, outcome, kept=folder is None):
        note(line)
    return outcome, code_of(outcome)


def endings(what: Experiment, outcome: Outcome, *, kept: bool = True) -> Iterator[str]:
    """Why not all of it was run."""
    there, of = len(outcome.all), what.repeats * len(what.groups)
    if outcome.ending == "stopped":
        yield f"Stopped: {there} of {of} runs are done" + (f" and kept. --resume {what.id} goes on, or the same command." if kept else ".")
    elif outcome.ending == "budget":
        yield f"The total cost is reached: {there} of {of} runs are done" + (
            " and kept. The same command with a higher --total-cost goes on." if kept else "."
        )
    for group, why in outcome.silent.items():
        yield f"The rest of {group} was not run: {why} 'selforg-tui doctor' says what may be wrong."


def code_of(outcome: Outcome) -> int:
    """The worst of all runs, and of the experiment itself."""
    codes = [OF_STATUS[run.status] for run in outcome.all]
    codes += [MODELS_FAILED] if outcome.silent else []
    codes += {"stopped": [INTERRUPTED], "budget": [LIMIT]}.get(outcome.ending, [])
    return max(codes, default=0)


def comparison_lines(found: Comparison) -> Iterator[str]:
    """The table and what it says, for people."""
    from selforg_tui.lab.table import groups, method, pairs, sentences

    yield from table(groups(found), WIDEST)
    if found.pairs:
        yield ""
        yield from table(pairs(found), WIDEST)
        yield ""
        yield method(found)
    yield from sentences(found)


class _Showing:
    """How far it is: in place on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._live, self._last, self._shown = seen_live(), time.monotonic(), False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last < (0.1 if self._live else EVERY):
            return
        self._last = now
        left = "" if progress.seconds_left is None else f", about {_duration(progress.seconds_left)} left"
        text = f"{progress.done} of {progress.of} runs{left}"
        if self._live:
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()
            self._shown = True
        else:
            note(text)

    def clear(self) -> None:
        """Nothing of it stays on the terminal."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes > 2 else f"{minutes * 60 + rest} s"
