"""A saved session in a few words: how it ended, what it was about, what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from selforg_tui.core.text import one_line

if TYPE_CHECKING:
    from selforg_tui.sessions.store import SessionInfo

STATUS = {
    "done": ("●", "done", "$success"),
    "done_with_failures": ("◍", "done, some failed", "$warning"),
    "limit": ("■", "stopped at a limit", "$warning"),
    "failed": ("✕", "failed", "$error"),
    "interrupted": ("◐", "interrupted", "$warning"),
    "running": ("▸", "running", "$primary"),
    "unreadable": ("!", "unreadable", "$error"),
}
"""Glyph, word and colour of each way in which a session can stand."""


def status_of(info: SessionInfo) -> str:
    """The key in STATUS; a status that this version does not know counts as interrupted."""
    if info.problem:
        return "unreadable"
    return info.status if info.status in STATUS else "interrupted"


def when(created: str) -> str:
    """`2026-11-21 14:05` of an ISO text."""
    return one_line(created[:16].replace("T", " "), 16)


def simulated(info: SessionInfo) -> bool:
    """True where any of it is simulated."""
    return info.simulated.agents or info.simulated.judge


def session_line(info: SessionInfo) -> Content:
    """Two lines for a short list."""
    glyph, word, colour = STATUS[status_of(info)]
    if info.problem:
        return Content.assemble((f"{glyph} ", colour), one_line(info.path.name, 60), "\n  ", (word, colour))
    quality = f" · Q {info.q:.2f}" if info.q is not None else ""
    facts = f" · {when(info.created)[5:]} · {one_line(info.protocol, 20)} × {info.agents}"
    mark = (" · SIMULATED", "$simulated") if simulated(info) else ("", "")
    return Content.assemble(
        (f"{glyph} ", colour), one_line(info.mission, 90), "\n  ", (f"{word}{quality}", "$muted"), mark, (facts, "$muted")
    )
