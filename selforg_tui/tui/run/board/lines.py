"""The lines of the board, from top to bottom: in each form, what stands beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState
from selforg_tui.tui.run.board.forms import TALL, Plan
from selforg_tui.tui.run.board.words import AT_WORK, CHANGED, CURSOR, LONG, Columns, compact, legend, over, row, second_line, tile, words
from selforg_tui.tui.run.surface.cells import Line, Span, fit, flat, right
from selforg_tui.tui.run.surface.digits import HEIGHT, large
from selforg_tui.tui.run.view import SIGNS, View


def line_of(view: View, number: int, seats: Sequence[SeatState], plan: Plan, columns: Columns) -> Line:
    """A line of the board, by its number from the top."""
    rank, inside = divmod(number, plan.pitch)
    if rank >= plan.ranks:
        return legend(view, view.task, plan.width) if view.task is not None else ()
    here = [seats[index] for index in plan.rank(rank)]
    if plan.pitch >= TALL:
        return tuple(span for seat in here for span in tall(view, seat, inside, plan.cell, columns.digits))
    if plan.form == "rows":
        return (second_line if inside else row)(view, here[0], plan.cell, columns)
    if plan.form == "columns":
        return tuple(span for seat in here for span in compact(view, seat, plan.cell, columns))
    spans: list[Span] = [(right(label(here[0].seat), plan.margin - 1) + " ", "dim")] if plan.margin else []
    for column, seat in enumerate(here):
        if column and plan.gaps(column) != plan.gaps(column - 1):
            spans.append((" ", "plain"))
        spans += tile(view, seat, plan)
    return tuple(spans)


def tall(view: View, seat: SeatState, inside: int, width: int, digits: int) -> Line:
    """A line of an agent before a room: its number in large figures, and beside it its role, its reason, and on whom it builds."""
    if inside >= HEIGHT:
        return ((" " * width, "plain"),)
    text, style = words(view, seat)
    glyph, _, sign = SIGNS[seat.status]
    figures = large(right(label(seat.seat), digits))[inside]
    chosen, fresh = seat.seat == view.chosen, view.fresh(seat)
    room = max(0, width - cell_len(figures) - 7)
    contributes = seat.status == "in"
    on = view.task.parents(seat.seat) if view.task else []
    parents = f"↳ builds on {' '.join(map(label, on))}" if on else ""
    below = (
        (text, f"{style} strong" if seat.status in AT_WORK else style),
        (flat(seat.reason[:LONG]) if contributes else "", "dim"),
        (parents or ("begins anew" if contributes else ""), "parent" if parents else "dim"),
    )[inside]
    return (
        (CURSOR if chosen else " ", "deciding"), (CHANGED if fresh and not inside else " ", "strong"),
        (f"{figures}  ", "title" if chosen else sign),
        (f"{glyph} " if not inside else "  ", over(view, seat, sign)),
        (fit(below[0], room), over(view, seat, below[1]) if not inside else below[1]), (" ", "plain"),
    )  # fmt: skip
