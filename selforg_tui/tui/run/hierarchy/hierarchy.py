"""The tree that emerged: who could not have done its part without whom."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, TaskState
from selforg_tui.tui.run.surface.cells import Line, cut, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import GONE, SIGNS, View, family


class Hierarchy(Panel):
    """Agents by essential parent; those who stayed out and those who failed stand below."""

    HELP = """Who could not have done its part without whom, as the agents declared it: each stands under its essential parent, + \
names further ones. Dotted lines are assignments by a coordinator; they do not count. Depth is the longest chain, in \
agents: 1 means nobody built on anybody. ⊘ marks who was removed by a shock."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Line above", show=False),
        Binding("down", "go(1)", "Line below", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._seats: list[int | None] = []

    def key(self, view: View) -> Hashable:
        return (view.task.number, view.task.version, view.chosen) if view.task else None

    def heading(self, view: View) -> str:
        return f"Hierarchy ── depth {depth(view.task)}" if view.task else "Hierarchy"

    def body(self, view: View, width: int) -> Sequence[Line]:
        rows = branches(view.task) if view.task else []
        self._seats = [seat for seat, _, _ in rows]
        if not rows:
            return [((f" {line}", "dim"),) for line in wrap("Grows as agents build on each other.", width - 2)]
        return [_drawn(view.task, seat, lead, more, width) for seat, lead, more in rows]

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        lines = self.body(view, self.size.width)
        chosen = self._seats.index(view.chosen) if view.chosen in self._seats else None
        self.show(lines, chosen)
        if chosen is not None and not self.scroll_offset.y <= chosen < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=max(0, chosen - self.size.height // 2), animate=False, immediate=True)

    def action_go(self, by: int) -> None:
        """Choose the agent on the next line that has one."""
        place = self.chosen if self.chosen is not None else -1 if by > 0 else len(self._seats)
        place += by
        while 0 <= place < len(self._seats) and self._seats[place] is None:
            place += by
        self._choose(place)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            self._choose(offset.y + self.scroll_offset.y)

    def _choose(self, place: int) -> None:
        seat = self._seats[place] if 0 <= place < len(self._seats) else None
        if seat is not None:
            self.post_message(self.Chosen(seat))


def depth(task: TaskState | None) -> int:
    """The longest chain of dependencies, counted in agents."""
    from selforg_tui.metrics.structure import hierarchy_depth

    return hierarchy_depth(task) if task is not None else 0


def branches(task: TaskState) -> list[tuple[int | None, str, tuple[int, ...]]]:
    """Lines of the tree from top to bottom: seat (None for an empty line), what is drawn before it, its further parents."""
    inside = {seat.seat for seat in task.seats.values() if seat.status == "in"}
    parents = {seat: [parent for parent in task.parents(seat) if parent in inside and parent != seat] for seat in inside}
    above = {seat: found[0] for seat, found in parents.items() if found}
    assigned = {edge.child: edge.parent for edge in task.edges if edge.kind == "assigned" and {edge.child, edge.parent} <= inside}
    children: dict[int, list[int]] = {}
    for seat in sorted(inside):
        parent = above.get(seat, assigned.get(seat, seat))
        if parent != seat:
            children.setdefault(parent, []).append(seat)
    rows: list[tuple[int | None, str, tuple[int, ...]]] = []
    seen: set[int] = set()

    def grow(seat: int, lead: str, below: str) -> None:
        if seat in seen:
            return
        seen.add(seat)
        rows.append((seat, lead, tuple(parents[seat][1:])))
        offspring = [child for child in children.get(seat, ()) if child not in seen]
        for child in offspring:
            last, line = child == offspring[-1], "─ " if child in above else "┄ "
            grow(child, below + ("└" if last else "├") + line, below + ("   " if last else "│  "))

    for seat in sorted(
        inside, key=lambda seat: (seat in above, assigned.get(seat, seat) != seat, seat)
    ):  # a circle, in a damaged file, still gets its line
        grow(seat, "", "")
    rest = [seat.seat for seat in task.seats.values() if seat.status in ("out", "left out", "failed", "removed")]
    return rows + [(None, "", ())] * bool(rows and rest) + [(seat, "", ()) for seat in rest]


def _drawn(task: TaskState | None, number: int | None, lead: str, more: tuple[int, ...], width: int) -> Line:
    if task is None or number is None:
        return ()
    seat: SeatState = task.seats[number]
    glyph, word, style = SIGNS[seat.status]
    if seat.status != "in":
        word += f" {GONE}" if seat.removed and seat.status != "removed" else ""
        return ((f" {glyph} ", style), (label(number), "plain"), (cut(f" {word}", width - 6), style))
    plus = "".join(f" +{label(parent)}" for parent in more) + (f" {GONE}" if seat.removed else "")
    room = width - 5 - len(lead) - len(plus)
    return ((" " + lead, "dim"), (label(number), "strong"), (cut(" " + flat(seat.role), max(3, room)), family(seat.role)), (plus, "parent"))
