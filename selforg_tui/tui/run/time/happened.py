"""Everything that happened, in order, a line each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.tui.run.surface.cells import Line, cut
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.timeline import marks
from selforg_tui.tui.run.view import View, clock
from selforg_tui.tui.sources import Source


class Events(Panel):
    """The marks of the line of time, in words."""

    HELP = "What happened when."
    pause = 0.2

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source = source

    def key(self, view: View) -> Hashable:
        return view.state.seq

    def heading(self, view: View) -> str:
        return "Events"

    def body(self, view: View, width: int) -> Sequence[Line]:
        found = sorted(marks(view.state), key=lambda mark: mark.at)
        return [((f" {clock(mark.at)} ", "dim"), (cut(mark.glyph, width - 8), mark.style)) for mark in found]
