"""What can be said on the command line: one parser, to which each command adds its own."""

from __future__ import annotations

import argparse
from typing import NoReturn

from selforg_tui import __version__
from selforg_tui.cli import (
    compare,
    doctor,
    judge,
    keys,
    metrics,
    missions,
    models,
    paper,
    paths,
    protocols,
    race,
    replay,
    run,
    sessions,
    sim_server,
    themes,
    threshold,
)
from selforg_tui.cli.options import frames
from selforg_tui.core.errors import ConfigError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message[:1].upper()}{message[1:]}. '{self.prog} --help' shows what can be given.")


def _app(args: argparse.Namespace) -> int:
    from selforg_tui.cli.app import start

    return start(fps=args.fps)


def parser() -> tuple[argparse.ArgumentParser, list[str]]:
    """The parser, and the names of the commands."""
    top = _Parser(
        prog="selforg-tui",
        description="A terminal laboratory for self-organizing language-model agents. Without a command: the app. "
        "With a session's file: the app, replaying it.",
        epilog="Exit codes: 0 done, 1 a fault of the program, 2 wrong use, 3 a limit was reached, 4 models failed, 5 cannot store, "
        "130 interrupted.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"selforg-tui {__version__}")
    top.add_argument("--fps", type=frames, metavar="N", help="the app paints at most so often a second (12): less over a slow line")
    top.set_defaults(command=_app)
    commands = top.add_subparsers(metavar="COMMAND")
    for module in (
        run, race, compare, threshold, judge, paper, replay, sessions, metrics, protocols, models, missions, themes, doctor, keys, paths,
        sim_server,
    ):  # fmt: skip
        module.add(commands)
    return top, list(commands.choices)
