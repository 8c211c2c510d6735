"""What each model of a team gave and took, as a table where there is room and one below another where there is not."""

from __future__ import annotations

from rich.cells import cell_len

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.by_model import Row, by_model, models_of
from selforg_tui.metrics.model_table import HEADINGS, ended_badly, rows_of, seats
from selforg_tui.metrics.money import brief
from selforg_tui.tui.run.surface.cells import Line, cut, fit, flat, right, wrap
from selforg_tui.tui.run.view import of_four

LAST_TO_GO = ("", "money", "seats", "Q", "tokens in", "tokens out", "took part", "failed", "cached", "built on", "stayed out", "words",
              "seconds", "again", "reasoning")  # fmt: skip
"""Headings of the table; where it is too wide, the later of these give way."""
NOTE = "Q belongs to whole solutions: models that work on the same task share it."


def as_table(state: SessionState, width: int) -> list[Line]:
    """A line for each model, with as many columns as there is room for."""
    rows = [HEADINGS, *([flat(cell) for cell in row] for row in rows_of(by_model(state), narrow=True))]
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
    tally, about = row.tally, "~" if row.tally.uncounted else ""
    end = f" {brief(tally)} "
    part = "judge" if row.judge else "write-up" if row.writer else f"{seats(row)} ×"
    name = f"{part} {ModelSpec.parse(row.model).model}"
    said = [f"{about}{tally.input:,} in, {about}{tally.output:,} out"]
    if tally.cached:
        said.append(f"{tally.cached * 100 // tally.input} % cached")
    if not row.judge and not row.writer:
        said.insert(0, f"Q {of_four(row.q)} · {row.contributions} in · {row.abstained + row.left_out} out")
    lines: list[Line] = [((" " + fit(flat(name), width - cell_len(end) - 1), "title"), (end, "strong"))]
    lines += [((cut(f"   {text}", width), "plain" if not number else "dim"),) for number, text in enumerate(said)]
    if row.failed:
        lines.append(((cut(f"   {row.failed} failed", width), "failed"),))
    return lines


def _note(state: SessionState, width: int) -> list[Line]:
    if state.header is None or state.header.config.arrangement == "by-level" or all(len(models_of(task)) < 2 for task in state.tasks):
        return []
    return [(), *(((f" {line}", "dim"),) for line in wrap(NOTE, width - 2))]
