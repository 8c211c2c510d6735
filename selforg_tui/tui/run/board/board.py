"""The agents, one surface for all: rows where there is room, chips for more, a mosaic of glyphs for very many."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, TaskState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import OUTCOMES
from selforg_tui.tui.run.surface.cells import Line, Span, cut, fit, flat, right, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import AFTERWARDS, GONE, SIGNS, STEP_WORDS, View, counts, family

MOST_ROWS = 40
"""Up to so many agents have a row each."""
MOST_CHIPS = 24
"""Up to so many lines, agents are chips; beyond, tiles of a mosaic."""
CHIP = 17
TILE = 2
"""Cells that an agent takes at least as a chip, and as a tile of the mosaic."""
MARGIN = 4
"""Cells before each line of the mosaic, for the number of its first agent."""


class Board(Panel):
    """Follows the agents of a task. The cursor chooses the one that the other panels show."""

    HELP = """The team, an agent a row: its role, on whom it built (↳), tokens of its replies, seconds. Many agents become \
chips, very many a mosaic; roles of a kind share a colour.

● in with a contribution       ◐ deciding
○ stays out, its own decision  · waiting
◌ left out by the plan         ✗ failed
⊘ removed by a shock; before a role: it left after it had done its part"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "Agent above", show=False),
        Binding("down", "move(1, 0)", "Agent below", show=False),
        Binding("left", "move(0, -1)", "Agent to the left", show=False),
        Binding("right", "move(0, 1)", "Agent to the right", show=False),
        Binding("pageup", "move(-10, 0)", "Ten up", show=False),
        Binding("pagedown", "move(10, 0)", "Ten down", show=False),
    ]

    pause = 1 / 12

    def key(self, view: View) -> Hashable:
        task = view.task
        moving = int(view.at * 10) if task is not None and any(seat.status == "deciding" for seat in task.seats.values()) else 0
        return (task.number, task.version, view.state.seq, view.chosen, moving) if task else None

    def heading(self, view: View) -> str:
        full = f"Agents ── {counts(view)}"
        return full if len(full) < self.size.width - 2 else f"Agents ── {counts(view, short=True)}"

    def body(self, view: View, width: int) -> Sequence[Line]:
        if self.work is None:
            return [((f" {line}", "dim"),) for line in wrap("The agents take their seats when the first task starts.", width - 2)]
        return [self._row_of(view, number) for number in range(self.height_needed())]

    def paint(self, view: View) -> None:
        super().paint(view)
        if view.seat is not None:
            self.keep_in_view((view.chosen - 1) // self.columns)

    def keep_in_view(self, line: int) -> None:
        """Scroll no more than needed."""
        top, height = self.scroll_offset.y, self.size.height
        if not top <= line < top + height:
            self.scroll_to(y=line if line < top else line - height + 1, animate=False, immediate=True)

    @property
    def work(self) -> TaskState | None:
        """The task that is shown."""
        return self.view.task if self.view else None

    @property
    def cell(self) -> int:
        """Width of one agent's place."""
        n = len(self.work.seats) if self.work else 0
        width = self.size.width
        if n <= MOST_ROWS or width < CHIP:
            return max(1, width)
        chips = width // CHIP
        return width // chips if -(-n // chips) <= MOST_CHIPS else TILE

    @property
    def columns(self) -> int:
        """How many agents stand beside each other; in the mosaic, tens of them."""
        fitting = (self.size.width - (MARGIN if self.cell == TILE else 0)) // self.cell
        return max(1, fitting // 10 * 10 if self.cell == TILE and fitting >= 10 else fitting)

    def height_needed(self) -> int:
        """How many lines all agents take at this width."""
        return -(-len(self.work.seats) // self.columns) if self.work else 1

    def _row_of(self, view: View, number: int) -> Line:
        assert self.work is not None
        cell, seats, columns = self.cell, self.work.seats, self.columns
        here = [seats[seat] for seat in range(number * columns + 1, min((number + 1) * columns, len(seats)) + 1)]
        if cell == TILE:
            return ((right(label(here[0].seat), MARGIN - 1) + " ", "dim"), *(span for seat in here for span in tile(view, seat)))
        if columns > 1:
            return tuple(span for seat in here for span in chip(view, seat, cell))
        return row(view, here[0], cell, mixed=len({seat.model for seat in seats.values()}) > 1)

    def action_move(self, lines: int, across: int) -> None:
        """Move the cursor by lines, and across where agents stand beside each other."""
        if self.work is not None and self.view is not None:
            n = len(self.work.seats)
            here = self.view.chosen if 1 <= self.view.chosen <= n else 1 if lines + across > 0 else n
            there = here + lines * self.columns + across if self.view.chosen == here else here
            self.post_message(self.Chosen(min(max(there, 1), n)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Left and right belong to the timeline where agents stand only below each other."""
        return not (action == "move" and parameters[1] and self.columns == 1)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and self.work is not None:
            across = max(0, offset.x - (MARGIN if self.cell == TILE else 0)) // self.cell
            seat = (offset.y + self.scroll_offset.y) * self.columns + min(across, self.columns - 1) + 1
            if seat <= len(self.work.seats):
                self.post_message(self.Chosen(seat))


def row(view: View, seat: SeatState, width: int, mixed: bool) -> Line:
    """`01 ● identity architect ↳02 412t 1.2s`, in columns."""
    glyph, _, style = SIGNS[seat.status]
    usage, elapsed = view.usage([view.state.calls[name] for name in seat.calls]), view.elapsed(seat)
    tokens = f"{usage.output:,}t" if usage else ""
    seconds = f"{elapsed:.1f}s" if elapsed is not None else ""
    model = flat(seat.model).partition(":")[2].partition("@")[0] if mixed and width >= 50 else ""
    model_width = 14 if model else 0
    parents = view.task.parents(seat.seat) if view.task else []
    built_on = " ↳" + " ".join(label(parent) for parent in parents) if parents else ""
    room = width - 21 - model_width
    text, text_style = words(view, seat)
    built_on_width = min(len(built_on), max(0, room // 2))
    chosen = seat.seat == view.chosen
    return (
        ("▌" if chosen else " ", "deciding"), (right(label(seat.seat), 2), "strong" if chosen else "plain"), (f" {glyph} ", style),
        (fit(text, room - built_on_width), text_style), (right(built_on, built_on_width), "parent"),
        (right(model, model_width), "dim"), (right(tokens, 7), "dim"), (right(seconds, 7) + " ", "dim"),
    )  # fmt: skip


def words(view: View, seat: SeatState) -> Span:
    """What a row says, and in which style: a role, a reason, or what goes on."""
    _, word, style = SIGNS[seat.status]
    role, reason = flat(seat.role), flat(seat.reason)
    if seat.status == "in":
        return (f"{GONE} {role}" if seat.removed else role), family(role)
    if seat.status in ("out", "left out", "failed"):
        return f"{word}: {reason}" if reason else word, style
    if view.state.status is not None and seat.status in AFTERWARDS:
        return AFTERWARDS[seat.status], "waiting"
    if (failed := view.trying_again(seat)) is not None:
        return f"soon again; {OUTCOMES[effort.outcome(failed)]}", "warn"
    if seat.status == "deciding":
        doing = STEP_WORDS.get(seat.step.rstrip("0123456789"), seat.step)
        last = view.state.calls[seat.calls[-1]] if seat.calls else None
        seen = last.sees if last is not None else ()
        doing += ", asked again" if last is not None and last.purpose == "retry" else ""
        sees = "  sees " + " ".join(flat(one) for one in seen) if seen else ""
        return f"{doing} …" + (f" {role}" if role else "") + sees, style
    if role:
        return f"{word}: means to be {role}" if seat.intention else f"{word}: {role}", "dim"
    return word, "waiting"


def chip(view: View, seat: SeatState, width: int) -> Line:
    """`01 ● identity architect`, a column among others."""
    glyph, word, style = SIGNS[seat.status]
    text, text_style = words(view, seat) if seat.status == "in" else (word, style)
    chosen = seat.seat == view.chosen
    return (
        ("▌" if chosen else " ", "deciding"), (right(label(seat.seat), 3), "strong" if chosen else "plain"), (f" {glyph} ", style),
        (fit(cut(text, width - 8), width - 7), text_style),
    )  # fmt: skip


def tile(view: View, seat: SeatState) -> Line:
    """A glyph in the colour of its kind of role; what it means in words stands in the border and in the detail."""
    glyph, _, style = SIGNS[seat.status]
    chosen = seat.seat == view.chosen
    return (("▸" if chosen else " ", "strong"), (glyph, family(seat.role) if seat.status == "in" else style))
