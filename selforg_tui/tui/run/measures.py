"""Every measure of the task that is looked at and of the session, each explained on request."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.metrics import measures, resilience, roles
from selforg_tui.metrics.measure import Measure, Value, explained, shown, unit
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.surface.cells import Line, abridged, cut, fit, flat, right, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View

NAME, VALUE = 27, 12
"""Cells of a measure's name and of a value."""
UNIT = 10
"""Cells from which a unit is told at least in part."""
MOST_ROLES = 60
"""Role names that are listed; whoever has more reads them by `selforg-tui metrics`."""


class Measures(Panel):
    """A line for each measure, under the name of its group; the chosen one can be opened."""

    HELP = """All measures of the task that is looked at (‹run.earlier:[› and ‹run.later:]› change it) and of the session. A dash: not \
defined, or not known so far. Up and down choose one; ‹measures.explain:Enter› shows its meaning, formula, range and source, for roles the \
names as agents gave them, for shocks the recovery."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Measure above", show=False),
        Binding("down", "go(1)", "Measure below", show=False),
        Binding("enter", "explain", "Explain", id="measures.explain", show=False, tooltip="Formula, range and source; again: close"),
    ]
    pause = 0.5

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_subtitle = with_keys("‹measures.explain:Enter› explains")  # in the border: the line of keys is full at 80 columns
        self._place = 0
        self._open: set[str] = set()
        self._rows: list[int | None] = []
        """By line, the place of its measure in the registry."""

    @property
    def measure(self) -> Measure:
        """The chosen one."""
        return measures.MEASURES[self._place]

    @property
    def help_text(self) -> str:
        """What the panel is, and what the chosen measure is."""
        facts = "\n".join(f"{what.capitalize()}: {text}" for what, text in explained(self.measure))
        return f"{self.HELP}\n\n{self.measure.title.upper()}\n{facts}"

    def key(self, view: View) -> Hashable:
        return (view.task.number if view.task else 0, view.state.seq, self._place, frozenset(self._open))

    def heading(self, view: View) -> str:
        return f"Measures ── task {view.task.number}" if view.task else "Measures"

    def body(self, view: View, width: int) -> Sequence[Line]:
        if view.state.header is None:
            self._rows = []
            return [((" There is nothing to measure yet.", "dim"),)]
        one = measures.of_task(view.state, view.task) if view.task else {}
        whole = measures.of_session(view.state)
        lines: list[Line] = []
        self._rows = []
        group = ""
        for place, measure in enumerate(measures.MEASURES):
            if measure.group != group:
                group = measure.group
                lines.append(_head(group, width))
                self._rows.append(None)
            lines.append(_row(measure, one, whole, unit(measure, view.state), width))
            self._rows.append(place)
            if measure.name in self._open:
                more = [*_explained(measure, width), *_further(measure, view, width)]
                lines += more
                self._rows += [None] * len(more)
        return lines

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        lines = self.body(view, self.size.width)
        chosen = self._rows.index(self._place) if self._place in self._rows else None
        self.show(lines, chosen)
        if chosen is not None:
            self._keep_in_view(chosen)

    def action_go(self, by: int) -> None:
        """Choose another measure."""
        self._choose(self._place + by)

    def action_explain(self) -> None:
        """Open the chosen measure, or close it."""
        self._open ^= {self.measure.name}
        self._again()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = -1 if offset is None else offset.y + self.scroll_offset.y
        place = self._rows[line] if 0 <= line < len(self._rows) else None
        if place is not None and place == self._place:
            self.action_explain()
        elif place is not None:
            self._choose(place)

    def _choose(self, place: int) -> None:
        self._place = min(max(place, 0), len(measures.MEASURES) - 1)
        self._again()

    def _again(self) -> None:
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def _keep_in_view(self, chosen: int) -> None:
        """Have the chosen line in view, with what was opened below it as far as there is room."""
        end = chosen + 1
        while end < len(self._rows) and self._rows[end] is None and self.measure.name in self._open:
            end += 1
        top, height = self.scroll_offset.y, self.size.height
        wanted = min(max(top, end - height), chosen) if self._place else 0
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)


def _head(group: str, width: int) -> Line:
    return ((f" {group:<{NAME}}", "title"), (cut(f"{'this task':>{VALUE}}{'session':>{VALUE}}", width - NAME - 1), "dim"))


def _row(measure: Measure, one: dict[str, Value], whole: dict[str, Value], counted_in: str, width: int) -> Line:
    room = width - NAME - 4 - 2 * VALUE
    values = [right(shown(measure, found[measure.name]) if measure.name in found else "", VALUE) for found in (one, whole)]
    return (
        ("   " + fit(measure.title, NAME - 2), "plain"),
        (values[0], "strong"),
        (values[1], "plain"),
        (f"  {abridged(counted_in, room)}" if room >= min(len(counted_in), UNIT) else "", "dim"),
    )


def _explained(measure: Measure, width: int) -> list[Line]:
    lines: list[Line] = []
    for what, text in explained(measure):
        first, *others = wrap(text, min(width - 18, 100))
        lines.append(((f"     {what:<9} ", "parent"), (first, "plain")))
        lines += [((" " * 15 + other, "plain"),) for other in others]
    return lines


def _further(measure: Measure, view: View, width: int) -> list[Line]:
    """The names behind a measure of roles; what shocks did."""
    texts: list[str] = []
    if measure.group == "roles":
        taken = roles.names(roles.roles(view.task) if measure.task and view.task else roles.session_roles(view.state))
        texts = [f"{raw.total()} × {flat(name)}: {', '.join(map(flat, raw))}" for name, raw in taken.items()]
        left = len(texts) - MOST_ROLES
        texts = [*texts[:MOST_ROLES], *([f"… and {left} more: selforg-tui metrics lists them"] if left > 0 else [])]
    elif measure.group == "resilience":
        texts = [f"{flat(one.shock.text)} {told}" for one in resilience.recoveries(view.state) for told in [_curve(one)]]
    return [((" " * 15 + line, "dim"),) for text in texts for line in wrap(text, min(width - 18, 100))]


def _curve(one: resilience.Recovery) -> str:
    before = "unknown" if one.before is None else f"{one.before:.3f}"
    curve = ", ".join(f"task {number} {'–' if q is None else f'{q:.3f}'}" for number, q in one.after)
    return f"Q before {before}; Q after: {curve or 'no task since'}"
