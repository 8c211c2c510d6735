"""The panels between head and narration: which there are, where they stand, and how they share the room."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.arrangement import ALONE, BESIDE, STORY, columns_for, visible
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.board.filter_line import FilterLine
from selforg_tui.tui.run.cost.cost import Cost
from selforg_tui.tui.run.head import Trouble
from selforg_tui.tui.run.hierarchy.hierarchy import Hierarchy
from selforg_tui.tui.run.judge.judge import Judge
from selforg_tui.tui.run.measures import Measures
from selforg_tui.tui.run.roles.roles import Roles
from selforg_tui.tui.run.solution.provenance import Provenance
from selforg_tui.tui.run.solution.solution import Solution
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.happened import Events
from selforg_tui.tui.sources import Source

JUDGE = 11
"""Lines that the judge gets where the meter could use more than there are."""
FRAME = 2
"""Lines of a panel's border."""


class Body(Container):
    """Team, hierarchy and meters beside each other as far as there is room; whatever is asked for alone takes all of it."""

    def __init__(self, source: Source) -> None:
        super().__init__(id="body")
        self.board, self.detail, self.cost = Board(id="board"), Detail(id="detail"), Cost(id="cost")
        self.filter_line = FilterLine(self.board, id="filter")
        self.hierarchy, self.judge = Hierarchy(id="hierarchy"), Judge(source.guesses, id="judge")
        self.solution = Solution(id="solution")
        self.provenance = Provenance(self.solution, id="provenance")
        self.alone = (Roles(id="roles"), Events(source, id="events"), Measures(id="measures"))
        """Panels that never stand beside others."""
        self.trouble = Trouble(source, id="trouble")
        beside = (self.board, self.detail, self.hierarchy, self.cost, self.judge)
        everything = (*beside, *self.alone, self.solution, self.provenance, self.trouble)
        self.panels: dict[str, Panel] = {panel.id or "": panel for panel in everything}
        self.shown, self.side, self.columns = STORY, "hierarchy", 3
        """What is looked at, what the second of two columns holds, and how many columns there are."""
        self.before = STORY
        """Where one comes back to from an agent that was asked for."""

    def compose(self) -> ComposeResult:
        for panel in self.panels.values():
            panel.add_class("panel")
        with Container(id="team"):
            yield self.board
            yield self.filter_line
            yield self.detail
        yield self.hierarchy
        with Container(id="meters"):
            yield self.cost
            yield self.judge
        yield from self.alone
        with Container(id="written"):
            yield self.solution
            yield self.provenance
        yield self.trouble

    def turn_to(self, name: str, alone: bool = False) -> Panel:
        """Bring a part to the front; asked for again, it takes all the room, then gives it back. Gives what to focus."""
        beside = not alone and name in BESIDE and self.columns > 1 and self.shown == STORY and not self.panels[name].has_focus
        if beside:
            self.side = "hierarchy" if name == "hierarchy" else "meters"
        else:
            self.before = self.shown if name == "detail" and self.shown in ALONE else STORY
            self.shown = STORY if name == self.shown else name
        return self.panels[name] if name != STORY and (beside or self.shown == name) else self.board

    def show_for(self, width: int, height: int, trouble: bool, presenting: bool = False) -> dict[str, bool]:
        """Show the panels that a terminal of this size has room for. Gives, by name, what else is to be shown."""
        self.columns = 1 if presenting else columns_for(width, height)
        for count, name in ((3, "-three"), (2, "-two"), (1, "-one")):
            self.set_class(self.columns == count, name)
        self.set_class(self.shown != STORY, "-full")
        seen = visible(self.shown, self.side, self.columns, height, trouble, presenting)
        for name in ("team", "meters", "written", *self.panels):
            self.query_one(f"#{name}").display = seen.pop(name)
        return seen

    def share_room(self) -> None:
        """The board and the meter get the lines that they need, what is below them the rest, but never less than a few."""
        room = self.size.height - self.filter_line.height_needed
        spare = (9 if room >= 22 else 6) if self.detail.is_on_screen else 0
        most = max(3, min(room - spare, room * 2 // 3) if spare else room)
        self.board.room = most - FRAME
        self.board.styles.height = max(3, min(self.board.height_needed() + FRAME, most)) if spare else "1fr"
        room, story = self.size.height, self.shown == STORY
        self.cost.styles.height = max(3, min(len(self.cost.lines) + 2, max(room - JUDGE, room // 2))) if story else "1fr"

    @on(Solution.Turned)
    def _solution_turned(self) -> None:
        self.provenance.again()

    @on(Board.Rearranged)
    def _board_rearranged(self) -> None:
        self.share_room()

    @on(Board.Filtering)
    def _ask_for_filter(self) -> None:
        self.filter_line.open()
        self.share_room()
