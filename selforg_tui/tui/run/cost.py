"""What the session costs so far: tokens, money, calls, and how much of the budget is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from rich.cells import cell_len

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import SessionState, Tally
from selforg_tui.tui.run.cells import Line, fit
from selforg_tui.tui.run.panel import Panel
from selforg_tui.tui.run.view import View, money

WIDEST = 48
"""Cells over which a name and its value still belong together."""


class Cost(Panel):
    """The meter. Judging is counted apart; unknown money is called unknown, never nothing."""

    HELP = """Tokens, money and calls of the team; judging apart. Prices of simulated models are imaginary. Calls are first attempts, \
of those that the protocol promises; repairs (a reply that could not be read) and retries come on top."""

    def key(self, view: View) -> Hashable:
        return (view.state.seq, int(view.at))

    def heading(self, view: View) -> str:
        return "Cost ── imaginary prices" if imaginary(view.state) else "Cost"

    def body(self, view: View, width: int) -> Sequence[Line]:
        state, width = view.state, min(width, WIDEST)
        team, judging = state.team, state.judging
        about = "~" if team.uncounted else ""
        lines = [
            pair("tokens in", f"{about}{team.input:,}", width),
            pair("  of which cached", share(team.cached, team.input), width),
            pair("tokens out", f"{about}{team.output:,}", width),
            pair("  reasoning", share(team.reasoning, team.output), width),
            pair("money", spent(team), width),
            pair("calls", done_of_promised(state), width),
            *(pair(f"  {word}", f"{count}", width) for word, count in again(state).items()),
            pair("judging", spent(judging), width),
        ]
        if judging.calls:
            lines.append(pair("  tokens", f"{judging.input + judging.output:,}", width))
        for word, used in budget(state, view.at).items():
            lines.append(bar(f"{word} limit", used, width))
        if state.limit:
            lines.append(((" limit reached", "warn"),))
        return lines


def pair(name: str, value: str, width: int) -> Line:
    """A name and its value at the two ends of a line."""
    return ((" " + fit(name, width - cell_len(value) - 3) + " ", "dim" if name.startswith(" ") else "plain"), (value + " ", "strong"))


def bar(name: str, used: float, width: int) -> Line:
    """`budget ▓▓░░ 12 %`; full, and in another style, where the limit is reached."""
    figure = f"{used:.0%}".replace("%", " %").rjust(5)
    room = max(3, width - len(name) - len(figure) - 3)
    filled = min(room, round(room * used))
    return ((f" {name} ", "plain"), ("▓" * filled, "warn" if used >= 0.9 else "bar"), ("░" * (room - filled), "rest"), (figure, "strong"))


def share(part: int, whole: int) -> str:
    """A share in per cent, a dash of nothing."""
    return f"{part / whole:.0%}".replace("%", " %") if whole else "–"


def spent(tally: Tally) -> str:
    """Money, a dash before the first call."""
    return money(tally.known_cost) if tally.calls else "–"


def imaginary(state: SessionState) -> bool:
    """True where any price is one of a simulated model."""
    header = state.header
    return header is not None and any(price is not None and price.imaginary for price in header.prices.values())


def done_of_promised(state: SessionState) -> str:
    """First attempts of the team's calls that went out, of those that the protocol promises."""
    begun = sum(call.purpose == "first" and call.id.seat != JUDGE_SEAT for call in state.calls.values())
    promised = promise(state)
    return f"{begun}" if promised is None else f"{begun} of {promised}"


def promise(state: SessionState) -> int | None:
    """Calls promised for all tasks; None where the protocol is not installed here."""
    from selforg_tui.protocols.registry import make

    header = state.header
    if header is None:
        return None
    try:
        stated = make(header.config.protocol, header.config.parameters).promise(header.config.agents)
    except ConfigError:
        return None
    return stated.calls * max(1, len(header.config.tasks)) + sum(step.calls for step in stated.once)


def again(state: SessionState) -> dict[str, int]:
    """Calls beyond the promise, by what they were for."""
    found = Counter[str](call.purpose for call in state.calls.values() if call.id.seat != JUDGE_SEAT)
    return {word: found[purpose] for word, purpose in (("repairs", "repair"), ("retries", "retry")) if found[purpose]}


def budget(state: SessionState, at: float) -> dict[str, float]:
    """By limit, how much of it is used."""
    header = state.header
    if header is None:
        return {}
    limits, used = header.config.limits, {}
    if limits.cost_usd:
        used["money"] = (state.team.cost_usd + state.judging.cost_usd) / limits.cost_usd
    if limits.tokens:
        used["tokens"] = sum(tally.input + tally.output for tally in (state.team, state.judging)) / limits.tokens
    if limits.seconds:
        used["time"] = at / limits.seconds
    return used
