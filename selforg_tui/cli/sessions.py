"""`sessions`: what is saved."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.output import note, say, say_json, table
from selforg_tui.cli.report import report
from selforg_tui.core.text import one_line

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.sessions.store import SessionInfo, Store


def add(commands: Commands) -> None:
    """The command, its three verbs and their flags."""
    verbs = commands.add_parser("sessions", help="list, show or locate saved sessions").add_subparsers(
        metavar="list|show|path", dest="verb", required=True
    )
    for name, what, work in (
        ("list", "all saved sessions, newest first", listed),
        ("show", "what a session came to", show),
        ("path", "where a session's file is", path),
    ):
        parser = verbs.add_parser(name, help=what, allow_abbrev=False)
        if name != "list":
            parser.add_argument("session", metavar="SESSION", help="id or its beginning, 'last', or a file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.set_defaults(command=work)


def listed(args: Namespace) -> int:
    """A row each."""
    from selforg_tui.lab.experiment import listed as experiments_listed

    infos = _store().list()
    if args.json:
        say_json({"sessions": [_object(info) for info in infos]})
        return 0
    if not infos:
        note('There is no session yet. Run one: selforg-tui run "your mission".')
    for line in table([_row(info) for info in infos]):
        say(line)
    if experiments := experiments_listed():
        runs = f"{len(experiments)} experiment{'s are' if len(experiments) > 1 else ' is'} kept apart, with the sessions of repeated runs"
        note(f"{runs}: selforg-tui compare {experiments[0].id} shows the last.")
    return 0


def show(args: Namespace) -> int:
    """The report that `run` printed."""
    from selforg_tui.metrics.summary import summary
    from selforg_tui.sessions.reader import read

    file = _store().find(args.session)
    recording = read(file)
    state = recording.state()
    if args.json:
        say_json({**summary(state), "path": str(file)})
    else:
        for line in report(state, file):
            say(line)
    if recording.torn:
        note("The last line of the file was cut off and is left out.")
    return 0


def path(args: Namespace) -> int:
    """The file's whole name."""
    file = _store().find(args.session).absolute()
    if args.json:
        say_json({"path": str(file)})
    else:
        say(str(file))
    return 0


def _store() -> Store:
    from selforg_tui.sessions.store import Store
    from selforg_tui.settings.paths import sessions_folder

    return Store(sessions_folder())


def _row(info: SessionInfo) -> tuple[str, ...]:
    if info.problem:
        return info.id, "unreadable", "", "", "", "", info.problem
    q = "unjudged" if info.q is None else f"Q {info.q:.3f}"
    mark = "SIMULATED" if info.simulated.agents or info.simulated.judge else ""
    return info.id, info.status.replace("_", " "), q, f"{info.protocol} × {info.agents}", info.team, mark, one_line(info.mission, 80)


def _object(info: SessionInfo) -> dict[str, Any]:
    from msgspec import to_builtins

    found: dict[str, Any] = to_builtins(info, enc_hook=str)
    return found
