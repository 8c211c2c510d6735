"""What came back, as it came."""

from __future__ import annotations

from selforg_tui.tui.run.agent.words import NOT_ASKED, call_line, paragraphs, said
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.view import View


def reply(view: View, width: int) -> list[Line]:
    """What came back, as it came."""
    lines: list[Line] = []
    for call in view.calls(view.chosen):
        lines.append(call_line(call))
        if call.reasoning:
            lines += [((" thought aloud, no part of the answer", "parent"),), *paragraphs(call.reasoning, width, "dim")]
            lines.append(((" answer", "parent"),))
        lines += paragraphs(call.text or ("(nothing yet)" if call.status == "running" else "(nothing)"), width)
        if call.finish == "length":
            lines += said("cut off", "at its greatest length", width, "failed")
        if call.problem:
            lines += said("problem", call.problem, width)
        lines.append(())
    return lines or [NOT_ASKED]
