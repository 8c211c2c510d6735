"""`models`: who can answer."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from selforg_tui.cli.output import note, say, say_json, table

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.models.registry import Listed


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("models", help="models that can be named, and whether there is a key for them", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--profile", metavar="NAME", help="print a simulated model's profile, to copy, edit and run as sim:./mine.toml")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """The catalogue, with prices per million tokens."""
    if args.profile:
        from selforg_tui.models.simulated.profiles import template

        say(template(args.profile.removeprefix("sim:")).rstrip())
        return 0
    from selforg_tui.models.registry import catalogue
    from selforg_tui.settings.keys import Keys

    found = catalogue(Keys())
    if args.json:
        from msgspec import to_builtins

        say_json({"models": [to_builtins(each) for each in found]})
        return 0
    for line in table([_row(each) for each in found]):
        say(line)
    note("Simulated models of your own: 'selforg-tui models --profile strong > mine.toml', edit it, and name it sim:./mine.toml.")
    note("Any other model of these providers can be named too, and any server: openai:MODEL@http://HOST:PORT/v1.")
    return 0


def _row(each: Listed) -> tuple[str, ...]:
    price = each.price
    cost = "" if price is None else f"${price.input:g} in, ${price.output:g} out" + (" (imaginary)" if price.imaginary else "")
    key = (
        "SIMULATED"
        if each.simulated
        else {True: "key found", False: f"no key: set {' or '.join(each.keys)}", None: "no key needed"}[each.key]
    )
    return each.spec, key, cost, each.title
