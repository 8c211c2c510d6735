"""`paths`: where things are kept."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from selforg_tui.cli.output import say, say_json, table

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("paths", help="where settings, sessions and the log are kept", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Whether or not they exist yet."""
    from selforg_tui.settings.paths import everywhere

    found = {name: str(path) for name, path in everywhere().items()}
    if args.json:
        say_json(dict(found))
    else:
        for line in table([*found.items()]):
            say(line)
    return 0
