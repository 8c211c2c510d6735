"""All checks at once, within some seconds, whoever does not answer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.doctor.findings import PlaceFinding, Report
from selforg_tui.doctor.machine import machine
from selforg_tui.doctor.places import Visit, unanswered, visit, visits
from selforg_tui.models.providers import providers
from selforg_tui.settings.keys import Keys

WITHIN = 6.0
"""Seconds for all of it."""

OnPlace = Callable[[PlaceFinding, int, int, int], None]
"""Told each place as soon as it is done with: what was found, its number in the report, how many are done with, of how many."""


def wanted(named: Iterable[ModelSpec] = ()) -> tuple[ModelSpec, ...]:
    """The models to look at: those named, else those that runs take by default; a mistake in a file is told of the file."""
    from selforg_tui.models.registry import facts
    from selforg_tui.settings.config_file import defaults

    given = tuple(named)
    if given:
        return given
    try:
        found = defaults()
        specs = [*found.models, *(read_judges(found.judge or "none"))]
        for spec in specs:
            facts(spec)
    except ConfigError:
        return ()
    return tuple(specs)


def check(specs: Sequence[ModelSpec], keys: Keys, on_place: OnPlace | None = None, *, within: float = WITHIN) -> Report:
    """Look at this machine, and at all providers at once. Takes `within` seconds at most, so call it where nobody waits.

    Raises ConfigError for a model that cannot exist.
    """
    until = time.monotonic() + within
    try:
        providers()
    except ConfigError:  # of the user's own file, which is told among the files
        return Report(machine(), ())
    to = visits(specs)
    done: queue.SimpleQueue[tuple[int, PlaceFinding]] = queue.SimpleQueue()
    for index, each in enumerate(to):
        threading.Thread(target=_visit, args=(index, each, keys, done), daemon=True, name="doctor").start()
    here = machine()
    found: dict[int, PlaceFinding] = {}
    while len(found) < len(to):
        try:
            index, finding = done.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        found[index] = finding
        if on_place is not None:
            on_place(finding, index, len(found), len(to))
    return Report(here, tuple(found.get(index) or unanswered(each, keys, within) for index, each in enumerate(to)))


def _visit(index: int, to: Visit, keys: Keys, done: queue.SimpleQueue[tuple[int, PlaceFinding]]) -> None:
    done.put((index, visit(to, keys)))
