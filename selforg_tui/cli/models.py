"""`models`: who can answer."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selforg_tui.cli.main import Commands


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("models", help="models that can be named, and whether there is a key for them", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """The catalogue."""
    raise NotImplementedError
