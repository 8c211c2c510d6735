"""Asking before several runs that may be expensive together."""

from __future__ import annotations

from selforg_tui.cli.going_on import go_on
from selforg_tui.engine.estimate import Estimate
from selforg_tui.lab import together
from selforg_tui.settings.keys import Keys


def agreed(runs: together.Counted, keys: Keys, max_cost: float | None, *, yes: bool) -> Estimate:
    """What all of it will take. Asks where it is expensive; raises ConfigError where the answer is no or nobody is there to give it."""
    from selforg_tui.models.discovery import discover_for
    from selforg_tui.settings.config_file import defaults

    discover_for(tuple(dict.fromkeys(spec for config, _ in runs for spec in config.specs())), keys)
    found = together.price(runs)
    go_on(None if yes else together.question(runs, found, defaults().ask_usd, max_cost), "--max-cost sets a limit")
    return found


def price_in_words(found: Estimate) -> str:
    """`243 calls + 30 to judge, about $1.28 to $2.94 (imaginary)`."""
    calls = f"{found.calls:,} calls" + (f" + {found.judge_calls:,} to judge" if found.judge_calls else "")
    calls += f" + {found.write_up_calls:,} to write up" if found.write_up_calls else ""
    if found.cost_usd is None:
        return f"{calls}, price unknown"
    low, high = found.cost_usd
    more = f", and more: no price for {', '.join(found.unpriced)}" if found.unpriced else ""
    return f"{calls}, about ${low:.2f} to ${high:.2f}{' (imaginary)' if found.imaginary else ''}{more}"
