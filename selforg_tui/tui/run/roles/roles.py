"""Who was what, over all tasks: agents × tasks, a letter and a colour for each kind of role, as in the paper's Fig. 4."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from selforg_tui.tui.run.roles.drawing import Plan, drawn, frequent, heads, legend, measured, planned, signs
from selforg_tui.tui.run.roles.grid import ORDERS, Grid, Order, grid, ordered
from selforg_tui.tui.run.surface.cells import Line, cut
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View

ROOMY = 16
"""Lines from which measures, kinds and signs stand above the grid; with fewer they stand below it."""
KINDS = 2
"""Lines that the kinds of roles get at least."""


class Roles(Panel):
    """Head and heads of columns stay where they are; the agents scroll below them. The cursor chooses an agent."""

    HELP = """What each agent was in each task: a row for each agent, a column for each task (‹run.earlier:[› and ‹run.later:]› turn to \
another one, which ▸ marks). Roles whose last word is the same are of one kind, with one letter and one colour; the kinds are listed with \
how many roles there were. × stayed out, ◌ was left out by the plan, ✗! failed. At the end of a row: in how many tasks it took part.

Persistence: how often an agent keeps its role from one task to its next; it tends to 0 where agents organise themselves. Uniqueness: \
different roles / roles taken. Gini: 0 where all roles are taken equally often.

↑ and ↓ choose an agent, ‹roles.order:o› another order of agents: by seat, by the kind of their first role, by how often they took part."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Agent above", show=False),
        Binding("down", "go(1)", "Agent below", show=False),
        Binding("pageup", "go(-10)", "Ten up", show=False),
        Binding("pagedown", "go(10)", "Ten down", show=False),
        Binding("o", "order", "Other order", id="roles.order", show=False, tooltip="By seat, by first kind of role, by times taken part"),
    ]
    pause = 0.5

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.order: Order = "seat"
        self._seats: list[int] = []
        """In the order in which they are shown."""
        self._plan: Plan | None = None
        self._grid: tuple[Hashable, Grid | None] = (None, None)
        self._said: tuple[Hashable, list[Line]] = (None, [])
        self._fixed = 0
        """Lines at the top that do not scroll."""

    def key(self, view: View) -> Hashable:
        return (tuple(task.version for task in view.state.tasks), view.task.number if view.task else 0, view.chosen, view.large)

    def heading(self, view: View) -> str:
        return "Roles ── agents × tasks"

    def body(self, view: View, width: int) -> Sequence[Line]:
        tasks = view.state.tasks
        self._fixed, self._plan, self._seats = 0, None, []
        if not tasks or view.task is None:
            return [((" Roles are listed once the first task has started.", "dim"),)]
        width -= 1  # the last column is the scrollbar's
        found = self._grid_of(view)
        self._seats = ordered(found, self.order)
        told = self._told(view, found, width)
        above, below = (told[:1], []) if view.large else self._placed(told, len(self._seats), len(tasks), width)
        room = self.size.height - len(above)
        plan = planned(len(self._seats), len(tasks), view.task.number, width, room, view.large)
        self._plan = plan
        top = [*above, *heads(view, plan)]
        self._fixed = len(top)
        return [*top, *drawn(found, self._seats, view.chosen, plan), *below]

    def _placed(self, told: list[Line], agents: int, tasks: int, width: int) -> tuple[list[Line], list[Line]]:
        """What is told above and what below the grid: as much above as leaves every agent a row, if that can be had."""
        height = self.size.height
        for above in dict.fromkeys((len(told), min(3, len(told)), 1)):
            plan = planned(agents, tasks, tasks, width, height - above)
            if plan.beside == 1 and plan.heads + agents <= height - above:
                break
        else:
            above = len(told) if height >= ROOMY else 1
        return told[:above], [(), *told[above:]] if told[above:] else []

    def _grid_of(self, view: View) -> Grid:
        what = (id(view.state), tuple(task.version for task in view.state.tasks))
        if self._grid[0] != what or self._grid[1] is None:
            self._grid = (what, grid(view.state))
        found = self._grid[1]
        assert found is not None
        return found

    def _told(self, view: View, found: Grid, width: int) -> list[Line]:
        what = (self._grid[0], view.task.number if view.task else 0, self.size)
        if self._said[0] != what:
            self._said = (what, self._lines_about(view, found, width))
        return self._said[1]

    def _lines_about(self, view: View, found: Grid, width: int) -> list[Line]:
        spare = self.size.height - len(found.rows) - KINDS - 8
        told = [*measured(view.state, view.task, width), frequent(found, width), *legend(found, width, KINDS + max(0, spare))]
        return [line for line in (*told, signs(found, width)) if line]

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        lines = self.body(view, self.size.width)
        line = self._line_of(view.chosen)
        self.show(lines, line if self._plan is not None and self._plan.beside == 1 else None)
        said = f"↑↓ agent · [ ] task · o {ORDERS[self.order]}" + self._range(view)
        self.border_subtitle = Content(cut(said, max(0, self.size.width - 4)))
        if line is not None:
            self._keep_in_view(line)

    def _range(self, view: View) -> str:
        """Which tasks are shown, where not all are."""
        plan, count = self._plan, len(view.state.tasks)
        return f" · tasks {plan.tasks.start + 1}–{plan.tasks.stop} of {count}" if plan is not None and len(plan.tasks) < count else ""

    def _line_of(self, seat: int) -> int | None:
        """The line on which an agent stands."""
        if self._plan is None or seat not in self._seats:
            return None
        return self._fixed + self._seats.index(seat) % self._plan.lines * (2 if self._plan.spaced else 1)

    def number_at(self, y: int) -> int:
        return y if y < self._fixed else super().number_at(y)

    def repaint(self, changed: Sequence[int]) -> None:
        if any(number < self._fixed for number in changed):
            self.refresh()
        else:
            super().repaint(changed)

    def action_go(self, by: int) -> None:
        """Choose an agent further up or down; from the end of one row of agents to the next."""
        if self.view is None or not self._seats:
            return
        chosen = self.view.chosen
        place = self._seats.index(chosen) + by if chosen in self._seats else 0 if by > 0 else len(self._seats) - 1
        self.choose(self._seats[min(max(place, 0), len(self._seats) - 1)])

    def action_order(self) -> None:
        """The next order of agents."""
        orders = list(ORDERS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self._key = None
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def on_click(self, event: events.Click) -> None:
        offset, plan = event.get_content_offset(self), self._plan
        if offset is None or plan is None or offset.y < self._fixed:
            return
        row = (self.number_at(offset.y) - self._fixed) // (2 if plan.spaced else 1)
        block = min(offset.x // (plan.block + 1), plan.beside - 1) if plan.beside > 1 else 0
        place = row + block * plan.lines
        if row < plan.lines and place < len(self._seats):
            self.choose(self._seats[place])

    def _keep_in_view(self, line: int) -> None:
        """Scroll no more than needed to have a line below the head in view."""
        top, height = self.scroll_offset.y, self.size.height
        first, last = top + self._fixed, top + height - 1
        wanted = line - self._fixed if line < first else line - height + 1 if line > last else top
        if wanted != top:
            self.scroll_to(y=max(0, wanted), animate=False, immediate=True)
