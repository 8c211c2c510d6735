"""`selforg-tui`: which command is meant. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from selforg_tui.cli.faults import guarded
from selforg_tui.core.errors import ConfigError

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
    from selforg_tui.cli.parser import parser

    top, names = parser()
    first = words[0]
    if first not in names and not first.startswith("-"):
        return _file(words, names)
    args = top.parse_args(words)
    code: int = args.command(args)
    return code


def _file(words: list[str], names: Sequence[str]) -> int:
    """A session's file in place of a command."""
    from difflib import get_close_matches

    from selforg_tui.cli.app import start

    file, *rest = Path(words[0]), *words[1:]
    if (file.suffix in SESSION_FILES or file.is_file()) and rest[:1] == ["--fps"]:
        return dispatch(["replay", *words])
    if not rest and (file.suffix in SESSION_FILES or file.is_file()):
        if not file.is_file():
            raise ConfigError(f"There is no file {file}. 'selforg-tui sessions list' shows the saved sessions.")
        return start(file)
    close = get_close_matches(words[0], names, 1)
    hint = f"did you mean '{close[0]}'?" if close else 'a mission is run with: selforg-tui run "MISSION".'
    raise ConfigError(f"There is no command '{words[0]}': {hint} 'selforg-tui --help' lists the commands.")
