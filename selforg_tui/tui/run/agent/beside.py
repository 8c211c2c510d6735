"""What one agent would be shown under each protocol, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from selforg_tui.protocols.sight import Sight
from selforg_tui.tui.run.agent.shown import in_words, numbered
from selforg_tui.tui.run.surface.cells import Line, Span, abridged, cut, fit, wrap

SELF, NOTHING, SOME, WHOLE = "▲", "▯", "▪", "▮"
STYLES = {SELF: "title", NOTHING: "hidden", SOME: "parent", WHOLE: "in"}
LEGEND = f"{WHOLE} whole output  {SOME} a line of it: intention, signal, mark, role  {NOTHING} hidden  {SELF} itself"
NOTHING_SHOWN = in_words(())
MOST = 48
"""Cells that a team takes at most."""
TITLE = 22


def sight_of(sight: Sight, seat: int, seats: int, history: Sequence[int], sees: Sequence[str] | None = None) -> list[str]:
    """One sign for each seat, in the order of seats. `history`: seats whose roles in earlier tasks are remembered.

    `sees`: what is known to have been shown, instead of what the protocol shows on paper.
    """
    look = sight.look(seat)
    shown = sees if sees is not None else look.sees if look is not None else ()
    signs = [NOTHING] * seats

    def put(number: int, sign: str) -> None:
        if 1 <= number <= seats:
            signs[number - 1] = sign

    if any(name.startswith("roles of task ") for name in shown):
        for number in history:
            put(number, SOME)
    for number in (*numbered(shown, "intention"), *numbered(shown, "signal")):
        put(number, SOME)
    for name in shown:
        if name.startswith("mark "):
            put(sight.marks.get(name.removeprefix("mark "), 0), SOME)
    for number in numbered(shown):
        put(number, WHOLE)
    put(seat, SELF)
    return signs


def strip(signs: Sequence[str], room: int) -> tuple[list[Span], int]:
    """The signs in at most `room` cells, and how many agents one cell stands for: the most that is shown of one of them."""
    size = -(-len(signs) // max(1, room))
    shown = []
    for start in range(0, len(signs), size):
        part = signs[start : start + size]
        shown.append(SELF if SELF in part else next((sign for sign in (WHOLE, SOME) if sign in part), NOTHING))
    spans: list[Span] = []
    for sign in shown:
        if spans and spans[-1][1] == STYLES[sign]:
            spans[-1] = (spans[-1][0] + sign, STYLES[sign])
        else:
            spans.append((sign, STYLES[sign]))
    return spans, size


def words(sight: Sight, seat: int, sees: Sequence[str] | None = None) -> str:
    """What it is shown, in words."""
    if sight.trouble:
        return "unknown"
    look = sight.look(seat)
    if look is None and sees is None:
        return "is not asked"
    said = in_words(sees if sees is not None else look.sees if look is not None else ())
    if look is not None and look.given:
        return "the role given to it" + ("" if said == NOTHING_SHOWN else f", {said}")
    return said


def beside(
    sights: Sequence[Sight], seat: int, seats: int, history: Sequence[int], width: int, own: str, shown: str, sees: Sequence[str] | None
) -> list[Line]:
    """A line for each protocol. `own`: the session's; `shown`: the one above; `sees`: what the session's has shown according to the log."""
    room = max(8, min(seats, MOST, width - TITLE - 24))
    lines: list[Line] = []
    size = 1
    for sight in sights:
        known = sees if sight.protocol == own else None
        title = ("▸" if sight.protocol == shown else " ") + fit(sight.title, TITLE - 3)
        style = "title" if sight.protocol == shown else "strong" if sight.protocol == own else "plain"
        if sight.trouble:
            lines.append(((f" {title} ", style), (cut(f"unknown: {sight.trouble}", width - TITLE), "dim")))
            continue
        spans, size = strip(sight_of(sight, seat, seats, history, known), room)
        left = width - TITLE - sum(len(text) for text, _ in spans) - 2
        text = words(sight, seat, known) + (" ?" if sight.guessed and known is None else "")
        text = "nothing" if text == NOTHING_SHOWN and len(text) > left else text
        lines.append(((f" {title} ", style), *spans, (f"  {abridged(text, left)}", "dim")))
    said = wrap(LEGEND, width - 2)
    if size > 1:
        said += wrap(f"A sign stands for {size} agents: the most that is shown of one of them.", width - 2)
    if any(sight.guessed for sight in sights):
        said += wrap("? Which ones depends on ratings, which nobody has given here.", width - 2)
    return [*lines, *(((f" {line}", "dim"),) for line in said)]
