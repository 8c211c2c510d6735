"""`compare`: saved sessions side by side, grouped by what they differ in."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from selforg_tui.cli.experiments import comparison_lines
from selforg_tui.cli.options import whole
from selforg_tui.cli.output import note, say, say_json
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser(
        "compare",
        help="compare saved sessions, grouped by what they differ in",
        description="Groups sessions by what they differ in besides mission and seed, and compares the groups; sessions of one mission "
        "and seed are taken as pairs.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "sessions", nargs="+", metavar="SESSION", help="id or its beginning, 'last', a file, a folder of sessions, or an experiment's id"
    )
    parser.add_argument("--by", action="append", default=[], metavar="WHAT", help="group by this: protocol, models, agents, judge, …")
    parser.add_argument("--score-from", type=whole, default=1, metavar="T", help="the first task that counts: 2 is fair to Shared")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """0 also where nothing can be told from the sessions: the table says so."""
    from selforg_tui.lab.comparison import compare
    from selforg_tui.lab.differing import grouped
    from selforg_tui.lab.measured import from_file
    from selforg_tui.lab.table import as_object

    if args.score_from < 1:
        raise ConfigError("Tasks count from 1: choose --score-from 1 or more.")
    files = dict.fromkeys(path.resolve() for name in args.sessions for path in _files(name))
    runs = {run.session: run for run in (from_file(path, args.score_from) for path in files)}
    groups = grouped(list(runs.values()), [what.strip() for text in args.by for what in text.split(",")])
    if len(groups) == 1:
        note("These sessions differ in nothing but mission and seed, so they are one group. --by names something to group them by.")
    found = compare(groups, score_from=args.score_from)
    if args.json:
        told = [
            {"group": name, "seed": run.config.seed, "session": run.session, "path": run.path, "status": run.status, "q": run.q}
            for name, each in groups.items()
            for run in each
        ]
        say_json({"comparison": as_object(found), "score_from": args.score_from, "runs": told})
        return 0
    for line in comparison_lines(found):
        say(line)
    return 0


def _files(name: str) -> list[Path]:
    """Session files behind a word. Raises StorageError, ConfigError."""
    from selforg_tui.sessions.store import Store
    from selforg_tui.settings.paths import experiments_folder, sessions_folder

    folder = next((each for each in (Path(name).expanduser(), experiments_folder() / Path(name).name) if each.is_dir()), None)
    if folder is None:
        return [Store(sessions_folder()).find(name)]
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise ConfigError(f"There is no session in {one_line(str(folder), 300)}.")
    return found
