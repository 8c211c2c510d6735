"""`protocols`: the ways to coordinate, and what each costs."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.output import say, say_json

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.protocols.base import Protocol

AGENTS = 8
"""The team that the figures are for."""


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("protocols", help="the ways to coordinate, and what each costs", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """All of them; one that does not load is named with its problem."""
    from selforg_tui.core.errors import ConfigError
    from selforg_tui.protocols import registry

    found: list[dict[str, Any]] = []
    for name in registry.names():
        try:
            found.append(_object(name, registry.find(name)))
        except ConfigError as problem:
            found.append({"name": name, "problem": str(problem)})
    if args.json:
        say_json({"agents": AGENTS, "protocols": found})
        return 0
    for each in found:
        say(f"{each['name']:14}{each.get('problem') or each['definition']}")
        if "problem" in each:
            continue
        if each["experimental"]:
            say(f"{'':14}our reading of what the paper only names, experimental")
        calls, rounds = _counted(each["calls"], "call"), _counted(each["latency"], "round")
        say(f"{'':14}{calls} a task in {rounds}, {each['at_once']} at once, with {AGENTS} agents")
        for option in each["parameters"]:
            say(f"{'':14}-P {option['name']}={option['default']}: {option['help']}")
    return 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _object(name: str, protocol: type[Protocol]) -> dict[str, Any]:
    promise = protocol().promise(AGENTS)
    return {
        "name": name,
        "title": protocol.title,
        "source": protocol.source,
        "experimental": protocol.experimental,
        "definition": protocol.definition(),
        "parameters": [
            {"name": option.name, "default": option.default, "choices": list(option.choices), "help": option.help}
            for option in protocol.options
        ],
        "calls": promise.calls,
        "calls_once": sum(step.calls for step in promise.once),
        "latency": promise.latency,
        "at_once": promise.at_once,
        "sees": [step.sees for step in promise.steps],
    }
