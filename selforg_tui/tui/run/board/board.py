"""The agents, one surface for all: rows where there is room, compact columns for more, a mosaic for very many."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.selection import Selection

from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.board.forms import FORMS, Form, Plan, planned
from selforg_tui.tui.run.board.lines import line_of
from selforg_tui.tui.run.board.order import ORDERS, Order, arranged
from selforg_tui.tui.run.board.words import Columns, signs
from selforg_tui.tui.run.surface.cells import Line, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View, counts

NOBODY = "The agents take their seats when the first task starts."
ALL_AGAIN = "‹run.unfilter:Esc› shows all agents again."
KEYS = "↑↓ choose · ‹run.detail:Enter› in full · ‹run.filter:/› filter"


class Board(Panel):
    """Follows the agents of a task. The cursor chooses the one that the other panels show."""

    HELP = """The team. Few agents have a row each: role, on whom it built (↳, the essential one first), what it cost (imaginary money in \
brackets), tokens of its replies, seconds. More stand in columns, very many in a mosaic with a legend; ‹run.form:O› changes the form. \
Roles of a kind share a colour. ▌ is the cursor; ▸ and bold mark what changed in the last second.

● in with a contribution
◐ deciding, and about how many words it has written
○ stays out, its own decision (× in the mosaic)
◌ left out by the plan
✗ failed (! in the mosaic)
⊘ removed by a shock; before a role: it left after it had done its part
· waiting"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "Agent above", show=False),
        Binding("down", "move(1, 0)", "Agent below", show=False),
        Binding("left", "move(0, -1)", "Agent to the left", show=False),
        Binding("right", "move(0, 1)", "Agent to the right", show=False),
        Binding("pageup", "move(-10, 0)", "Ten up", show=False),
        Binding("pagedown", "move(10, 0)", "Ten down", show=False),
        Binding("o", "order", "Order", id="run.order", show=False, tooltip="By turn, status, role, model or cost, the dearest first"),
        Binding("slash", "filter", "Filter", id="run.filter", key_display="/", show=False, tooltip="Show only some agents"),
        Binding("O", "form", "Form", id="run.form", show=False, tooltip="As it fits, or always rows, columns or a mosaic"),
        Binding("escape", "clear", "Show all agents", id="run.unfilter", show=False),
    ]

    class Rearranged(Message):
        """The board may need another number of lines."""

    class Filtering(Message):
        """Somebody wants to type whom to show."""

    pause = 1 / 12

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.form: Form | None = None
        """Chosen by hand; None: as it fits."""
        self.order: Order = "turn"
        self.text = ""
        """What agents have to match to be shown."""
        self._room = 0
        self._arranged: tuple[Hashable, tuple[int, ...]] = (None, ())
        self._drawn: tuple[Hashable, list[Line]] = (None, [])
        self._of: SessionState | None = None
        """Of which state these two are."""
        self._place: Hashable = None

    @property
    def room(self) -> int:
        """Lines that the board may take; its height where nobody has said so."""
        return self._room or self.size.height

    @room.setter
    def room(self, lines: int) -> None:
        before, self._room = self.plan, max(1, lines)
        if self.plan != before:
            self._draw_again()

    @property
    def work(self) -> TaskState | None:
        """The task that is shown."""
        return self.view.task if self.view else None

    @property
    def shown(self) -> tuple[int, ...]:
        """Seats from first to last."""
        view, task = self.view, self.work
        if view is None or task is None:
            return ()
        if view.state is not self._of:
            self._of, self._arranged, self._drawn = view.state, (None, ()), (None, [])
        ended = view.state.status is not None
        told = (view.state.team.calls, view.state.again.calls) if self.order == "cost" else ()
        key = (task.number, task.version, ended, told, self.order, self.text)
        if key != self._arranged[0]:
            self._arranged = key, arranged(view.state, task, self.order, self.text)
        return self._arranged[1]

    @property
    def plan(self) -> Plan:
        """Where they stand."""
        return planned(len(self.shown), self.size.width, self.room, self.form, self.view is not None and self.view.large)

    @property
    def columns(self) -> int:
        """How many agents stand beside each other."""
        return self.plan.columns

    def height_needed(self) -> int:
        """How many lines all agents take at this width."""
        return self.plan.height

    def key(self, view: View) -> Hashable:
        task = view.task
        if task is None:
            return None
        seats = task.seats.values()
        moving = int(view.at * 24) if any(seat.status == "deciding" for seat in seats) else 0
        fresh = tuple(seat.seat for seat in seats if view.fresh(seat))
        return (
            task.number,
            task.version,
            view.state.seq,
            view.chosen,
            moving,
            fresh,
            view.large,
            self.order,
            self.text,
            self.form,
            self.room,
        )

    def heading(self, view: View) -> str:
        parts = [f"/{flat(self.text)}", f"{len(self.shown)} of {len(view.task.seats)}"] if self.text.strip() and view.task else []
        parts += [f"by {self.order}"] if self.order != "turn" else []
        parts += [f"as {self.form}"] if self.form else []
        lead = "Agents ── " + (" · ".join(parts) + " ── " if parts else "")
        full = lead + counts(view)
        return full if len(full) < self.size.width - 2 else lead + counts(view, short=True)

    def body(self, view: View, width: int) -> Sequence[Line]:
        task, shown, plan = self.work, self.shown, self.plan
        if task is None or not shown:
            text = NOBODY if task is None else f"Nobody here matches “{flat(self.text)}”. {with_keys(ALL_AGAIN)}"
            return [((f" {line}", "dim"),) for line in wrap(text, width - 2)]
        seats = [task.seats[seat] for seat in shown]
        columns = Columns(3 if len(task.seats) > 99 else 2, len({seat.model for seat in seats}) > 1, bool(view.state.team.calls))
        layout = (task.number, shown, plan, columns, view.large)
        known = self._drawn[1] if layout == self._drawn[0] else []
        top = self.scroll_offset.y
        lines = [
            known[y] if known and not top <= y < top + self.size.height else line_of(view, y, seats, plan, columns)
            for y in range(plan.height)
        ]  # what is out of view is drawn when it comes into it
        self._drawn = layout, lines
        return lines

    def paint(self, view: View) -> None:
        super().paint(view)
        below = ""
        if view.task is not None and self.shown and self.plan.form == "mosaic" and not self.plan.legend:
            below = "  ".join(text for text, _ in signs(view, view.task))
        elif self.shown and not view.large:
            below = keys if cell_len(keys := with_keys(KEYS)) < self.size.width - 2 else ""
        self.border_subtitle = Content(below)
        place = (view.chosen, self.shown, self.plan, self.size)
        if place != self._place:
            self._place = place
            self._keep_in_view(view.chosen)

    def _keep_in_view(self, seat: int) -> None:
        """Scroll no more than needed for an agent's lines."""
        if seat not in self.shown:
            return
        plan, top, height = self.plan, self.scroll_offset.y, self.size.height
        first, _ = plan.place(self.shown.index(seat))
        last = first + plan.pitch - 1
        if not (top <= first and last < top + height):
            self.scroll_to(y=first if first < top else last - height + 1, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.view is not None and round(old_value) != round(new_value):
            self.show(self.body(self.view, self.size.width))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        self._drawn = None, []
        if self.view is not None:
            self.lines = self.body(self.view, self.size.width)
        return super().get_selection(selection)

    def rearrange(self) -> None:
        """Something that is not in the session has changed how the agents stand."""
        self._draw_again()
        self.post_message(self.Rearranged())

    def _draw_again(self) -> None:
        if self.view is not None:
            self._key = None
            self.follow(self.view, self._when, force=True)

    def find(self, text: str) -> None:
        """Show only agents that match this; all of them where it is empty."""
        if text != self.text:
            self.text = text
            self.rearrange()
            if text and self.view is not None and self.shown and self.view.chosen not in self.shown:
                self.choose(self.shown[0])  # what the other panels show is among those that were asked for

    def action_order(self) -> None:
        """Sort by the next thing."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.rearrange()

    def action_form(self) -> None:
        """As it fits, then each form by hand."""
        forms: tuple[Form | None, ...] = (None, *FORMS)
        self.form = forms[(forms.index(self.form) + 1) % len(forms)]
        self.rearrange()

    def action_filter(self) -> None:
        self.post_message(self.Filtering())

    def action_clear(self) -> None:
        self.find("")

    def action_move(self, lines: int, across: int) -> None:
        """Move the cursor by lines, and across where agents stand beside each other: among those that are shown."""
        if self.view is not None and self.shown:
            shown, chosen = self.shown, self.view.chosen
            outside = 0 if lines + across > 0 else len(shown) - 1
            there = self.plan.moved(shown.index(chosen), lines, across) if chosen in shown else outside
            self.choose(shown[there])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Left and right belong to the timeline where agents stand only below each other; Esc clears a filter where there is one."""
        if action == "clear":
            return bool(self.text)
        return not (action == "move" and parameters[1] and self.columns == 1)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and self.shown:
            index = self.plan.at(offset.y + self.scroll_offset.y, offset.x)
            if index is not None:
                self.choose(self.shown[index])
