"""The question before something that may be expensive."""

from __future__ import annotations

import sys

from selforg_tui.cli.output import note, seen_live
from selforg_tui.core.errors import ConfigError


def go_on(asked: str | None, limit: str) -> None:
    """Ask whether to go on, where there is something to ask; `limit` says which flag sets a limit.

    Raises ConfigError where the answer is no, or nobody is there to give one.
    """
    if asked is None:
        return
    if not (sys.stdin.isatty() and seen_live()):
        raise ConfigError(f"Not run: {asked[0].lower()}{asked[1:]} --yes runs it all the same, {limit}.")
    note(f"{asked} Go on? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigError(f"Not run. --yes runs without asking, {limit}.")
