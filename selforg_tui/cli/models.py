"""`models`: who can answer."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from selforg_tui.cli.output import note, say, say_json, table

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.models.discovery import Served, Server
    from selforg_tui.models.registry import Listed
    from selforg_tui.settings.keys import Keys


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("models", help="models that can be named, and whether there is a key for them", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--no-discover", action="store_true", help="do not ask servers on this machine which models they have")
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

    keys = Keys()
    servers = () if args.no_discover else _running(keys)
    found = catalogue(keys)
    if args.json:
        from msgspec import to_builtins

        say_json({"models": [to_builtins(each) for each in found], "running": [to_builtins(server) for server in servers]})
        return 0
    for line in table([_row(each) for each in found] + [_found_row(served) for server in servers for served in server.models]):
        say(line)
    for server in servers:
        if server.state == "needs_key":
            note(f"{server.title} runs at {server.url} and wants a key.")
    note("Simulated models of your own: 'selforg-tui models --profile strong > mine.toml', edit it, and name it sim:./mine.toml.")
    note("Any other model of these providers can be named too, and any server: openai:MODEL@http://HOST:PORT/v1.")
    return 0


def _running(keys: Keys) -> tuple[Server, ...]:
    """Servers on this machine that answer, unless the user does not want them to be asked."""
    from selforg_tui.models.discovery import discover, places
    from selforg_tui.settings.config_file import defaults, discovers

    if not discovers():
        return ()
    return tuple(server for server in discover(places(defaults().models), keys) if server.state in ("running", "needs_key"))


def _found_row(served: Served) -> tuple[str, ...]:
    return served.spec, "running here", "", served.about


def _row(each: Listed) -> tuple[str, ...]:
    price = each.price
    unknown = "" if each.spec.endswith(":MODEL") else "price unknown"
    imaginary = " (imaginary)" if price is not None and price.imaginary else ""
    cost = unknown if price is None else f"${price.input:g} in, ${price.output:g} out{imaginary}"
    key = (
        "SIMULATED"
        if each.simulated
        else {True: "key found", False: f"no key: set {' or '.join(each.keys)}", None: "no key needed"}[each.key]
    )
    return each.spec, key, cost, f"{each.title}{', of the paper' if each.paper else ''}"
