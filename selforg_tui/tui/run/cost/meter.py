"""The meter: money, limits, pace, tokens, calls and time, a line each; the most important first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from selforg_tui.core.state import CallState, SessionState, Tally
from selforg_tui.metrics import effort, spending
from selforg_tui.metrics.model_table import ended_badly
from selforg_tui.metrics.money import brief, dollars, has_real
from selforg_tui.tui.run.cost.used import budget, done_of_promised
from selforg_tui.tui.run.surface.cells import Line, fit, flat, wrap
from selforg_tui.tui.run.surface.spark import spark, wide
from selforg_tui.tui.run.view import View, clock

MILLION = 1_000_000
"""Tokens from which on an estimate is told in millions."""
WINDOW = 30.0
"""Seconds over which the pace is told while a session goes on."""


def meter(view: View, width: int, calls: Sequence[CallState] | None = None, drawn: bool = True) -> list[Line]:
    """The whole of it, the most important lines first. `calls`: those that ended, in order, where they are known already;
    `drawn`: with the small picture of them."""
    state = view.state
    calls = spending.ended(state) if calls is None else calls
    return [
        *_money(state, width),
        *(bar(f"{word} limit", used, width) for word, used in budget(state, view.at).items()),
        *_bounds(view, width),
        *pace(view, calls, width)[: None if drawn else -1],
        *_tokens(state, width),
        *_spared(state, width),
        *_calls(state, width),
        *_time(state, width),
    ]


def _money(state: SessionState, width: int) -> list[Line]:
    team, judging, again = state.team, state.judging, state.again
    lines = [pair("money", brief(team), width)]
    if has_real(team) and team.imaginary:
        lines.append(pair("  and imaginary", dollars(team.imaginary_usd), width))
    if team.unpriced:
        lines.append(pair("  calls of unknown price", f"{team.unpriced:,}", width))
    if again.calls:
        lines.append(pair(f"  {effort.again(state.calls.values())}", amounts(again, width), width))
    lines.append(pair("judging", amounts(judging, width), width))
    if state.writing.calls:
        lines.append(pair("writing up", amounts(state.writing, width), width))
    if state.team.saved > 0:
        lines.append(pair("saved by the cache", dollars(team.saved), width))
    elif state.team.saved < 0:
        lines.append(pair("writing the cache lost", dollars(-team.saved), width))
    return lines


def _bounds(view: View, width: int) -> list[Line]:
    state = view.state
    lines: list[Line] = []
    if state.limit:
        lines.append(((" ■ limit reached", "failed"),))
    elif state.limit_near and state.status is None:
        lines.append(((fit(" ▲ limit near: told to wrap up", width), "warn"),))
    slowed = state.slowed
    if slowed is not None and view.at < slowed.t + slowed.seconds:
        lines.append(((fit(f" ≈ pause of {slowed.seconds:.0f} s, then {slowed.at_once} at once", width), "warn"),))
        lines.append(((fit(f"   {flat(slowed.place)}", width), "dim"),))
    elif slowed is not None:
        lines.append(((fit(f" ≈ slowed down last at {clock(slowed.t)}", width), "dim"),))
    return lines


def _tokens(state: SessionState, width: int) -> list[Line]:
    team = state.team
    about = "~" if team.uncounted else ""
    fresh = f"{about}{team.input - team.cached:,}" if team.input else "–"
    lines = [
        pair("tokens in", f"{about}{team.input:,}", width),
        pair("  fresh", fresh, width),
        pair("  of which cached", share(team.cached, team.input), width),
    ]
    if team.cache_written:
        lines.append(pair("  written to the cache", share(team.cache_written, team.input), width))
    lines += [pair("tokens out", f"{about}{team.output:,}", width), pair("  reasoning", share(team.reasoning, team.output), width)]
    if team.uncounted:
        by = effort.counted_by(effort.by_team(state.calls.values()))
        lines.append(pair(f"  by {by}", f"{team.uncounted:,} calls" if team.uncounted > 1 else "1 call", width))
    return lines


def _calls(state: SessionState, width: int) -> list[Line]:
    lines = [pair("calls", done_of_promised(state), width)]
    lines += [pair(f"  {word}", f"{count}", width) for word, count in effort.beyond(state.calls.values()).items()]
    for text in ended_badly(effort.outcomes(state.calls.values())):
        first, *more = wrap(text, width - 4)
        lines += [((fit(line, width), "failed"),) for line in (f"   {first}", *(f"     {line}" for line in more))]
    return lines


def _time(state: SessionState, width: int) -> list[Line]:
    if not state.working and not state.waiting:
        return []
    waiting = [pair("  of waiting", f"{state.waiting:,.1f}", width)] if state.waiting >= 0.05 else []
    return [pair("seconds of answering", f"{state.working:,.1f}", width), *waiting]


def _spared(state: SessionState, width: int) -> list[Line]:
    """What staying out saved, an estimate."""
    found = spending.spared(state)
    if found is None:
        return []
    tokens = found.out + found.shown
    amount = f"~{tokens:,}t" if tokens < MILLION else f"~{tokens / MILLION:,.1f}Mt"
    if found.usd is not None:
        money = f"~{dollars(found.usd)}"
        amount = f"{amount} {money}" if width >= 36 else amount
    return [pair("saved by staying out" if width >= 34 else "abstention saved", amount, width)]


def pace(view: View, calls: Sequence[CallState], width: int) -> list[Line]:
    """Tokens and money a minute: over the last half minute while it goes on, over the whole afterwards; and a line of what came when."""
    over = view.state.status is not None
    found = spending.rate(calls, view.state.t if over else view.at, None if over else WINDOW)
    if found is None or not calls:
        return []
    said = "whole" if over else f"last {found.seconds:.0f} s"
    amount = f"{found.tokens:,.0f}t" + (f" {dollars(found.usd)}" if found.usd is not None else "")
    drawn = spark(wide(spending.over_time(calls, min(width - 2, len(calls))), width - 2))[0]
    line = [pair(f"a minute, {said}", amount, width)]
    narrow = [pair("a minute", amount, width), pair(f"  over the {said}", "", width)]
    lines = line if len(said) + len(amount) + 14 <= width else narrow
    return [*lines, ((f" {drawn} ", "bar"),)]


def amounts(tally: Tally, width: int) -> str:
    """Tokens and money together: `5,815t $0.0217`; only money where there is no room, a dash before the first call."""
    if not tally.calls:
        return "–"
    both = f"{'~' if tally.uncounted else ''}{tally.input + tally.output:,}t {brief(tally)}"
    return both if cell_len(both) + 12 <= width else brief(tally)


def pair(name: str, value: str, width: int) -> Line:
    """A name and its value at the two ends of a line."""
    return ((" " + fit(name, width - cell_len(value) - 3) + " ", "dim" if name.startswith(" ") else "plain"), (value + " ", "strong"))


def bar(name: str, used: float, width: int) -> Line:
    """`budget ▓▓░░ 12 %`; full, and in another style, where the limit is near or reached."""
    figure = f"{used:.0%}".replace("%", " %").rjust(5)
    room = max(3, width - len(name) - len(figure) - 3)
    filled = min(room, round(room * used))
    return ((f" {name} ", "plain"), ("▓" * filled, "warn" if used >= 0.8 else "bar"), ("░" * (room - filled), "rest"), (figure, "strong"))


def share(part: int, whole: int) -> str:
    """A share in per cent, a dash of nothing."""
    return f"{part / whole:.0%}".replace("%", " %") if whole else "–"
