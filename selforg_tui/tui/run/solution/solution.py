"""The solution as it stands: the contributions in order, and for each passage whose it is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from selforg_tui.core.ids import label
from selforg_tui.core.state import TaskState
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
from selforg_tui.tui.run.solution.written_up import write_up, written_up
from selforg_tui.tui.run.surface.cells import Line, cut, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View

MOST, LARGE = 100, 64
"""Cells of text in a line at most, and where it is shown to a room."""
KEYS = "↑↓ passage · Enter its agent · / search"


class Solution(Panel):
    """Markdown, drawn safely. The cursor goes from passage to passage; the agent whose it is becomes the one that is looked at."""

    HELP = """Which agent did this sentence come from? The number beside each passage is its agent's. ↑ and ↓ go from passage to passage, \
PageUp and PageDown further; the lines beside or below tell the agent's reason and what it built on. Enter shows the agent in full, 2 the \
exact prompt it was sent.

▸ the passage under the cursor    · another one by the same agent    ↳ by an agent that it built on

/ searches: type words, Enter goes to the next passage that holds them all, Esc ends. The judge reads the same text without numbers and \
roles. w turns to the write-up, where there is one."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Passage above", show=False),
        Binding("down", "go(1)", "Passage below", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("enter", "agent", "Its agent", id="solution.agent", show=False, tooltip="The agent that wrote this passage, in full"),
        Binding(
            "slash",
            "search",
            "Search",
            id="solution.search",
            key_display="/",
            show=False,
            tooltip="Find words in the solution; Esc ends it",
        ),
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
        self._typing = False
        self._words = ""
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
            self._contents = (version, (task.number, task.ended, settled, len(task.edges), len(write_up(task))))
        return self._contents[1]

    def heading(self, view: View) -> str:
        if self.as_one:
            return "Solution ── a write-up"
        return f"Solution ── {state_of(view)}"

    def paint(self, view: View) -> None:
        was, here = self._found, self._here
        content = self._content_of(view.task) if view.task else None
        if content != self._of:
            self._of, self._found, self._base = content, passages(view.task) if view.task else (), ((0, 0), ())
        self.as_one = self.as_one and view.task is not None and bool(write_up(view.task))
        self._follow_chosen(view, was)
        super().paint(view)
        self._say_keys(view)
        if self._here is not None and self._here != here:
            self._keep_in_view(self._here)

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
            return written_up(task, min(width - 1, LARGE if view.large else MOST))
        lines: list[Line] = [((f" ! {line}", "failed"),) for line in wrap(missing(view), width - 4)] if missing(view) else []
        if task is None or not self._found:
            self._tops = []
            return [*lines, ((" Nothing has been contributed yet.", "dim"),)]
        digits = len(label(len(task.seats)))
        room = min(width - 1, (LARGE if view.large else MOST) + gutter_width(digits))
        words = self._wanted()
        hits = set(matching(self._found, words))
        above = set(task.parents(view.chosen))
        if self._base[0] != (room, digits):
            self._base = ((room, digits), tuple(rows(passage, room, digits, " ", ()) for passage in self._found))
        base = self._base[1]
        self._tops = []
        for place, passage in enumerate(self._found):
            lines += [()] * (gap_before(passage) + (1 if view.large and lines else 0) if lines else 0)
            self._tops.append(len(lines))
            sign = HERE if place == self._here else SAME if passage.seat == view.chosen else ABOVE if passage.seat in above else " "
            lines += base[place] if sign == " " and place not in hits else rows(passage, room, digits, sign, words if place in hits else ())
        self._tops.append(len(lines))
        return lines

    def _wanted(self) -> tuple[str, ...]:
        return tuple(self._words.split())

    def _say_keys(self, view: View) -> None:
        width = max(0, self.size.width - 4)
        if self._typing:
            said = f"/{self._words}▏ {self._hits()}"
        else:
            said = KEYS + (" · w write-up" if view.task is not None and write_up(view.task) else "")
            said = "w contributions" if self.as_one else said
        self.border_subtitle = Content(cut(said, width))

    def _hits(self) -> str:
        found = matching(self._found, self._wanted())
        if not self._wanted():
            return "type words · Esc ends"
        if not found:
            return "in no passage · Esc ends"
        place = f"{found.index(self._here) + 1} of {len(found)}" if self._here in found else f"in {len(found)}"
        return f"{place} · Enter next · Esc ends"

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

    def action_search(self) -> None:
        """Type words to find."""
        self._typing, self.as_one = True, False
        self._again()

    def action_write_up(self) -> None:
        """Turn to the write-up, and back."""
        self.as_one = not self.as_one
        self._again()
        self.scroll_to(y=0, animate=False, immediate=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a write-up there is nothing to turn to."""
        if action == "write_up":
            return self.view is not None and self.view.task is not None and bool(write_up(self.view.task))
        return True

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """While words are typed, letters are no commands."""
        return self._typing and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        if not self._typing:
            return
        if event.key == "escape":
            self._typing, self._words = False, ""
        elif event.key == "enter":
            self._next_match()
        elif event.key == "backspace":
            self._words = self._words[:-1]
        elif event.character is not None and event.is_printable:
            self._words += event.character
        else:
            return
        event.stop()
        event.prevent_default()
        self._again()

    def on_blur(self) -> None:
        if self._typing:
            self._typing, self._words = False, ""
            self._again()

    def _next_match(self) -> None:
        found = matching(self._found, self._wanted())
        if found:
            here = self._here if self._here is not None else -1
            self._choose(next((place for place in found if place > here), found[0]))

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
            self.post_message(self.Chosen(seat))
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


def state_of(view: View) -> str:
    """How whole it is, in words."""
    if view.task is None or view.task.ended is None:
        return "so far"
    return "with parts missing" if view.failed() else "complete"


def missing(view: View) -> str:
    """Which seats failed; empty where none did."""
    failed = view.failed()
    if not failed:
        return ""
    seats = ", ".join(label(seat) for seat in failed)
    return f"{len(failed)} of {len(view.task.seats) if view.task else 0} agents failed ({seats}): their parts are missing here."
