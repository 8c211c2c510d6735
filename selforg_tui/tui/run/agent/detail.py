"""One agent (or the judge) in full, from one of its sides."""

from __future__ import annotations

import asyncio
import sys
from bisect import bisect_left
from collections.abc import Hashable, Sequence

from textual.content import Content

from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.agent.contribution import contribution
from selforg_tui.tui.run.agent.copied import WIDTH, in_text, text_of
from selforg_tui.tui.run.agent.facts import facts
from selforg_tui.tui.run.agent.prompt import Prompts
from selforg_tui.tui.run.agent.reply import reply
from selforg_tui.tui.run.agent.sides import SIDES
from selforg_tui.tui.run.agent.sights import Sights, find
from selforg_tui.tui.run.agent.words import who
from selforg_tui.tui.run.agent.x_ray import x_ray
from selforg_tui.tui.run.surface.cells import Line, cut
from selforg_tui.tui.run.surface.search import Outcome, next_of, previous_of
from selforg_tui.tui.run.surface.searchable import Hit, Searchable, hits, marked
from selforg_tui.tui.run.view import View, title_of, word_of

AGAIN = 0.5
"""Seconds after which what is known of protocols is brought up to date while the session goes on; longer for teams
of more than 64."""
SOON = 1 / 30
"""Seconds that keys have before more of a long prompt is laid out."""
PICTURE = 12
"""Lines below which an X-ray takes the whole screen."""
_LINES = {"contribution": contribution, "reply": reply, "facts": facts}


class Detail(Searchable):
    """Shows the chosen agent; `side` says from which side. New text is followed as long as the end is in view."""

    HELP = """The chosen agent in full. ‹run.contribution:1›: what it contributed and on what ground · ‹run.prompt:2›: the exact prompt it \
was sent · ‹run.reply:3›: its reply as it came · ‹run.facts:4›: tokens, times, what it saw and used · ‹run.see:x›: what the protocol lets \
it see, all else blacked out; ‹run.under:u› flips through what it would have seen under the others. ‹run.follow:f› lets the cursor follow \
whoever acts; ‹run.copy:y› copies the side in view.

‹run.search:/› searches: type words that stand one after another; Enter or down goes to the next place, up to the one before, Esc ends."""
    pause = 1 / 8

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.side = "contribution"
        self.under = ""
        """The protocol under which the X-ray supposes the agent to be; empty: the session's own."""
        self.sights = Sights()
        self.prompts = Prompts()
        self._shown: Hashable = None
        self._hits: list[Hit] = []
        self._hit: int | None = None
        """Of these, the one under the cursor."""
        self._looking = False

    @property
    def too_low(self) -> bool:
        """Whether what is in view needs more lines than there are: a picture is nothing without its lower half."""
        return self.side == "x-ray" and self.size.height < PICTURE

    def flip(self, side: str) -> None:
        """Turn to another side of the agent; the X-ray begins with the session's own protocol."""
        if side != self.side:
            self.under = ""
        self.side = side
        self._key = None

    def suppose(self, view: View, by: int = 1) -> None:
        """The X-ray under the next protocol, and after the last under the session's own again."""
        if view.state.header is None:
            return
        own = view.state.header.config.protocol
        offered = self.sights.offered(own)
        at = offered.index(self.under) if self.under in offered else 0
        following = offered[(at + by) % len(offered)]
        self.under = "" if following == own else following
        self._key = None

    def key(self, view: View) -> Hashable:
        calls = view.calls(view.chosen)
        seat, task = view.seat, view.task
        what = (self.side, view.chosen, task.number if task else 0)
        if self.side == "x-ray":
            return (*what, self.under, task.version if task else 0, self.sights.version, view.state.status)
        if self.side == "prompt":
            return (*what, len(calls), tuple(call.usable for call in calls))
        return (*what, seat.version if seat else 0, task.version if task else 0, calls[-1].version if calls else 0)

    def heading(self, view: View) -> str:
        if self.side == "x-ray" and view.seat is not None and view.state.header is not None:
            protocol = title_of(self.under or view.state.header.config.protocol)
            return f"X-ray of {who(view)} ── " + (f"what it would have seen under {protocol}" if self.under else protocol)
        status = word_of(view)
        return who(view) + (f" ── {status}" if status else "")

    def body(self, view: View, width: int) -> Sequence[Line]:
        if self.side == "x-ray":
            self._find_out()
            return x_ray(view, width, self.sights, self.under)
        if self.side == "prompt":
            lines = self.prompts.lines(view, width)
            if self.prompts.left:
                self.set_timer(SOON, self._go_on)
            return lines
        return _LINES[self.side](view, width)

    def _go_on(self) -> None:
        """Lay out more of a long prompt."""
        if self.side == "prompt" and self.prompts.left and self.view is not None:
            self._key = None
            self.follow(self.view, self._when, force=True)

    def paint(self, view: View) -> None:
        at_end = self.scroll_offset.y >= self.max_scroll_y
        what = (self.side, view.chosen, view.task.number if view.task else 0)
        same = what == self._shown
        self._shown = what
        super().paint(view)
        self._say_keys()
        if not same:
            self.begin()
        elif at_end and self.side in ("contribution", "reply") and _streaming(view):
            self.scroll_end(animate=False, immediate=True)

    def show(self, lines: Sequence[Line], chosen: int | None = None) -> None:
        super().show(lines, chosen)
        if self.search.words:
            self._look()

    def searched(self, done: Outcome) -> None:
        """To the next or the last place where the words stand; where they are typed, to the first one from what is in view on."""
        if done == "typed" or done == "ended":
            self._hit = None
            self._look()
        if done != "ended" and self._hits:
            places, top = range(len(self._hits)), round(self.scroll_y)
            if done == "typed":
                self._hit = next((place for place in places if self._hits[place][0][0] >= top), 0)
            else:
                self._hit = next_of(places, self._hit) if done == "next" else previous_of(places, self._hit)
            self._look()
            line, height = self._hits[self._hit or 0][0][0], self.size.height
            if not top <= line < top + height - 1:
                self.scroll_to(y=max(0, line - height // 3), animate=False, immediate=True)
        self._say_keys()

    def _look(self) -> None:
        """See where the words are now, and paint them."""
        self._hits = hits(self.lines, self.search.words)
        if self._hit is not None and self._hit >= len(self._hits):
            self._hit = None
        self._strips.clear()
        self.refresh()

    def line_at(self, number: int) -> Line:
        first = bisect_left(self._hits, number, key=lambda hit: hit[1][0])
        spans = []
        for place in range(first, len(self._hits)):
            (top, start), (bottom, end) = self._hits[place]
            if top > number:
                break
            style = "cursor mark" if place == self._hit else "mark"
            spans.append((start if top == number else 0, end if bottom == number else sys.maxsize, style))
        return marked(self.lines[number], spans)

    def _say_keys(self) -> None:
        if self.search.active:
            said = self.search.told(range(len(self._hits)), self._hit)
            self.border_subtitle = Content(cut(said, max(0, self.size.width - 4)))
        else:
            self.border_subtitle = sides(self.side, self.size.width)

    def copied(self, view: View, side: str = "") -> str:
        """The text of a side of the chosen agent; of that in view where none is named."""
        side = side or (self.side if self.is_on_screen else "contribution")
        if side == "x-ray":
            return in_text(x_ray(view, WIDTH, self.sights, self.under))
        return text_of(view, side)

    def _find_out(self) -> None:
        """See to it that what the X-ray shows is known, off the frame."""
        if not self._looking and self._missing():
            self._looking = True
            self.run_worker(self._run_on_paper(), group="sights", exit_on_error=False)

    def _wanted(self) -> list[str]:
        assert self.view is not None
        return self.sights.listed(self.view.state.started.config.protocol, self.under)

    def _missing(self) -> bool:
        view = self.view
        return view is not None and view.task is not None and bool(self.sights.missing(view, view.task, self._wanted()))

    async def _run_on_paper(self) -> None:
        try:
            while self.side == "x-ray" and self._missing() and self.view is not None and self.view.task is not None:
                if self.sights.has_older(self.view, self.view.task, self._wanted()):
                    await asyncio.sleep(AGAIN * max(1, len(self.view.task.seats) / 64))
                view, task = self.view, self.view.task
                if task is None:
                    return
                found, self.sights.names = await asyncio.to_thread(find, self.sights.missing(view, task, self._wanted()))
                self.sights.take(view.state, task, found)
                if self.view is not None:
                    self.follow(self.view, self._when, force=True)
        finally:
            self._looking = False


def sides(shown: str, width: int) -> Content:
    """The sides of an agent with their keys, the one that is shown in brackets; of the others the keys alone where there is no room."""
    words = sum(len(name) + 2 for name in SIDES)
    roomy, enough = words + 2 * len(SIDES) < width - 2, words + len(SIDES) + 2 <= width - 2
    parts: list[str | tuple[str, str]] = []
    for place, name in enumerate(SIDES, 1):
        key = with_keys(f"‹run.{name}:{place}›")
        if name == shown:
            parts += [" "] if enough and not roomy else []
            parts.append((f"[{key} {name}]", "bold $primary"))
        else:
            parts.append(f" {key} {name} " if roomy else f" {key} {name}" if enough else f" {key} ")
    return Content.assemble(*parts)


def _streaming(view: View) -> bool:
    calls = view.calls(view.chosen)
    return bool(calls) and calls[-1].status == "running"
