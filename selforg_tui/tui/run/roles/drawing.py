"""The grid of roles as lines: a row for each agent, or several agents beside each other where there are more than rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from selforg_tui.core.ids import label
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.metrics import quality
from selforg_tui.metrics.measures import BY_NAME
from selforg_tui.tui.run.roles.grid import Grid, why_undefined
from selforg_tui.tui.run.surface.cells import Line, Span, cut, fit, flat, right
from selforg_tui.tui.run.view import View, of_four

NAMED = 14
"""Cells from which a role's name stands in a cell."""
WIDEST = 38
"""Cells that a column has at most."""
ROOMY_COLUMN = 22
"""Cells from which the head of a column says that its number is a task's."""
NARROW = 4
"""Cells of a column that shows glyph and letter; `.81` fits in it."""
HIGH = 12
"""Lines from which a column's head may take three of them."""
TIMES = 7
"""Cells for how often an agent took part."""
SIGNED = 2, 3
"""Cells of a column where several agents stand beside each other: at least, and with a gap."""
FEW = 3
"""Tasks that are shown to a room."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the grid is laid out: which tasks (places from 0), cells of a column, agents beside each other, lines of them."""

    tasks: range
    column: int
    beside: int
    lines: int
    digits: int
    named: bool
    spaced: bool

    @property
    def heads(self) -> int:
        """Lines of the heads of the columns."""
        return 1 if self.named or self.column < NARROW else 3

    @property
    def block(self) -> int:
        """Cells of one agent."""
        return self.digits + 2 + len(self.tasks) * self.column


def planned(agents: int, tasks: int, looked_at: int, width: int, height: int, large: bool = False) -> Plan:
    """The layout for so many agents and tasks, `looked_at` (from 1) among the shown; heads and agents may take `height` lines."""
    digits = len(label(agents))
    room = width - digits - 2 - TIMES
    if large:
        shown = _around(tasks, looked_at, max(1, min(FEW, room // NAMED)))
        return Plan(shown, min(WIDEST, max(NARROW, room // len(shown))), 1, agents, digits, room // len(shown) >= NAMED, True)
    rows = _rows(agents, tasks, looked_at, room, digits, NARROW if height >= HIGH else SIGNED[1])
    if agents > height - rows.heads:
        height -= 1
        fitting = width // (digits + 3 + tasks * SIGNED[0])
        beside = min(fitting, -(-agents // max(1, height)))
        if beside > 1:
            column = (width // beside - digits - 3) // tasks
            named = column >= NAMED
            column = min(WIDEST, column) if named else min(column, SIGNED[1])
            return Plan(range(tasks), column, beside, -(-agents // beside), digits, named, False)
    return rows


def _rows(agents: int, tasks: int, looked_at: int, room: int, digits: int, narrow: int) -> Plan:
    """An agent a row, with a name in each cell where there is room, else in columns of `narrow` cells."""
    shown = _around(tasks, looked_at, max(1, room // narrow))
    column = min(WIDEST, room // len(shown))
    return Plan(shown, column if column >= NAMED else narrow, 1, agents, digits, column >= NAMED, False)


def _around(count: int, looked_at: int, room: int) -> range:
    """At most `room` of `count` places, the looked at among them, later ones rather than earlier ones."""
    end = min(count, max(looked_at, room))
    return range(max(0, end - room), end)


def heads(view: View, plan: Plan) -> list[Line]:
    """The heads of the columns: task, level and Q; over agents beside each other the task's number alone."""
    here = view.task.number if view.task else 0
    tasks = [view.state.tasks[place] for place in plan.tasks]
    margin: Span = (" " * (plan.digits + 2), "plain")
    if plan.column < NARROW:
        over = [(fit(str(task.number % 100), plan.column), "title" if task.number == here else "dim") for task in tasks]
        return [tuple(span for _ in range(plan.beside) for span in (margin, *over, *_between(plan)))]
    if plan.named:
        before, between = ("task ", " · ") if plan.column >= ROOMY_COLUMN else ("", " ")
        words = [
            (f"{'▸' if task.number == here else ''}{before}{task.number}{between}{task.level}{between}Q {_q(task)}", task.number == here)
            for task in tasks
        ]
        over = [(fit(cut(text, plan.column - 1), plan.column), "title" if chosen else "dim") for text, chosen in words]
        return [tuple(span for _ in range(plan.beside) for span in (margin, *over, *_between(plan))) + _times(plan)]
    rows: list[list[str]] = [
        [f"{'▸' if task.number == here else ''}{task.number}" for task in tasks],
        [task.level for task in tasks],
        [_q(task) for task in tasks],
    ]
    styles = ["title" if task.number == here else "dim" for task in tasks]
    said = [(margin, *((fit(text, plan.column), style) for text, style in zip(row, styles, strict=True))) for row in rows]
    return [said[0] + _times(plan), *said[1:]]


def _times(plan: Plan) -> Line:
    """The head over how often an agent took part."""
    return ((right("in", TIMES - 1), "dim"),) if plan.beside == 1 else ()


def _between(plan: Plan) -> list[Span]:
    """What stands between agents beside each other."""
    return [(" ", "plain")] if plan.beside > 1 else []


def _q(task: TaskState) -> str:
    return of_four(quality.q(task.scores))


def drawn(of: Grid, seats: Sequence[int], chosen: int, plan: Plan) -> list[Line]:
    """The agents in this order, from top to bottom and then from left to right."""
    lines: list[Line] = []
    for row in range(plan.lines):
        here = [seats[row + plan.lines * block] for block in range(plan.beside) if row + plan.lines * block < len(seats)]
        spans = [span for seat in here for span in _agent(of, seat, seat == chosen, plan)]
        lines.append(tuple(spans))
        if plan.spaced and row < plan.lines - 1:
            lines.append(())
    return lines


def _agent(of: Grid, seat: int, chosen: bool, plan: Plan) -> list[Span]:
    spans: list[Span] = [("▌" if chosen else " ", "deciding"), (right(label(seat), plan.digits) + " ", "strong" if chosen else "dim")]
    for place in plan.tasks:
        cell = of.rows[seat][place]
        text = f"{cell.mark} {shortened(cell.text, plan.column - 4)}" if plan.named else cell.mark
        spans.append((fit(text, plan.column), cell.style))
    if plan.beside > 1:
        return [*spans, *_between(plan)]
    times = of.times.get(seat, 0)
    return [*spans, (right(f"{times}/{len(of.rows[seat])}", TIMES - 1), "dim")]


def shortened(role: str, width: int) -> str:
    """A role in at most `width` cells; its last word, which says its kind, stays whole where it takes no more than half of them."""
    before, _, kind = role.rpartition(" ")
    if cell_len(role) <= width or not before or cell_len(kind) > width // 2:
        return cut(role, width)
    return f"{cut(before, width - cell_len(kind) - 1)} {kind}"


def measured(state: SessionState, task: TaskState | None, width: int) -> list[Line]:
    """The measures of roles: of the session, and of the task that is looked at; undefined ones as a dash, with the reason."""
    of = [
        ("persistence", "role_persistence"),
        ("uniqueness", "role_uniqueness"),
        ("Gini", "role_gini"),
        ("different roles", "unique_roles"),
    ]
    lines = [_measures(state, None, "session", of, width)]
    if task is not None:
        lines.append(_measures(state, task, f"task {task.number}", of[1:], width))
    return lines


def _measures(state: SessionState, task: TaskState | None, about: str, of: Sequence[tuple[str, str]], width: int) -> Line:
    spans: list[Span] = [(f" {about:<9}", "dim")]
    for place, (title, name) in enumerate(of):
        measure = BY_NAME[name]
        value = measure.session(state) if task is None and measure.session else measure.task(state, task) if task and measure.task else None
        why = why_undefined(state, name, task)
        said = f"{value}" if isinstance(value, int) else of_four(value if isinstance(value, float) else None)
        more: list[Span] = [
            ("   " if place else "", "dim"),
            (f"{title} ", "dim"),
            (said, "strong"),
            (f" ({why})" if why and name in ("role_persistence", of[0][1]) else "", "dim"),
        ]
        if place and _cells([*spans, *more]) > width:
            break
        spans += more
    return cropped(spans, width)


def frequent(of: Grid, width: int) -> Line:
    """The roles that were taken most often, as many as there is room for."""
    if not of.names:
        return ()
    spans: list[Span] = [(" most     ", "dim")]
    if len(of.names) > 1 and of.names[0][1] == 1:
        return cropped([*spans, ("each role was taken once", "plain")], width)
    for place, (name, count) in enumerate(of.names):
        text = f"{', ' if place else ''}{count} × {flat(name)}"
        if place and sum(cell_len(part) for part, _ in spans) + cell_len(text) > width:
            break
        spans.append((text, "plain"))
    return cropped(spans, width)


def legend(of: Grid, width: int, most: int) -> list[Line]:
    """What letters and colours mean: `●a architect 4`, in at most so many lines; and what the other signs mean."""
    items: list[list[Span]] = [
        [(f"●{kind.letter} {kind.word}", kind.style), (f" {kind.count}", "dim")] for kind in of.kinds
    ]  # fmt: skip
    lines: list[list[Span]] = [[(" kinds    ", "dim")]]
    for place, item in enumerate(items):
        gap = "  " if len(lines[-1]) > 1 else ""
        last = len(lines) == most
        left = f"  and {len(items) - place} more" if place < len(items) - 1 else ""
        if _cells(lines[-1]) + len(gap) + _cells(item) + (cell_len(left) + 1 if last else 0) > width - 1:
            if last:
                lines[-1].append((f"  and {len(items) - place} more", "dim"))
                break
            lines.append([(" " * 10, "dim")])
            gap = ""
        lines[-1] += [(gap, "plain"), *item]
    return [cropped(line, width) for line in lines] if items else []


def signs(of: Grid, width: int) -> Line:
    """The signs of those without a role that are in the grid, in words."""
    found = {
        cell.mark: (cell.text, cell.style)
        for row in of.rows.values()
        for cell in row
        if not cell.mark[1:].isalpha() and cell.mark[1:] != "*"
    }
    spans: list[Span] = [(" signs    ", "dim")]
    for place, (mark, (text, style)) in enumerate(found.items()):
        spans += [("  " if place else "", "plain"), (f"{mark.strip()} {text}", style)]
    return cropped(spans, width) if found else ()


def cropped(spans: Sequence[Span], width: int) -> Line:
    """As much of a line as there is room for."""
    found: list[Span] = []
    room = width
    for text, style in spans:
        text = cut(text, room)
        room -= cell_len(text)
        if text:
            found.append((text, style))
        if room <= 0:
            break
    return tuple(found)


def _cells(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)
