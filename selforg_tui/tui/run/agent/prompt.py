"""The exact text that an agent was sent, call by call: its parts and its fences told apart."""

from __future__ import annotations

import re

from selforg_tui.core.calls import Part
from selforg_tui.tui.run.agent.words import NOT_ASKED, call_line
from selforg_tui.tui.run.surface.cells import Line, cut, even, wrap
from selforg_tui.tui.run.view import View

PARTS: dict[Part, str] = {
    "fixed": "the same in every call",
    "visible": "what it is shown of others",
    "own": "for this agent alone",
}


FRESH = 400_000
"""Characters that are laid out in one go, about 20 ms; a prompt of 256 agents may have millions."""
SLOW = 12
"""How many times longer a character takes that may be wider, or narrower, than one cell."""
KEPT = 4096
"""Pieces that are kept laid out: prompts share most of theirs."""


class Prompts:
    """Lays prompts out, piece by piece. What there was no time for is counted in `left`; asked again, it goes on from there."""

    def __init__(self) -> None:
        self.left = 0
        """Characters that are not in the lines yet."""
        self._drawn: dict[tuple[str, int], tuple[Line, ...]] = {}

    def lines(self, view: View, width: int) -> list[Line]:
        """Every word of the chosen agent's prompts. A line between the parts says which follows; it is no part of the text."""
        fence = _fence(view.state.header.nonce if view.state.header is not None else "")
        lines: list[Line] = []
        spent = self.left = 0
        for call in view.calls(view.chosen):
            lines.append(call_line(call))
            before: Part | None = None
            for name in call.blocks:
                part, text = view.state.blocks[name]
                drawn = self._drawn.get((text, width))
                if drawn is None and spent < FRESH:
                    drawn = self._drawn[text, width] = draw(text, width, fence)
                    spent += len(text) * (1 if even(text) else SLOW)
                if drawn is None or self.left:
                    self.left += len(text)
                    continue
                lines.append(_ruler(part, width) if part != before else ())
                lines += drawn
                before = part
            if self.left:
                continue
            lines.append(())
        while len(self._drawn) > KEPT:
            del self._drawn[next(iter(self._drawn))]
        if self.left:
            lines.append(((cut(f" … {self.left:,} more characters are being laid out", width), "dim"),))
        return lines or [NOT_ASKED]


def draw(text: str, width: int, fence: re.Pattern[str] | None) -> tuple[Line, ...]:
    """A piece of a prompt in lines, its fences set apart."""
    found: list[Line] = []
    for line in text.split("\n"):
        style = "parent" if fence is not None and fence.fullmatch(line) else "plain"
        found += [((" " + part, style),) for part in wrap(line, width - 2)]
    return tuple(found)


def _fence(nonce: str) -> re.Pattern[str] | None:
    return re.compile(rf"</?[a-z]+-{re.escape(nonce)}(?: [^>]*)?>") if nonce else None


def _ruler(part: Part, width: int) -> Line:
    said = f" ── {part}: {PARTS[part]} "
    return ((cut(said + "─" * max(0, width - len(said) - 1), width), "dim"),)
