"""The text that is copied of an agent, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from selforg_tui.core.state import CallState
from selforg_tui.tui.run.agent.facts import facts
from selforg_tui.tui.run.surface.cells import Line, safe
from selforg_tui.tui.run.view import View

WIDTH = 100
"""Cells of a line, where lines are copied."""


def text_of(view: View, side: str = "contribution") -> str:
    """What a person would copy of the chosen agent: its contribution (or reason, or what arrived so far), its exact prompts, its
    replies, or the facts of its calls. Empty where there is nothing yet."""
    calls = view.calls(view.chosen)
    if side == "prompt":
        return _joined(calls, [view.state.prompt(str(call.id)) for call in calls])
    if side == "reply":
        return _joined(calls, [call.text for call in calls])
    if side == "facts":
        return in_text(facts(view, WIDTH)) if calls else ""
    seat = view.seat
    if seat is not None and (seat.contribution or seat.reason):
        return safe(seat.contribution or seat.reason)
    return safe(calls[-1].text) if calls else ""


def in_text(lines: Sequence[Line]) -> str:
    """Lines as they are seen: what is black in them stays black."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def _joined(calls: Sequence[CallState], texts: Sequence[str]) -> str:
    """The text of one call as it is; of several, each under its name."""
    if len(calls) == 1:
        return safe(texts[0])
    return "\n\n".join(f"[{call.id}]\n{safe(text)}" for call, text in zip(calls, texts, strict=True) if text)
