"""What the session costs so far: money, limits, tokens, calls and time, and the same by model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.seating import team_models
from selforg_tui.core.state import SessionState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import ended_badly
from selforg_tui.metrics.money import brief, dollars, has_real, together
from selforg_tui.tui.run.cost.by_model import as_table, stacked
from selforg_tui.tui.run.surface.cells import Line, fit, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View, clock

WIDEST = 48
"""Cells over which a name and its value still belong together."""
BOTH = 70
"""Cells from which the meter and the table by model stand together."""


class Cost(Panel):
    """The meter, the most important lines first, and what each model took.

    Judging is counted apart; unknown money is called unknown, never nothing; imaginary money is never added to real money.
    """

    HELP = """Money, tokens and calls of the team; judging apart. Prices of simulated models are imaginary, and kept apart. \
Calls are first attempts, of those that the protocol promises; repairs (a reply that could not be read) and retries come on top. \
~ stands before tokens that no provider reported in full. What caching saved may be negative: then writing cost more than reading saved. \
Seconds are those of all calls added up. m shows the same by model."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "turn", "By model", id="cost.by-model", tooltip="What each model gave and took; again: the meter")
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.by_model = False

    def action_turn(self) -> None:
        """From the meter to the models, and back."""
        self.by_model = not self.by_model
        self._key = None
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def key(self, view: View) -> Hashable:
        return (view.state.seq, int(view.at), self.by_model)

    def heading(self, view: View) -> str:
        total = together(view.state.team, view.state.judging)
        kind = " ── imaginary prices" if total.all_imaginary or (not total.calls and _all_simulated(view.state)) else ""
        return ("Cost by model" if self.by_model else "Cost") + kind

    def body(self, view: View, width: int) -> Sequence[Line]:
        state = view.state
        mixed = state.header is not None and len(team_models(state.header.config)) > 1
        if width >= BOTH and (mixed or self.by_model):
            parts = [meter(view, WIDEST), as_table(state, width)]
            first, then = reversed(parts) if self.by_model else parts
            return [*first, (), *then]
        return stacked(state, width) if self.by_model else meter(view, min(width, WIDEST))


def meter(view: View, width: int) -> list[Line]:
    """The whole of it, the most important lines first."""
    state = view.state
    return [
        *_money(state, width),
        *(bar(f"{word} limit", used, width) for word, used in budget(state, view.at).items()),
        *_bounds(view, width),
        *_tokens(state, width),
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
        lines.append(pair(f"  {effort.again(state.calls.values())}", brief(again), width))
    lines.append(pair("judging", brief(judging), width))
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
    lines = [pair("tokens in", f"{about}{team.input:,}", width), pair("  of which cached", share(team.cached, team.input), width)]
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
    if state.judging.calls:
        lines.append(pair("judging tokens", f"{state.judging.input + state.judging.output:,}", width))
    return lines


def _time(state: SessionState, width: int) -> list[Line]:
    if not state.working and not state.waiting:
        return []
    waiting = [pair("  of waiting", f"{state.waiting:,.1f}", width)] if state.waiting >= 0.05 else []
    return [pair("seconds of answering", f"{state.working:,.1f}", width), *waiting]


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


def done_of_promised(state: SessionState) -> str:
    """First attempts of the team's calls that went out, of those that the protocol promises."""
    begun = sum(call.purpose == "first" and call.id.seat != JUDGE_SEAT for call in state.calls.values())
    promised = promise(state)
    return f"{begun}" if promised is None else f"{begun} of {promised}"


def promise(state: SessionState) -> int | None:
    """Calls promised for all tasks; None where the protocol is not installed here."""
    from selforg_tui.protocols.offered import promised
    from selforg_tui.protocols.registry import make

    header = state.header
    if header is None:
        return None
    try:
        stated = promised(make(header.config.protocol, header.config.parameters), header.config.agents)
    except ConfigError:
        return None
    return stated.calls * max(1, len(header.config.tasks)) + sum(step.calls for step in stated.once)


def budget(state: SessionState, at: float) -> dict[str, float]:
    """By limit, how much of it is used. Imaginary money counts only where there is no other, as when the limit is kept."""
    header = state.header
    if header is None:
        return {}
    limits, used = header.config.limits, {}
    total = together(state.team, state.judging)
    if limits.cost_usd:
        used["money"] = (total.imaginary_usd if _all_simulated(state) else total.cost_usd) / limits.cost_usd
    if limits.tokens:
        used["tokens"] = (total.input + total.output) / limits.tokens
    if limits.seconds:
        used["time"] = at / limits.seconds
    return used


def _all_simulated(state: SessionState) -> bool:
    return state.header is not None and all(spec.simulated for spec in state.header.config.specs())
