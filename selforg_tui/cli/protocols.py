"""`protocols`: the ways to coordinate, one of them in full, or whether one keeps its promises."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.output import note, say, say_json

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands

AGENTS = 8
"""The team that the figures are for."""
SIZES = (1, 2, 3, 8, 64, 256)
"""The teams that one protocol's figures are shown for."""
FINDINGS = 1
"""The exit code where a protocol does not conform."""
_WIDE = 14


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("protocols", help="the ways to coordinate, and what each costs", allow_abbrev=False)
    words = "NAME: this protocol in full, with its picture · check NAME: try whether it keeps what it promises"
    parser.add_argument("words", nargs="*", metavar="[check] NAME", help=words)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """All of them, one of them, or the check of one."""
    from selforg_tui.core.errors import ConfigError

    match args.words:
        case []:
            return _all(args.json)
        case ["check", name]:
            return _check(name, args.json)
        case [name] if name != "check":
            return _one(name, args.json)
    raise ConfigError("Give one name, or check and a name: selforg-tui protocols sequential, selforg-tui protocols check sequential.")


def _all(as_json: bool) -> int:
    """One that does not load, or breaks, is named with its problem."""
    from selforg_tui.core.errors import ConfigError
    from selforg_tui.protocols import registry

    found: list[dict[str, Any]] = []
    for name in registry.names():
        try:
            found.append(_object(name))
        except ConfigError as problem:
            found.append({"name": name, "problem": str(problem)})
    if as_json:
        say_json({"agents": AGENTS, "protocols": found})
        return 0
    for each in found:
        say(f"{each['name']:{_WIDE}}{each.get('problem') or each['definition']}")
        if "problem" in each:
            continue
        calls, rounds = _counted(each["calls"], "call"), _counted(each["latency"], "round")
        say(f"{'':{_WIDE}}{each['from']} · {calls} a task in {rounds}, {each['at_once']} at once, with {AGENTS} agents")
        for option in each["parameters"]:
            say(f"{'':{_WIDE}}-P {option['name']}={option['default']}: {option['help']}")
    say(f"\nselforg-tui protocols NAME shows one in full: selforg-tui protocols {found[0]['name']}")
    return 0


def _one(name: str, as_json: bool) -> int:
    each = _object(name)
    if as_json:
        say_json({"agents": AGENTS, **each})
        return 0
    say(f"{each['title']} ({each['name']}), {each['from']}")
    say(f"\n{each['definition']}\n")
    for line in each["picture"].splitlines():
        say(f"    {line}")
    say()
    for step in each["steps"]:
        say(f"{step['kind']:{_WIDE}}sees {step['sees']}")
    if each["note"]:
        say(each["note"])
    say(f"\n{'agents':>7}{'calls':>7}{'rounds':>8}{'at once':>9}{'once a session':>16}")
    for row in each["sizes"]:
        say(f"{row['agents']:7}{row['calls']:7}{row['latency']:8}{row['at_once']:9}{row['calls_once']:16}")
    for option in each["parameters"]:
        say(f"\n-P {option['name']}={option['default']} ({option['allowed']})\n    {option['help']}")
    return 0


def _check(name: str, as_json: bool) -> int:
    from msgspec import to_builtins

    from selforg_tui.protocols import registry
    from selforg_tui.protocols.conformance import check

    found = check(registry.find(name))
    if as_json:
        say_json({"protocol": name, "conforms": not found, "findings": [to_builtins(finding) for finding in found]})
    elif not found:
        say(f"{name} conforms: it keeps what it promises, whoever fails, stays out or is removed.")
    else:
        for finding in found:
            say(f"{finding.rule:12} {finding}")
        note(f"{name} does not conform: {_counted(len(found), 'finding')}.")
    return FINDINGS if found else 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _object(name: str) -> dict[str, Any]:
    """Raises ConfigError."""
    from selforg_tui.protocols import offered, registry

    protocol = registry.make(name, {})
    promise = offered.promised(protocol, AGENTS)
    sizes = [(n, offered.promised(protocol, n)) for n in SIZES]
    return {
        "name": name,
        "title": protocol.title,
        "source": protocol.source if name in registry.OURS else "package",
        "from": registry.source_of(name),
        "experimental": protocol.experimental,
        "definition": protocol.definition(),
        "picture": protocol.picture,
        "note": promise.note,
        "parameters": [
            {
                "name": option.name,
                "default": option.default,
                "choices": list(option.choices),
                "least": option.least,
                "most": option.most,
                "allowed": option.allowed,
                "help": option.help,
            }
            for option in protocol.options
        ],
        "calls": promise.calls,
        "calls_once": sum(step.calls for step in promise.once),
        "latency": promise.latency,
        "at_once": promise.at_once,
        "sees": [step.sees for step in promise.steps],
        "steps": [{"kind": step.kind, "sees": step.sees} for step in (*promise.once, *promise.steps)],
        "sizes": [
            {
                "agents": n,
                "calls": each.calls,
                "latency": each.latency,
                "at_once": each.at_once,
                "calls_once": sum(step.calls for step in each.once),
            }
            for n, each in sizes
        ],
    }
