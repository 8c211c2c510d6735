"""What the session costs so far, and the same by model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from selforg_tui.core.seating import team_models
from selforg_tui.core.state import CallState, SessionState
from selforg_tui.metrics import spending
from selforg_tui.metrics.money import together
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.cost.by_model import as_table, stacked
from selforg_tui.tui.run.cost.meter import meter
from selforg_tui.tui.run.cost.used import all_simulated
from selforg_tui.tui.run.cost.whole import HEAD, whole
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View

WIDEST = 48
"""Cells over which a name and its value still belong together."""
BOTH = 70
"""Cells from which everything stands together: the dearest, the meter, what came when, and the table by model."""
TURN = "‹run.by-model:m› by model"
WHOLE, DEAREST = f"‹run.cost:c› dearest · {TURN}", f"↑↓ ‹cost.look:Enter› its facts · {TURN}"
"""Keys that the lower border names: beside other panels, alone, and where agents can be chosen."""


class Cost(Panel):
    """The meter, the most important lines first, and what each model took.

    Judging is counted apart; unknown money is called unknown, never nothing; imaginary money is never added to real money.
    """

    HELP = """Money, tokens and calls of the team; judging and write-ups apart. Prices of simulated models are imaginary, and kept apart. \
Calls are first attempts, of those that the protocol promises; repairs (a reply that could not be read) and retries come on top. \
~ stands before tokens that no provider reported in full; t is for tokens, Mt for millions of them. \
What caching saved may be negative: then writing cost more than reading saved. \
Seconds are those of all calls added up. Of retries, repairs and failures the money is part of the team's, not added to it.

A minute: tokens and money at the pace of the last 30 seconds, or of the whole once it is over. The small picture is tokens by the time at \
which calls ended, judging with them. Saved by staying out is an estimate: what those who chose to stay out would have written at the \
length of the others, and what later agents would have been shown of it, at the price of fresh input. ‹run.by-model:m› shows the same by \
model; ‹run.cost:c› twice shows who was dearest: up and down choose, ‹cost.look:Enter› leads to that agent."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Agent above", show=False),
        Binding("down", "go(1)", "Agent below", show=False),
        Binding("enter", "look", "This agent", id="cost.look", show=False, tooltip="The facts of the chosen one of the dearest"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.by_model = False
        self._place = 0
        self._seats: list[int] = []
        """Of the dearest that are shown, from line `_first` on."""
        self._first = 0
        self._ended: tuple[SessionState | None, object, list[CallState]] = (None, None, [])

    def turn(self) -> None:
        """From the meter to the models, and back."""
        self.by_model = not self.by_model
        self._again()

    def action_go(self, by: int) -> None:
        """Choose another of the dearest; where they are not shown, scroll."""
        if self._seats:
            self._place = min(max(self._place + by, 0), len(self._seats) - 1)
            self._again()
        else:
            self.scroll_relative(y=by, animate=False)

    def action_look(self) -> None:
        """To the facts of the chosen one."""
        self.post_message(self.Chosen(self._seats[self._place], "facts"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._seats) if action == "look" else True

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        place = -1 if offset is None else offset.y + self.scroll_offset.y - self._first
        if 0 <= place < len(self._seats):
            self._place = place
            self._again()
            self.action_look()

    def _again(self) -> None:
        self._key = None
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def _calls(self, state: SessionState) -> list[CallState]:
        """Calls that ended, sorted once for each that does."""
        version = spending.version(state)
        if self._ended[0] is not state or self._ended[1] != version:
            self._ended = (state, version, spending.ended(state))
        return self._ended[2]

    def paint(self, view: View) -> None:
        self.entitle(self.heading(view))
        lines = self.body(view, self.size.width)
        self._place = min(self._place, max(0, len(self._seats) - 1))
        self.show(lines, self._first + self._place if self._seats else None)
        said = with_keys(DEAREST if self._seats else WHOLE if self.size.width < BOTH <= self.app.size.width - 2 else TURN)
        self.border_subtitle = "" if view.large or len(said) > self.size.width - 4 else said

    def key(self, view: View) -> Hashable:
        return (view.state.seq, int(view.at), self.by_model, self._place, view.task.number if view.task else 0)

    def heading(self, view: View) -> str:
        total = together(view.state.team, view.state.judging, view.state.writing)
        kind = " ── imaginary prices" if total.all_imaginary or (not total.calls and all_simulated(view.state)) else ""
        return ("Cost by model" if self.by_model else "Cost") + kind

    def body(self, view: View, width: int) -> Sequence[Line]:
        state, calls = view.state, self._calls(view.state)
        mixed = state.header is not None and len(team_models(state.header.config)) > 1
        self._seats, self._first = [], 0
        if width < BOTH:
            return stacked(state, width) if self.by_model else meter(view, min(width, WIDEST), calls)
        lines, seats = whole(view, width, calls)
        table = as_table(state, width) if mixed or self.by_model else []
        before = [*table, ()] if self.by_model else []
        if seats:
            self._seats = seats
            heading = next(number for number, line in enumerate(lines) if line and line[0][0].startswith(f" {HEAD}"))
            self._first = len(before) + heading + 1
        return [*before, *lines, *([(), *table] if table and not self.by_model else [])]
