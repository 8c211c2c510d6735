"""`keys`: every action of the app, its keys, and its id for keys of one's own."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from selforg_tui.cli.output import say, say_json, table

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("keys", help="the app's actions and keys, for [keymap] in the configuration", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """As they are without the user's own."""
    from selforg_tui.settings.paths import config_file
    from selforg_tui.tui.keymap import actions

    if args.json:
        say_json({action.id: {"keys": list(action.keys), "does": action.what, "about": action.about} for action in actions()})
        return 0
    for line in table([(action.id, ", ".join(action.keys), action.what) for action in actions()]):
        say(line)
    say()
    say(f'Another key for one of them: [keymap] in {config_file()}, for example "run.hierarchy" = "t".')
    return 0
