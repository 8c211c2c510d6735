"""Cost on the whole screen: why it costs what it does, the dearest agents, the meter, and what came when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from selforg_tui.core.ids import label
from selforg_tui.core.state import CallState, SessionState, TaskState
from selforg_tui.metrics import spending
from selforg_tui.metrics.money import brief
from selforg_tui.tui.run.cost.meter import meter
from selforg_tui.tui.run.surface.cells import Line, cut, fit, flat, right, width_of, wrap
from selforg_tui.tui.run.surface.spark import spark, wide
from selforg_tui.tui.run.view import View, clock

MOST = 5
"""Of the dearest are shown."""
HIGH = 4
"""Lines of the picture of tokens over time."""
GAP = 3
HEAD = "the dearest, all tasks, judging too"


def whole(view: View, width: int, calls: Sequence[CallState]) -> tuple[list[Line], list[int]]:
    """The lines, and the seats of the dearest; theirs come after the line that begins with `HEAD`."""
    why = [((f" {line}", "title"),) for line in wrap(spending.reason(view.state.team), width - 2)] if view.state.team.calls else []
    stayed = spending.by_stayers(view.state)
    if stayed is not None:
        times, share = stayed
        told = f"Deciding to stay out ({times:,} times) took {share:.0%} of the team's tokens, nearly all of it for reading."
        why += [((f" {line}", "plain"),) for line in wrap(told.replace("%", " %"), width - 2)]
    dear, seats = dearest(view, min(width, 110), calls)
    side = (width - GAP) // 2
    left, right_side = meter(view, min(48, side), calls, drawn=False), over_time(calls, min(60, side))
    return [*why, *([()] if why else []), *dear, *([()] if dear else []), *beside(left, right_side, min(48, side))], seats


def dearest(view: View, width: int, calls: Sequence[CallState]) -> tuple[list[Line], list[int]]:
    """A heading and a line for each of the dearest over all tasks, and their seats; nothing before the first call has ended."""
    found = spending.spenders(calls)[:MOST]
    if not found:
        return [], []
    of = "money" if all(one.usd is not None for one in found) else "tokens"
    room = max(8, width - 47)
    head = f" {fit(HEAD, room + 4)} {'in':>9} {'out':>8} {'money':>11} {'of ' + of:>9}"
    lines: list[Line] = [((cut(head, width), "dim"),)]
    for one in found:
        tally, about = one.tally, "~" if one.tally.uncounted else ""
        apart = "judge" if spending.judged(one) else "write-up" if spending.wrote_up(one) else ""
        name = apart or f"{label(one.seat)} {_role(view.state, view.task, one.seat)}"
        text = f"{right(f'{about}{tally.input:,}', 9)} {right(f'{about}{tally.output:,}', 8)} {right(brief(tally), 11)} "
        share = f"{one.share:.1%}".replace("%", " %")
        lines.append(((f" {fit(name, room + 4)} ", "plain"), (text, "plain"), (right(share, 9), "strong")))
    return lines, [one.seat for one in found]


def over_time(calls: Sequence[CallState], width: int) -> list[Line]:
    """Tokens by the time at which calls ended, with words at the axes."""
    values = spending.over_time(calls, min(width, len(calls)))
    if not calls or not values:
        return []
    cells = wide(values, width)
    last, most = spending.end(calls[-1]), max(values)
    lines: list[Line] = [(("tokens, when calls ended", "dim"),), ((f"{most:,} at most in {last / len(values):.1f} s", "dim"),)]
    lines += [((row, "bar"),) for row in spark(cells, HIGH)]
    return [*lines, ((fit("00:00", len(cells) - 8) + right(clock(last), 8), "dim"),)]


def beside(left: Sequence[Line], other: Sequence[Line], width: int) -> list[Line]:
    """Two blocks next to each other."""
    return [
        (*one, (" " * (width - width_of(one) + GAP), "plain"), *two) if two else one for one, two in zip_longest(left, other, fillvalue=())
    ]


def _role(state: SessionState, task: TaskState | None, seat: int) -> str:
    """The role in the task that is looked at, else the latest one."""
    for one in (*([task] if task is not None else []), *reversed(state.tasks)):
        if seat in one.seats and one.seats[seat].role:
            return flat(one.seats[seat].role)
    return "no role"
