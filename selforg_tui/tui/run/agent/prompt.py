"""The exact text that an agent was sent, call by call: its parts and its fences told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from selforg_tui.core.calls import Part
from selforg_tui.core.state import CallState
from selforg_tui.tui.run.agent.words import NOT_ASKED, call_line
from selforg_tui.tui.run.surface.cells import Line, cut, wrap
from selforg_tui.tui.run.view import View

PARTS: dict[Part, str] = {
    "fixed": "the same in every call",
    "visible": "what it is shown of others",
    "own": "for this agent alone",
}


def prompt(view: View, width: int) -> list[Line]:
    """Every word of it. A line between the parts says which follows; it is no part of the text."""
    lines: list[Line] = []
    nonce = view.state.header.nonce if view.state.header is not None else ""
    for call in view.calls(view.chosen):
        lines += [call_line(call), *_blocks(view, call, width, nonce), ()]
    return lines or [NOT_ASKED]


def _blocks(view: View, call: CallState, width: int, nonce: str) -> Iterator[Line]:
    before: Part | None = None
    for name in call.blocks:
        part, text = view.state.blocks[name]
        if part != before:
            yield _ruler(part, width)
        else:
            yield ()
        yield from _drawn(text, width, nonce)
        before = part


def _ruler(part: Part, width: int) -> Line:
    said = f" ── {part}: {PARTS[part]} "
    return ((cut(said + "─" * max(0, width - len(said) - 1), width), "dim"),)


@lru_cache(4096)
def _drawn(text: str, width: int, nonce: str) -> tuple[Line, ...]:
    """A piece of a prompt. Pieces are shared by many prompts, which is why they are kept."""
    fence = re.compile(rf"</?[a-z]+-{re.escape(nonce)}(?: [^>]*)?>") if nonce else None
    found: list[Line] = []
    for line in text.split("\n"):
        style = "parent" if fence is not None and fence.fullmatch(line) else "plain"
        found += [((" " + part, style),) for part in wrap(line, width - 2)]
    return tuple(found)
