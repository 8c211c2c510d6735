"""`paper`: presets that come as near as can be to the paper's tables, and its figures beside one's own."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.faults import DONE, INTERRUPTED, LIMIT, MODELS_FAILED, OF_STATUS
from selforg_tui.cli.options import number, whole
from selforg_tui.cli.output import note, say, say_json, table
from selforg_tui.core.errors import ConfigError, ModelFailure

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.core.events import AnyEvent
    from selforg_tui.core.state import SessionState
    from selforg_tui.lab.paper import Declared
    from selforg_tui.lab.presets import Cell, Member
    from selforg_tui.lab.together import Purse
    from selforg_tui.settings.keys import Keys

Runs = list[tuple["Member", "SessionState"]]


def add(commands: Commands) -> None:
    """The command with its own commands."""
    parser = commands.add_parser("paper", help="the paper's tables as presets, and its figures beside your own", allow_abbrev=False)
    own = parser.add_subparsers(metavar="list|show|run", required=True)
    listing = own.add_parser("list", help="the presets", allow_abbrev=False)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    listing.set_defaults(command=list_command)
    for name, about, does in (
        ("show", "a preset: its runs, its price, the paper's figures, what cannot be matched", show_command),
        ("run", "run a preset here", run_command),
    ):
        each = own.add_parser(name, help=about, allow_abbrev=False)
        put = each.add_argument
        put("name", metavar="NAME", help="'selforg-tui paper list' has them")
        put("--simulated", action="store_true", help="simulated models in place of the paper's")
        put("--missions", type=whole, default=1, metavar="K", help="how many of the example missions are taken, from the first (1)")
        put("--repeat", type=whole, default=1, metavar="R", help="how often, with the seeds 1, 2, … (1)")
        put("--json", action="store_true", help="print one JSON object")
        if name == "run":
            put("--max-cost", type=number, metavar="USD", help="stop when all of it together has cost this much money")
            put("--no-save", action="store_true", help="do not save the sessions")
            put("--yes", action="store_true", help="run without asking, also where it may be expensive")
        each.set_defaults(command=does)


def list_command(args: Namespace) -> int:
    """Names and titles."""
    from selforg_tui.lab import paper, presets

    found = presets.presets()
    if args.json:
        say_json({"source": paper.reference()["source"], "presets": [_object(each) for each in found]})
        return DONE
    for line in table([(each.name, f"{each.agents} agents", "/".join(each.levels), each.title) for each in found]):
        say(line)
    note("'selforg-tui paper show NAME' has price and limits; 'paper run NAME --simulated' needs no key.")
    return DONE


def show_command(args: Namespace) -> int:
    """What a preset runs, what it may cost, what the paper has, and what cannot be matched."""
    from msgspec import to_builtins

    from selforg_tui.cli.agreed import price_in_words
    from selforg_tui.lab import paper, presets, together

    preset, members = _members(args)
    found = together.price([(member.config, 1) for member in members])
    caveats = presets.unmatched(preset, simulated=args.simulated)
    if args.json:
        say_json(
            {
                **_object(preset),
                "simulated": args.simulated,
                "runs": [to_builtins(member) for member in members],
                "estimate": to_builtins(found),
                "figures": [to_builtins(figure) for figure in presets.of_paper(preset)],
                "unmatched": caveats,
                "disagreements": list(paper.conditions().disagreements),
                "source": paper.reference()["source"],
            }
        )
        return DONE
    say(f"{preset.title}{'  SIMULATED' if args.simulated else ''}")
    say(f"{_sessions(len(members))}: {price_in_words(found)}.")
    for line in table([_member_row(member) for member in members]):
        say(f"  {line}")
    say(f"Judge {members[0].config.judges[0].name}, temperature {members[0].config.temperature:g}.")
    say()
    say(f"What the paper has ({paper.reference()['source'].split(',')[0]}):")
    rows: list[tuple[str, ...]] = [
        (
            figure.title,
            figure.protocol or "protocol not said",
            figure.model,
            "/".join(figure.levels) or "level not said",
            f"Q {figure.value:.3f}",
        )
        for figure in presets.of_paper(preset)
    ]
    for line in table(rows):
        say(f"  {line}")
    say()
    say("What cannot be matched:")
    for text in caveats:
        say(f"  {text}")
    say("Where the paper disagrees with itself:")
    for text in paper.conditions().disagreements:
        say(f"  {text}")
    return DONE


def run_command(args: Namespace) -> int:
    """All sessions of a preset one by one; what was done is told in any case."""
    from selforg_tui.cli.agreed import agreed, price_in_words
    from selforg_tui.lab import presets
    from selforg_tui.lab.together import Purse
    from selforg_tui.settings.keys import Keys

    if args.max_cost is not None and not args.max_cost > 0:
        raise ConfigError("A limit on money must be above 0: leave it out for none.")
    preset, members = _members(args)
    keys, purse = Keys(), Purse(args.max_cost)
    found = agreed([(member.config, 1) for member in members], keys, args.max_cost, yes=args.yes)
    note(f"{_sessions(len(members))}, {price_in_words(found)}.")
    runs: Runs = []
    code = _run_all(members, keys, purse, runs, save=not args.no_save)
    cells = presets.cells(preset, runs)
    if args.json:
        say_json(_result(preset, args, cells, runs, len(members)))
        return code
    for line in _report(preset, cells, len(runs), len(members), simulated=_simulated(runs)):
        say(line)
    for text in presets.unmatched(preset, simulated=args.simulated):
        say(f"Note: {text}")
    return code


def _run_all(members: list[Member], keys: Keys, purse: Purse, runs: Runs, *, save: bool) -> int:
    from selforg_tui.core.state import SessionState
    from selforg_tui.metrics.money import together
    from selforg_tui.sessions.live import run_unwatched
    from selforg_tui.settings.paths import sessions_folder

    folder, code = sessions_folder() if save else None, DONE
    for place, member in enumerate(members, 1):
        if purse.empty:
            return LIMIT
        seen = [SessionState()]

        def take(event: AnyEvent, state: SessionState, seen: list[SessionState] = seen) -> None:
            seen[0] = state

        try:
            run_unwatched(purse.handed(member.config), keys=keys, folder=folder, on_event=take)
        except KeyboardInterrupt:
            note("Stopped; what was done is kept.")
        except ModelFailure as problem:
            if not runs:
                raise
            note(f"{member.model}: {problem}")
            return MODELS_FAILED
        state = seen[0]
        if state.header is not None:
            runs.append((member, state))
            purse.paid(together(state.team, state.judging, state.writing).cost_usd)
        status = state.status or "interrupted"
        note(f"[{place}/{len(members)}] {member.protocol}, {member.model}, {member.mission}, seed {member.config.seed}: {status}")
        code = max(code, OF_STATUS[status])
        if code in (INTERRUPTED, LIMIT):
            break
    return code


def _sessions(number: int) -> str:
    return f"{number} session{'s' * (number != 1)}"


def _report(preset: Declared, cells: list[Cell], done: int, planned: int, *, simulated: bool) -> Iterator[str]:
    from selforg_tui.lab import paper

    yield f"{preset.title}{': SIMULATED' if simulated else ''}, {done} of {_sessions(planned)}"
    heading = ("protocol", "model of the paper", "level", "Q here", "sd", "n", "words", "Q in the paper (other conditions)")
    yield from table([heading, *map(_cell_row, cells)])
    setups = dict.fromkeys(f"{figure.title}: {figure.setup}" for figure in paper.figures() if figure.title in preset.tables)
    yield f"The paper measured under: {'; '.join(setups)}."
    if simulated:
        yield paper.NEVER


def _cell_row(cell: Cell) -> tuple[str, ...]:
    return (
        cell.protocol,
        cell.model,
        cell.level,
        "–" if cell.mean is None else f"{cell.mean:.3f}",
        "–" if cell.sd is None else f"{cell.sd:.3f}",
        str(cell.n),
        "–" if cell.words is None else f"{cell.words:,.0f}",
        "–" if cell.paper is None else f"{cell.paper:.3f} ({cell.table})",
    )


def _result(preset: Declared, args: Namespace, cells: list[Cell], runs: Runs, planned: int) -> dict[str, Any]:
    from msgspec import to_builtins

    from selforg_tui.lab import presets
    from selforg_tui.metrics.summary import summary

    return {
        **_object(preset),
        "simulated": _simulated(runs),
        "sessions": len(runs),
        "planned": planned,
        "cells": [to_builtins(cell) for cell in cells],
        "unmatched": presets.unmatched(preset, simulated=args.simulated),
        "runs": [summary(state) for _, state in runs],
    }


def _simulated(runs: Runs) -> bool:
    return any(state.simulated.agents or state.simulated.judge for _, state in runs)


def _members(args: Namespace) -> tuple[Declared, list[Member]]:
    from selforg_tui.lab import presets

    preset = presets.find(args.name)
    return preset, presets.members(preset, simulated=args.simulated, missions=args.missions, repeat=args.repeat)


def _member_row(member: Member) -> tuple[str, ...]:
    config = member.config
    tasks = "+".join(task.level for task in config.tasks)
    return member.protocol, f"{config.agents} × {config.models[0].name}", tasks, member.mission, f"seed {config.seed}"


def _object(preset: Declared) -> dict[str, Any]:
    from msgspec import to_builtins

    told: dict[str, Any] = to_builtins(preset)
    return told
