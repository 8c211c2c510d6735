"""The tree that emerged: who could not have done its part without whom."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.tui.run.hierarchy.chain import below_chain, hidden, ways
from selforg_tui.tui.run.hierarchy.drawing import Look, drawn, head, legend
from selforg_tui.tui.run.hierarchy.rows import WHOLE, Folds, Key, Row, place_of
from selforg_tui.tui.run.hierarchy.tree import Links, Tree, grown, offered
from selforg_tui.tui.run.surface.cells import Line, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View

HEAD = 1
"""Lines at the top that stay there."""
FRESH = 1.0
"""Seconds for which a contribution is marked as new."""


class Hierarchy(Panel):
    """Agents by essential parent; those who stayed out or failed are gathered below. The cursor chooses an agent for all panels."""

    HELP = """Who could not have done its part without whom, as the agents declared it: each stands under its essential parent. ◆ is the \
hub, on whom most built. Depth is the longest chain, in agents: 1 means nobody built on anybody. The line at the top tells such a chain; \
+→ is a further link, which the tree does not follow, so ▴ with a number marks who has which place in it.

With many agents the largest subtrees come first; what does not fit is folded, and agents on whom nobody built share a line. ‹run.fold:z› \
folds or opens the subtree under the cursor (▸ ▾), or agents that are gathered in a line, or opens the way to the whole chain; \
‹run.fold-all:Z› everything. The way to the chosen agent is always open and marked ◂; ‹run.detail:Enter› shows that agent in full.

‹run.links:l› shows more links, then fewer; the lower border names them:
─ essential parent            ┄ assigned by a coordinator
+ further ones that it used   ≈ varies that one's contribution
· could see, did not use      (only ─ and + count for depth)
new: in the last second       ⊘ removed by a shock"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Line above", show=False),
        Binding("down", "go(1)", "Line below", show=False),
        Binding("pageup", "go(-10)", "Ten up", show=False),
        Binding("pagedown", "go(10)", "Ten down", show=False),
        Binding("z", "fold", "Fold", id="run.fold", show=False, tooltip="Fold or open the subtree under the cursor"),
        Binding(
            "Z",
            "fold_all",
            "Fold all",
            id="run.fold-all",
            show=False,
            tooltip="Open everything, fold everything, or fold what does not fit",
        ),
        Binding(
            "l", "links", "Links", id="run.links", show=False, tooltip="Which links are shown: parents, assignments, clones, what was seen"
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._folds: dict[int, Folds] = {}
        self._links: Links | None = None
        """The last kind that is shown; None: all but what was merely seen."""
        self._cursor: Key | None = None
        self._turns = 0
        """Counts what was done to this panel itself."""
        self._grown: tuple[SessionState, TaskState, int, Links, Tree] | None = None
        self._ends: tuple[SessionState, TaskState, int, list[tuple[float, int]]] | None = None
        self._told: tuple[int, int] | None = None
        self._legend = ""

    def key(self, view: View) -> Hashable:
        task = view.task
        if task is None:
            return None
        return (task.number, task.version, view.chosen, view.large, view.state.status, self._turns, self._fresh(view))

    def heading(self, view: View) -> str:
        return "Hierarchy"

    def body(self, view: View, width: int) -> Sequence[Line]:
        task = view.task
        if task is None:
            self._rows = []
            return [((f" {line}", "dim"),) for line in wrap("Grows as agents build on each other.", width - 2)]
        tree, folds = self._tree(view), self._folds_of(task)
        self._rows = self._laid_out(view, tree, folds)
        folded = folds.whole == "fit" and any(row.open is False and row.beside is None for row in self._rows)
        top = head(tree, width, folded, view.large, self._links_of(task) == "seen")
        if not self._rows:
            return [top, *(((f" {line}", "dim"),) for line in wrap("Grows as agents build on each other.", width - 2))]
        chain = frozenset((*tree.above(view.chosen), view.chosen)) if tree.above(view.chosen) else frozenset[int]()
        fresh = self._fresh(view)
        above = frozenset(seat for one in fresh for seat in tree.above(one))
        look = Look(view, tree, self._links_of(task), chain, fresh, width, above, hidden(tree, self._rows))
        place = place_of(self._rows, view.chosen, self._cursor)
        return [top, *(drawn(look, row, number == place) for number, row in enumerate(self._rows))]

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        self._explain(view)
        top, height, before = self.scroll_offset.y, self.size.height, self.chosen
        seen = before is not None and top + HEAD <= before < top + height
        lines = self.body(view, self.size.width)
        place = place_of(self._rows, view.chosen, self._cursor)
        self.show(lines, None if place is None else place + HEAD)
        told = (view.chosen, self._turns)
        if self.chosen is not None and (seen or told != self._told):  # who has scrolled away is left there
            self._bring_into_view(self.chosen)
        self._told = told

    def _explain(self, view: View) -> None:
        """The lower border says which links are shown."""
        text = legend(view, self._links_of(view.task), self.size.width - 4) if view.task else ""
        if text != self._legend:
            self._legend = text
            self.border_subtitle = Content(text)

    def _bring_into_view(self, line: int) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if not top + HEAD <= line < top + height:
            self.scroll_to(y=max(0, line - height // 2), animate=False, immediate=True)

    def number_at(self, y: int) -> int:
        """The head stays where it is."""
        return y if y < HEAD and self.lines else super().number_at(y)

    def repaint(self, changed: Sequence[int]) -> None:
        if self.scroll_offset.y and any(number < HEAD for number in changed):
            self.refresh()
        else:
            super().repaint(changed)

    def _links_of(self, task: TaskState) -> Links:
        kinds = offered(task)
        return self._links if self._links in kinds else kinds[-2]

    def _folds_of(self, task: TaskState) -> Folds:
        return self._folds.setdefault(task.number, Folds())

    def _laid_out(self, view: View, tree: Tree, folds: Folds) -> list[Row]:
        return below_chain(tree, folds, view.chosen, self.size.height - HEAD, view.large)

    def _tree(self, view: View) -> Tree:
        """The tree, grown anew only where something has happened."""
        task = view.task
        assert task is not None
        links = self._links_of(task)
        known = self._grown
        if known is None or known[0] is not view.state or known[1] is not task or known[2:4] != (task.version, links):
            known = self._grown = (view.state, task, task.version, links, grown(task, links))
        return known[4]

    def _fresh(self, view: View) -> frozenset[int]:
        """Who has contributed in the last second; nobody once the session is over."""
        state, task = view.state, view.task
        if task is None or state.status is not None:
            return frozenset()
        known = self._ends
        if known is None or known[0] is not state or known[1] is not task or known[2] != task.version:
            known = self._ends = (state, task, task.version, ends(state, task))
        times, beyond = known[3], len(task.seats) + 1
        first, last = bisect_right(times, (view.at - FRESH, beyond)), bisect_right(times, (view.at, beyond))
        return frozenset(seat for _, seat in times[first:last])

    def _row(self) -> Row | None:
        """The line with the cursor."""
        return self._rows[self.chosen - HEAD] if self.chosen is not None and 0 <= self.chosen - HEAD < len(self._rows) else None

    def action_go(self, by: int) -> None:
        """Choose the agent on a line further up or down, or whoever is gathered there."""
        step = 1 if by > 0 else -1
        place = self.chosen - HEAD if self.chosen is not None else -1 if by > 0 else len(self._rows)
        stops = [number for number, row in enumerate(self._rows) if row.key is not None and (number - place) * step > 0][::step]
        if stops:
            self._choose(stops[min(abs(by), len(stops)) - 1])

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < HEAD:
            return
        place = offset.y + self.scroll_offset.y - HEAD
        if 0 <= place < len(self._rows) and self._rows[place].key is not None:
            row = self._rows[place]
            self._choose(place)
            if row.open is not None and 0 <= offset.x - 1 - len(row.lead) < 2:
                self.action_fold()

    def _choose(self, place: int) -> None:
        """Put the cursor on a line. What was open on the way to the agent before stays open, so that nothing moves under the cursor."""
        row, view = self._rows[place], self.view
        if view is None or view.task is None or row.key is None:
            return
        self._folds_of(view.task).turned.update(dict.fromkeys(self._tree(view).above(view.chosen), True))
        self._cursor = row.key
        spoken_of = row.chain or row.seats
        seat = row.seat if row.seat is not None else view.chosen if view.chosen in spoken_of else spoken_of[0]
        self._look_at(seat)

    def _look_at(self, seat: int) -> None:
        """Show the panel at once with this agent; the others follow."""
        if self.view is not None:
            if seat != self.view.chosen:
                self.choose(seat)
            self._turns += 1
            self.follow(self.view, self._when, force=True)

    def action_fold(self) -> None:
        """Fold or open what is under the cursor: its subtree, the one that it is a leaf of, or agents that are gathered."""
        row, view = self._row(), self.view
        if row is None or view is None or view.task is None:
            return
        turned, chosen = self._folds_of(view.task).turned, view.chosen
        if row.chain:
            turned.update(dict.fromkeys(ways(self._tree(view), row.chain), True))
        elif row.group is not None and (row.seats or row.under is not None or row.lead):
            turned[row.group] = row.open is False
            self._cursor = row.group
        elif row.seat is not None and row.open is not None:
            turned[row.seat] = not row.open
        elif row.seat is not None and (above := self._tree(view).above(row.seat)):
            chosen = self._cursor = above[-1]
            turned[chosen] = False
        self._look_at(chosen)

    def action_fold_all(self) -> None:
        """The next of these that makes a difference: everything open, everything folded, what does not fit folded."""
        view = self.view
        if view is None or view.task is None:
            return
        tree, folds = self._tree(view), self._folds_of(view.task)
        place = WHOLE.index(folds.whole)
        for whole in (*WHOLE[place + 1 :], *WHOLE[: place + 1]):
            tried = Folds(whole)
            if self._laid_out(view, tree, tried) != self._rows:
                self._folds[view.task.number] = tried
                break
        self._look_at(view.chosen)

    def action_links(self) -> None:
        """Show one more kind of links; after all of them, only essential parents."""
        if self.view is not None and self.view.task is not None:
            kinds = offered(self.view.task)
            self._links = kinds[(kinds.index(self._links_of(self.view.task)) + 1) % len(kinds)]
            self._look_at(self.view.chosen)


def ends(state: SessionState, task: TaskState) -> list[tuple[float, int]]:
    """When contributions came (seconds into the session), with the seat of each, in this order."""
    found = []
    for seat in task.seats.values():
        if seat.contribution:
            calls = (state.calls[name] for name in reversed(seat.calls))
            last = next((call for call in calls if call.kind == "contribute" and call.status == "done"), None)
            if last is not None and last.seconds is not None:
                found.append((last.started + last.seconds, seat.seat))
    return sorted(found)


def depth(task: TaskState | None) -> int:
    """The longest chain of dependencies, counted in agents."""
    from selforg_tui.metrics.structure import hierarchy_depth

    return hierarchy_depth(task) if task is not None else 0
