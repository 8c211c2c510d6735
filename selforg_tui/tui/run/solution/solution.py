"""The solution as it stands: the contributions in order, and for each passage whose it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from selforg_tui.core.ids import label
from selforg_tui.core.state import TaskState
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.solution.passages import (
    ABOVE,
    HERE,
    SAME,
    Passage,
    first_of,
    gap_before,
    gutter_width,
    matching,
    passages,
    rows,
)
from selforg_tui.tui.run.solution.whole import missing, state_of
from selforg_tui.tui.run.solution.written_up import written_up
from selforg_tui.tui.run.surface.cells import Line, cut, wrap
from selforg_tui.tui.run.surface.search import Outcome, next_of, previous_of
from selforg_tui.tui.run.surface.searchable import Searchable
from selforg_tui.tui.run.view import View

MOST, LARGE = 100, 64
"""Cells of text in a line at most, and where it is shown to a room."""
KEYS = "↑↓ passage · ‹solution.agent:Enter› its agent · ‹run.search:/› search"
WRITE_UP = " · ‹solution.write-up:w› write-up"


class Solution(Searchable):
    """Markdown, drawn safely. The cursor goes from passage to passage; the agent whose it is becomes the one that is looked at."""

    class Turned(Message):
        """From the contributions to the write-up, or back."""

    HELP = """Which agent did this sentence come from? The number beside each passage is its agent's. ↑ and ↓ go from passage to passage, \
PageUp and PageDown further; the lines beside or below tell the agent's reason and what it built on. ‹solution.agent:Enter› shows the \
agent in full, ‹run.prompt:2› the exact prompt it was sent.

▸ the passage under the cursor    · another one by the same agent    ↳ by an agent that it built on

‹run.search:/› searches: type words, Enter goes to the next passage that holds them all, Esc ends. The judge reads the same text without \
numbers and roles. ‹solution.write-up:w› turns to the write-up, where there is one."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Passage above", show=False),
        Binding("down", "go(1)", "Passage below", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("enter", "agent", "Its agent", id="solution.agent", show=False, tooltip="The agent that wrote this passage, in full"),
        Binding(
            "w", "write_up", "Write-up", id="solution.write-up", show=False, tooltip="The write-up instead of the contributions, and back"
        ),
    ]
    pause = 0.5

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._of: Hashable = None
        """What the passages were made of."""
        self._found: tuple[Passage, ...] = ()
        self._base: tuple[tuple[int, int], tuple[tuple[Line, ...], ...]] = ((0, 0), ())
        """Room and digits of the gutter, and by passage its lines without any sign: most lines stay what they were."""
        self._contents: tuple[tuple[int, int] | None, Hashable] = (None, None)
        self._here: int | None = None
        """The passage under the cursor; None where the chosen agent has none."""
        self._last = 0
        """Where the cursor was when it was somewhere."""
        self._tops: list[int] = []
        """By passage, its first line; and where the last one ends."""
        self._gutter = self._number = 0
        """Cells before the text, and the task that is shown."""
        self.as_one = False
        """The write-up is shown."""

    def key(self, view: View) -> Hashable:
        task = view.task
        return (self._content_of(task), view.state.status, view.chosen, view.large) if task else None

    def _content_of(self, task: TaskState) -> Hashable:
        """What has been contributed so far, in short; looked at again only where something changed."""
        version = (task.number, task.version)
        if self._contents[0] != version:
            settled = tuple(seat.version for seat in task.seats.values() if seat.contribution or seat.status == "failed")
            self._contents = (version, (task.number, task.ended, settled, len(task.edges), len(task.write_up)))
        return self._contents[1]

    def heading(self, view: View) -> str:
        if self.as_one:
            return "Solution ── a write-up"
        return f"Solution ── {state_of(view)}"

    def paint(self, view: View) -> None:
        was, here, task = self._found, self._here, self._number
        self._number = view.task.number if view.task else 0
        content = self._content_of(view.task) if view.task else None
        if content != self._of:
            self._of, self._found, self._base = content, passages(view.task) if view.task else (), ((0, 0), ())
        self.as_one = self.as_one and view.task is not None and bool(view.task.write_up)
        self._follow_chosen(view, was)
        super().paint(view)
        self._say_keys(view)
        if self._number != task:
            self.begin()
        if self._here is not None and (self._here != here or self._number != task):
            self._keep_in_view(self._here)
        if self.scroll_offset.y:
            self.refresh(Region(0, 0, self.size.width, 1))  # its gutter may be that of a line further up

    def row(self, y: int) -> Strip:
        """As everywhere; the top line of a passage that began further up names its seat all the same."""
        strip, line = super().row(y), self.number_at(y)
        place = bisect_right(self._tops, line) - 1
        if y or not 0 <= place < len(self._tops) - 1 or line == self._tops[place] or not self.lines[line]:
            return strip
        return Strip.join([self.painted(self._tops[place]).crop(0, self._gutter), strip.crop(self._gutter)])

    def _follow_chosen(self, view: View, was: Sequence[Passage]) -> None:
        """Have the cursor on a passage of the chosen agent, on the one where it was if that is one."""
        here = self._here if self._here is not None else self._last
        if was and was != self._found and here < len(was):
            here = next(
                (place for place, one in enumerate(self._found) if (one.seat, one.place) == (was[here].seat, was[here].place)), here
            )
        if here < len(self._found) and self._found[here].seat == view.chosen:
            self._here = here
        else:
            self._here = first_of(self._found, view.chosen)
        self._last = self._here if self._here is not None else min(here, max(0, len(self._found) - 1))

    def body(self, view: View, width: int) -> Sequence[Line]:
        task = view.task
        if task is not None and self.as_one:
            self._tops = []
            return written_up(task, min(width - 2, LARGE if view.large else MOST))
        lines: list[Line] = [((f" ! {line}", "failed"),) for line in wrap(missing(view), width - 4)] if missing(view) else []
        if task is None or not self._found:
            self._tops = []
            return [*lines, ((" Nothing has been contributed yet.", "dim"),)]
        digits = len(label(len(task.seats)))
        self._gutter = gutter_width(digits)
        room = min(width - 2, (LARGE if view.large else MOST) + self._gutter)
        words = self.search.words
        hits = set(matching(self._found, words))
        above = set(task.parents(view.chosen))
        if self._base[0] != (room, digits):
            self._base = ((room, digits), tuple(rows(passage, room, digits, " ", ()) for passage in self._found))
        base = self._base[1]
        self._tops = []
        for place, passage in enumerate(self._found):
            lines += gap_before(passage, digits, 2 if view.large else 1) if lines else ()
            self._tops.append(len(lines))
            sign = HERE if place == self._here else SAME if passage.seat == view.chosen else ABOVE if passage.seat in above else " "
            lines += base[place] if sign == " " and place not in hits else rows(passage, room, digits, sign, words if place in hits else ())
        self._tops.append(len(lines))
        return lines

    def _say_keys(self, view: View) -> None:
        width = max(0, self.size.width - 4)
        if self.search.active:
            said = self.search.told(matching(self._found, self.search.words), self._here, "in no passage")
        else:
            said = with_keys(KEYS + (WRITE_UP if view.task is not None and view.task.write_up else ""))
            said = with_keys("‹solution.write-up:w› contributions") if self.as_one else said
        self.border_subtitle = Content(cut(said, width))

    def action_go(self, by: int) -> None:
        """To the passage above or below; within a passage that is higher than the panel, through it first."""
        if not self._tops:
            self.scroll_relative(y=by, animate=False, immediate=True)
            return
        top, height, here = self.scroll_offset.y, self.size.height, self._here
        if here is None:
            self._choose(self._last)
        elif by > 0 and self._tops[here + 1] > top + height > self._tops[here]:
            self.scroll_to(y=min(top + height - 1, self._tops[here + 1] - height), animate=False, immediate=True)
        elif by < 0 and self._tops[here] < top < self._tops[here + 1]:
            self.scroll_to(y=max(top - height + 1, self._tops[here]), animate=False, immediate=True)
        else:
            self._choose(here + by)

    def action_page(self, by: int) -> None:
        """A page on; the cursor comes along."""
        height = self.size.height
        if not self._tops:
            self.scroll_relative(y=by * (height - 1), animate=False, immediate=True)
            return
        there = self._tops[self._here if self._here is not None else self._last] + by * max(1, height - 2)
        place = max((place for place, top in enumerate(self._tops[:-1]) if top <= there), default=0)
        here = self._here if self._here is not None else self._last
        self._choose(place if place != here else here + by)

    def action_agent(self) -> None:
        """Lead to the agent that wrote the passage under the cursor."""
        if self._here is not None and not self.as_one:
            self.post_message(self.Chosen(self._found[self._here].seat, "contribution"))
        elif self.view is not None:
            self.post_message(self.Chosen(self.view.chosen, "contribution"))

    def searched(self, done: Outcome) -> None:
        """To a passage that holds all the words."""
        self._turn(self.as_one and done == "ended")
        if done in ("next", "previous"):
            found = matching(self._found, self.search.words)
            place = next_of(found, self._here) if done == "next" else previous_of(found, self._here)
            if place is not None:
                self._choose(place)
        self._again()

    def action_write_up(self) -> None:
        """Turn to the write-up, and back."""
        self._turn(not self.as_one)
        self._again()
        self.begin()

    def _turn(self, as_one: bool) -> None:
        if as_one != self.as_one:
            self.as_one = as_one
            self.post_message(self.Turned())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a write-up there is nothing to turn to."""
        if action == "write_up":
            return self.view is not None and self.view.task is not None and bool(self.view.task.write_up)
        return True

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not self._tops:
            return
        line = offset.y + self.scroll_offset.y
        place = max((place for place, top in enumerate(self._tops[:-1]) if top <= line), default=0)
        self._choose(place)
        if event.chain == 2:
            self.action_agent()

    def _choose(self, place: int) -> None:
        """Put the cursor on a passage, and so choose its agent."""
        if not self._found:
            return
        self._here = self._last = min(max(place, 0), len(self._found) - 1)
        seat = self._found[self._here].seat
        if self.view is not None and seat == self.view.chosen:
            self._again()
        else:
            self.choose(seat)
        self._keep_in_view(self._here)

    def _again(self) -> None:
        self._key = None
        if self.view is not None:
            self.follow(self.view, self._when, force=True)

    def _keep_in_view(self, place: int) -> None:
        """Have a passage in view, its beginning at least, scrolling no more than needed."""
        if place + 1 >= len(self._tops):
            return
        start, end = self._tops[place], self._tops[place + 1]
        top, height = self.scroll_offset.y, self.size.height
        wanted = start if start < top else max(top, min(end - height, start))
        wanted = 0 if place == 0 else wanted
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)
