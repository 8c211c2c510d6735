"""`race`: the same mission and seeds with several protocols, models or anything else, and whether it made a difference."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from copy import copy
from typing import TYPE_CHECKING, NoReturn

from selforg_tui.cli.experiments import add_experiment_options, agreed, carried_out, comparison_lines
from selforg_tui.cli.options import add_run_options, run_config, whole
from selforg_tui.cli.output import note, say, say_json
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.lab.experiment import Experiment, Group

REPEATS = 10


def add(commands: Commands) -> None:
    """The command and its flags: those of `run`, of which -p may be given several times."""
    parser = commands.add_parser(
        "race",
        help="run a mission in several ways, repeatedly, and compare them",
        description="Runs the mission R times with each protocol (-p) or group, with the same seeds, and compares them. All other flags "
        "are for all groups. What is done is kept: the same command goes on where an earlier one was stopped.",
        allow_abbrev=False,
        conflict_handler="resolve",
    )
    add_run_options(parser, without_mission=True)
    parser.add_argument(
        "-p", "--protocol", dest="protocols", action="append", default=[], metavar="NAME", help="a group with this protocol"
    )
    parser.add_argument(
        "--group",
        dest="groups",
        action="append",
        default=[],
        metavar="'NAME: FLAGS'",
        help="a group with flags of its own in place of the common ones, such as 'weak: -p sequential -m sim:weak'",
    )
    parser.add_argument("--repeat", type=whole, metavar="R", help=f"runs in each group, with the seeds seed, seed+1, …: {REPEATS} at first")
    parser.add_argument("--score-from", type=whole, default=1, metavar="T", help="the first task that counts: 2 is fair to Shared")
    parser.add_argument("--resume", metavar="ID", help="go on with this experiment, in place of a mission; 'last' is the one begun last")
    add_experiment_options(parser)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--yes", action="store_true", help="run without asking, also where it may be expensive")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Exit code by the worst of the runs; 3 where the total cost is reached, 130 where it was stopped."""
    from selforg_tui.lab.comparison import compare
    from selforg_tui.lab.table import as_object

    keys = Keys()
    what, notes = _resumed(args) if args.resume else _asked(args, keys)
    notes += agreed(what, keys, total=args.total_cost, yes=args.yes)
    note(f"Experiment {what.id}")
    outcome, code = carried_out(what, keys, total=args.total_cost, notes=notes)
    found = compare({name: runs for name, runs in outcome.runs.items() if runs}, score_from=what.score_from)
    if args.json:
        runs = [
            {"group": name, "seed": run.config.seed, "session": run.session, "path": run.path, "status": run.status,
             "q": run.q, "mission": run.m, "words": run.words, "tokens": run.tokens, "cost_usd": run.cost_usd}
            for name, each in outcome.runs.items() for run in each
        ]  # fmt: skip
        say_json(
            {
                "experiment": what.id,
                "folder": str(what.folder),
                "repeats": what.repeats,
                "score_from": what.score_from,
                "ending": outcome.ending,
                "done": len(runs),
                "of": what.repeats * len(what.groups),
                "comparison": as_object(found),
                "runs": runs,
            }
        )
        return code
    config = what.groups[0].config
    say(f"Mission: {one_line(config.mission, 400)}")
    scored = f", scored from task {what.score_from} on" if what.score_from > 1 else ""
    tasks = f"{len(config.tasks)} task{'s' * (len(config.tasks) != 1)}"
    last = config.seed + what.repeats - 1
    say(f"{tasks}{scored}; {len(outcome.all)} of {what.repeats * len(what.groups)} runs, seeds {config.seed} to {last}")
    say()
    for line in comparison_lines(found):
        say(line)
    say(f"Saved in {what.folder}")
    return code


def _resumed(args: Namespace) -> tuple[Experiment, list[str]]:
    from selforg_tui.lab.experiment import load

    if args.mission or args.protocols or args.groups or args.anew:
        raise ConfigError("--resume goes on with an experiment as it is: leave mission, groups and --anew out.")
    found = load(args.resume)
    if args.repeat is not None:
        import msgspec

        found = msgspec.structs.replace(found, repeats=args.repeat)
    return found, []


def _asked(args: Namespace, keys: Keys) -> tuple[Experiment, list[str]]:
    from selforg_tui.lab.experiment import Group, experiment

    if not args.mission:
        raise ConfigError("A race needs a mission: say in a sentence what the teams are for, or go on with an experiment by --resume.")
    notes: dict[str, None] = {}
    groups: list[Group] = []
    for name, given in _groups(args):
        config, why = run_config(given, keys)
        groups.append(Group(name, config))
        notes.update(dict.fromkeys(why))
    if len(groups) < 2:
        raise ConfigError("A race needs two groups or more: give -p or --group several times. 'selforg-tui protocols' lists protocols.")
    repeats = REPEATS if args.repeat is None else args.repeat
    what = experiment(tuple(groups), repeats, score_from=args.score_from, anew=args.anew, keys=keys.values())
    return what, list(notes)


def _groups(args: Namespace) -> list[tuple[str, Namespace]]:
    """Each group's name, and its flags."""
    from selforg_tui.protocols.registry import find

    found = []
    for protocol in args.protocols:
        given = copy(args)
        given.protocol = protocol
        known = {option.name for option in find(protocol).options}
        given.parameters = [text for text in args.parameters if text.partition("=")[0].strip() in known]
        found.append((protocol, given))
    if args.protocols:
        unknown = [text for text in args.parameters if not any(text in given.parameters for _, given in found)]
        if unknown:
            raise ConfigError(f"None of the protocols has a parameter {one_line(unknown[0].partition('=')[0])}.")
    return found + [_own(text, args) for text in args.groups]


def _own(text: str, args: Namespace) -> tuple[str, Namespace]:
    """`NAME: FLAGS`, where a flag takes the place of the common one."""
    name, colon, flags = text.partition(":")
    if not colon or not name.strip() or name.strip().startswith("-"):
        raise ConfigError(f"'{one_line(text)}' is not a group: write 'NAME: FLAGS', such as 'weak: -p sequential -m sim:weak'.")
    try:
        words = shlex.split(flags)
    except ValueError as problem:
        raise ConfigError(f"The flags of group '{one_line(name)}' cannot be read: {problem}.") from problem
    parser = _Flags(prog=name.strip(), add_help=False, allow_abbrev=False)
    add_run_options(parser, without_mission=True)
    given = copy(args)
    given.protocol = None
    for flag, value in vars(parser.parse_args(words)).items():
        if value not in (None, [], ""):
            if flag in ("mission", "seed", "tasks"):
                raise ConfigError(f"Group '{one_line(name)}' has its own {flag}, but groups share it: give it once for all.")
            setattr(given, flag, value)
    return name.strip(), given


class _Flags(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"Group '{one_line(self.prog)}': {message}.")
