"""`replay`: a saved session again, in the app or as plain lines."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from selforg_tui.cli.lines import lines
from selforg_tui.cli.options import frames, number
from selforg_tui.cli.output import note, say
from selforg_tui.cli.report import report
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.fold import apply
from selforg_tui.core.state import SessionState

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser("replay", help="play a saved session again", allow_abbrev=False)
    parser.add_argument("session", metavar="SESSION", help="id or its beginning, 'last', or a file")
    parser.add_argument("--speed", type=number, metavar="X", help="times real time; with --plain, the default is at once")
    parser.add_argument("--at", type=number, default=0.0, metavar="S", help="begin at this second")
    parser.add_argument("--fps", type=frames, metavar="N", help="paint at most so often a second (12): less over a slow line")
    parser.add_argument("--plain", action="store_true", help="print what happened line by line")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """In the app where there is a terminal."""
    from selforg_tui.sessions.store import Store
    from selforg_tui.settings.paths import sessions_folder

    if args.speed is not None and args.speed <= 0:
        raise ConfigError(f"A speed of {args.speed:g} goes nowhere: choose a number above 0.")
    if args.at < 0:
        raise ConfigError(f"A session has no second {args.at:g}: choose 0 or more.")
    path = Store(sessions_folder()).find(args.session)
    if args.plain or not sys.stdout.isatty():
        return plain(path, args.speed, args.at)
    from selforg_tui.cli.app import start

    return start(path, speed=args.speed, at=args.at, fps=args.fps)


def plain(path: Path, speed: float | None, at: float) -> int:
    """Every event from `at` (seconds) on as lines, then what the session came to."""
    from selforg_tui.sessions.reader import read

    recording = read(path)
    state = SessionState()
    now = at
    for event in recording.events:
        apply(state, event)
        if event.t < at:
            continue
        if speed is not None and event.t > now:
            time.sleep((event.t - now) / speed)
            now = event.t
        for line in lines(event, state):
            say(line)
    say()
    for line in report(state, path):
        say(line)
    if recording.torn:
        note("The last line of the file was cut off and is left out.")
    if recording.skipped:
        note(f"{recording.skipped} events of a kind that this version does not know are left out.")
    return 0
