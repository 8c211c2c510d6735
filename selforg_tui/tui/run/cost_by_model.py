"""What each model of a team gave and took, as a table where there is room and one below another where there is not."""

from __future__ import annotations

from rich.cells import cell_len

from selforg_tui.core.state import SessionState
from selforg_tui.metrics.by_model import Row, by_model, models_of
from selforg_tui.metrics.model_table import HEADINGS, cells, ended_badly, seats
from selforg_tui.metrics.money import dollars, spent
from selforg_tui.tui.run.cells import Line, cut, fit, flat, right, wrap
from selforg_tui.tui.run.view import of_four

LAST_TO_GO = ("", "money", "seats", "Q", "tokens in", "tokens out", "took part", "failed", "cached", "built on", "stayed out", "words",
              "seconds", "again", "reasoning")  # fmt: skip
"""Headings of the table; where it is too wide, the later of these give way."""
NOTE = "Q belongs to whole solutions: models that work on the same task share it."


def as_table(state: SessionState, width: int) -> list[Line]:
    """A line for each model, with as many columns as there is room for."""
    rows = [HEADINGS, *([flat(cell) for cell in cells(row)] for row in by_model(state))]
    widths = {name: max(cell_len(row[place]) for row in rows) for place, name in enumerate(HEADINGS)}
    shown = list(HEADINGS)
    for name in reversed(LAST_TO_GO):
        if sum(widths[each] + 2 for each in shown) <= width:
            break
        shown.remove(name)
    lines: list[Line] = []
    for number, row in enumerate(rows):
        texts = [(fit if name == "" else right)(row[place], widths[name]) for place, name in enumerate(HEADINGS) if name in shown]
        lines.append(((cut(" " + "  ".join(texts), width), "plain" if number else "dim"),))
    return [*lines, *_note(state, width)]


def stacked(state: SessionState, width: int) -> list[Line]:
    """A few lines for each model."""
    lines: list[Line] = []
    for row in by_model(state):
        lines += [*_one(row, width), *([((cut(f"   {text}", width), "failed"),) for text in ended_badly(row.outcomes)])]
    return [*lines, *_note(state, width)]


def _one(row: Row, width: int) -> list[Line]:
    tally = row.tally
    price = "–" if not tally.calls else dollars(tally.imaginary_usd) if tally.all_imaginary else spent(tally)
    name = flat(row.model) + (" judges" if row.judge else f" × {seats(row)}")
    about = "~" if tally.uncounted else ""
    cached = f", {tally.cached * 100 // tally.input} % cached" if tally.cached else ""
    end = f" {cut(price, width // 2)} "
    lines: list[Line] = [((" " + fit(name, width - cell_len(end) - 1), "title"), (end, "strong"))]
    if not row.judge:
        failed = ((f" · {row.failed} failed", "failed"),) if row.failed else ()
        q = f"{row.contributions} in · {row.abstained + row.left_out} out"
        lines.append(((f"   {q}", "plain"), *failed, (f" · Q {of_four(row.q)}", "plain")))
    lines.append(((cut(f"   {about}{tally.input:,} in{cached}, {about}{tally.output:,} out", width), "dim"),))
    return lines


def _note(state: SessionState, width: int) -> list[Line]:
    if state.header is None or state.header.config.arrangement == "by-level" or all(len(models_of(task)) < 2 for task in state.tasks):
        return []
    return [(), *(((f" {line}", "dim"),) for line in wrap(NOTE, width - 2))]
