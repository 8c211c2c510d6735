"""Where a passage comes from: the agent, its reason, what it built on, and who built on it."""

from __future__ import annotations

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, TaskState
from selforg_tui.tui.run.surface.cells import Line, cut, flat, wrap
from selforg_tui.tui.run.view import SIGNS, View, family, word_of

NAME = 10
"""Cells of what a line is about."""
WAYS = ("Enter", "the agent in full"), ("2", "the exact prompt"), ("3", "its reply as it came")


def origin(view: View, width: int) -> list[Line]:
    """All that is known of where the chosen agent's part comes from, in lines of at most `width` cells."""
    task, seat = view.task, view.seat
    if task is None or seat is None:
        return [((f" {line}", "dim"),) for line in wrap("Choose a passage: what stands here says where it comes from.", width - 2)]
    glyph, _, style = SIGNS[seat.status]
    head: Line = (
        (f" {glyph} ", style),
        (label(seat.seat), "strong"),
        (cut(f" {flat(seat.role) or word_of(view)}", width - 7), _kind(seat)),
    )
    lines: list[Line] = [head, *_said("model", flat(seat.model), width, "dim"), ()]
    if seat.reason:
        lines += _said("problem" if seat.status == "failed" else "because", flat(seat.reason), width)
    lines += [*_built_on(task, seat, width), *_used_by(task, seat, width)]
    lines += [()] * bool(lines[-1])
    for key, what in WAYS:
        lines.append(((f" {key:<{NAME - 1}}", "title"), (cut(what, width - NAME - 1), "plain")))
    return lines


def brief(view: View, width: int, height: int) -> list[Line]:
    """The same in at most `height` lines: who, why and what it built on, a line each; the keys stand last."""
    task, seat = view.task, view.seat
    whole = origin(view, width)
    if task is None or seat is None or len(whole) <= height:
        return whole[:height]
    head, *_ = whole
    told: list[Line] = [head]
    reason = _said("problem" if seat.status == "failed" else "because", flat(seat.reason), width) if seat.reason else []
    for part in (reason, _built_on(task, seat, width), _used_by(task, seat, width)):
        told += part[: max(1, height - 1 - len(told))][:2]
    if height < 2:
        return told[:1]
    ways = " · ".join(f"{key}: {what}" for key, what in WAYS[:2])
    return [*told[: height - 1], ((cut(f" {ways}", width), "dim"),)]


def _kind(seat: SeatState) -> str:
    return family(seat.role) if seat.status == "in" else SIGNS[seat.status][2]


def _built_on(task: TaskState, seat: SeatState, width: int) -> list[Line]:
    edges = [edge for edge in task.edges if edge.child == seat.seat and edge.kind == "depends"]
    lines: list[Line] = []
    for edge in sorted(edges, key=lambda edge: not edge.essential):
        parent = task.seats.get(edge.parent)
        used = f": “{flat(edge.used)}”" if edge.used else ""
        role = f" {flat(parent.role)}" if parent is not None and parent.role else ""
        lines += _said("" if lines else "built on", f"↳ {label(edge.parent)}{role}{used}", width, "parent")
    for edge in task.edges:
        if edge.child == seat.seat and edge.kind == "clone":
            lines += _said("clone of", label(edge.parent), width, "parent")
    if not lines and seat.contribution:
        lines = _said("built on", "nobody: it needed no other part", width, "dim")
    return lines


def _used_by(task: TaskState, seat: SeatState, width: int) -> list[Line]:
    """Who built on it."""
    children = sorted({edge.child for edge in task.edges if edge.parent == seat.seat and edge.kind == "depends"})
    return _said("used by", ", ".join(map(label, children)), width) if children else []


def _said(name: str, text: str, width: int, style: str = "plain") -> list[Line]:
    first, *rest = wrap(text, width - NAME - 1)
    return [((f" {name:<{NAME - 1}}", "dim"), (first, style)), *(((" " * NAME, "dim"), (line, style)) for line in rest)]
