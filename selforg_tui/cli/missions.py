"""`missions`: the bank of examples."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from selforg_tui.cli.output import say, say_json

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("missions", help="example missions with values and tasks", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """All examples, ready to be copied."""
    from selforg_tui.missions import bank

    if args.json:
        from msgspec import to_builtins

        say_json({"missions": [to_builtins(one) for one in bank()]})
        return 0
    for number, one in enumerate(bank()):
        if number:
            say()
        say(f"{one.name}: {one.mission}")
        for value in one.values:
            say(f"  value  {value}")
        for task in one.tasks:
            say(f"  [{task.level}]   {task.text}")
    return 0
