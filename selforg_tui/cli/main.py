"""`selforg-tui`: which command is meant. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn, TypeAlias

from selforg_tui import __version__
from selforg_tui.cli.faults import guarded
from selforg_tui.core.errors import ConfigError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
SESSION_FILES = (".jsonl", ".selforg")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Never raises but SystemExit, for --help and --version."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded(lambda: dispatch(words))


def dispatch(words: list[str]) -> int:
    """Raises what the command raises."""
    if not words:
        from selforg_tui.cli.app import start

        return start()
    parser, names = _parser()
    first = words[0]
    if first not in names and not first.startswith("-"):
        return _file(words, names)
    args = parser.parse_args(words)
    code: int = args.command(args)
    return code


def _file(words: list[str], names: Sequence[str]) -> int:
    """A session's file in place of a command."""
    from selforg_tui.cli.app import start

    file = Path(words[0])
    if len(words) == 1 and (file.suffix in SESSION_FILES or file.is_file()):
        if not file.is_file():
            raise ConfigError(f"There is no file {file}. 'selforg-tui sessions list' shows the saved sessions.")
        return start(file)
    close = get_close_matches(words[0], names, 1)
    hint = f"did you mean '{close[0]}'?" if close else 'a mission is run with: selforg-tui run "MISSION".'
    raise ConfigError(f"There is no command '{words[0]}': {hint} 'selforg-tui --help' lists the commands.")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message[:1].upper()}{message[1:]}. '{self.prog} --help' shows what can be given.")


def _parser() -> tuple[argparse.ArgumentParser, list[str]]:
    from selforg_tui.cli import missions, models, paths, protocols, replay, run, sessions, sim_server

    parser = _Parser(
        prog="selforg-tui",
        description="A terminal laboratory for self-organizing language-model agents. Without a command: the app. "
        "With a session's file: the app, replaying it.",
        epilog="Exit codes: 0 done, 1 a fault of the program, 2 wrong use, 3 a limit was reached, 4 models failed, 5 cannot store, "
        "130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"selforg-tui {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (run, replay, sessions, protocols, models, missions, paths, sim_server):
        module.add(commands)
    return parser, list(commands.choices)
