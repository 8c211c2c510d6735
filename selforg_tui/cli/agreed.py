"""Asking before several runs that may be expensive together."""

from __future__ import annotations

import sys

from selforg_tui.cli.output import note, seen_live
from selforg_tui.core.errors import ConfigError
from selforg_tui.engine.estimate import Estimate
from selforg_tui.lab import together
from selforg_tui.settings.keys import Keys


def agreed(runs: together.Counted, keys: Keys, max_cost: float | None, *, yes: bool) -> Estimate:
    """What all of it will take. Asks where it is expensive; raises ConfigError where the answer is no or nobody is there to give it."""
    from selforg_tui.models.discovery import discover_for
    from selforg_tui.settings.config_file import defaults

    discover_for(tuple(dict.fromkeys(spec for config, _ in runs for spec in config.specs())), keys)
    found = together.price(runs)
    asked = None if yes else together.question(runs, found, defaults().ask_usd, max_cost)
    if asked is not None:
        if not (sys.stdin.isatty() and seen_live()):
            raise ConfigError(f"Not run: {asked[0].lower()}{asked[1:]} --yes runs it all the same, --max-cost sets a limit.")
        note(f"{asked} Go on? [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ConfigError("Not run. --yes runs without asking, --max-cost sets a limit.")
    return found


def price_in_words(found: Estimate) -> str:
    """`243 calls + 30 to judge, about $1.28 to $2.94 (imaginary)`."""
    calls = f"{found.calls:,} calls" + (f" + {found.judge_calls:,} to judge" if found.judge_calls else "")
    if found.cost_usd is None:
        return f"{calls}, price unknown"
    low, high = found.cost_usd
    more = f", and more: no price for {', '.join(found.unpriced)}" if found.unpriced else ""
    return f"{calls}, about ${low:.2f} to ${high:.2f}{' (imaginary)' if found.imaginary else ''}{more}"
