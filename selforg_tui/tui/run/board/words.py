"""What the board says of an agent: in a row, in a compact row, on a tile, and in the legend below the tiles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.cells import cell_len

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, SeatStatus, Tally, TaskState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import OUTCOMES
from selforg_tui.metrics.money import dollars
from selforg_tui.tui.run.agent.streamed import fields
from selforg_tui.tui.run.board.forms import Plan
from selforg_tui.tui.run.surface.cells import Line, Span, cut, fit, flat, right
from selforg_tui.tui.run.view import AFTERWARDS, GONE, SIGNS, STEP_WORDS, View, family, kind_of

CURSOR, CHANGED = "▌", "▸"
"""Before the chosen agent, and at what changed within the last second."""
ON_TILES: dict[SeatStatus, str] = {"out": "×", "failed": "!"}
"""Glyphs that are others in a mosaic, where no word stands beside them and ✗ could be taken for ×."""
AT_WORK: tuple[SeatStatus, ...] = ("in", "deciding", "failed")
"""Whose number on a tile is as bright as its glyph: the others step back."""
PER_WORD = 6
"""Letters of a streamed reply that make about one word, its JSON counted in."""
KINDS = 5
"""So many of the most frequent kinds of roles stand in the legend."""
LONG = 400
"""Of a text of which a line is shown, so many letters are looked at."""
BESIDE_ROLE = 48
"""Cells that a role and those on whom it builds take together, before a room."""
WITH_MODEL, WITH_MONEY, WITH_TOKENS = 50, 76, 44
"""Cells from which a row tells the model and the money, and a compact row the tokens."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is the same in all rows of a board: digits of a seat's number, whether there are several models, and any price."""

    digits: int = 2
    mixed: bool = False
    priced: bool = False


def row(view: View, seat: SeatState, width: int, columns: Columns) -> Line:
    """`01 ● identity architect ↳02 $0.0117 412t 1.2s`, in columns; to a room without figures."""
    model, money, tokens, seconds = "", "", "", ""
    model_width = money_width = figures = 0
    if not view.large:
        calls = [view.state.calls[name] for name in seat.calls]
        usage, elapsed = view.usage(calls), view.elapsed(seat)
        tokens = f"{usage.output:,}t" if usage else ""
        seconds = f"{elapsed:.1f}s" if elapsed is not None else ""
        figures = 7
        if columns.mixed and width >= WITH_MODEL:
            model, model_width = flat(seat.model).partition(":")[2].partition("@")[0], 14
        if columns.priced and width >= WITH_MONEY:
            money, money_width = _money(effort.tally(calls)), 11
    room = max(0, width - columns.digits - 5 - model_width - money_width - 2 * figures)
    text, style = words(view, seat)
    gap = 0
    if view.large and seat.status == "in":
        gap = max(0, room - BESIDE_ROLE)  # from the back of a room the eye does not cross it
        room -= gap
    built_on = _built_on(view, seat, room // 2, cut_off=True)
    return (
        *_lead(view, seat, columns.digits),
        (fit(text, room - cell_len(built_on)), over(view, seat, style)), (built_on, "parent"),
        (" " * gap + right(model, model_width), "dim"),
        (right(money, money_width), "dim"), (right(tokens, figures), "dim"), (right(seconds, figures) + " ", "dim"),
    )  # fmt: skip


def second_line(view: View, seat: SeatState, width: int, columns: Columns) -> Line:
    """Below a row: the first words of what the agent wrote, the last ones while it writes, or why it stays out; to a room nothing."""
    lead, room = " " * (columns.digits + 4), max(0, width - columns.digits - 6)
    text = ""
    if view.large:
        pass
    elif seat.status == "deciding" and seat.calls:
        so_far = fields(view.state.calls[seat.calls[-1]].text).get("contribution", "")
        text = flat(so_far[-LONG:])
        text = "…" + text[-room + 1 :] if cell_len(text) > room else text
    else:
        text = flat((seat.contribution or seat.reason)[:LONG]) if seat.status == "in" else ""
    return ((lead, "plain"), (cut(text, room), "dim"))


def words(view: View, seat: SeatState) -> Span:
    """What a row says, and in which style: a role, a reason, or what goes on."""
    _, word, style = SIGNS[seat.status]
    role, reason = flat(seat.role[:LONG]), flat(seat.reason[:LONG])
    if seat.status == "in":
        return (f"{GONE} {role}" if seat.removed else role), family(role)
    if seat.status in ("out", "left out", "failed"):
        return f"{word}: {reason}" if reason else word, style
    if view.state.status is not None and seat.status in AFTERWARDS:
        return AFTERWARDS[seat.status], "waiting"
    if (failed := view.trying_again(seat)) is not None:
        return f"soon again; {OUTCOMES[effort.outcome(failed)]}", "warn"
    if seat.status == "deciding":
        doing = _doing(seat)
        last = view.state.calls[seat.calls[-1]] if seat.calls else None
        seen = last.sees if last is not None else ()
        doing += ", asked again" if last is not None and last.purpose == "retry" else ""
        far = f" {written} words" if (written := so_far(view, seat)) else ""
        sees = "  sees " + " ".join(flat(one) for one in seen) if seen else ""
        return f"{doing} …{far}" + (f" {role}" if role else "") + sees, style
    if role:
        return f"{word}: means to be {role}" if seat.intention else f"{word}: {role}", "dim"
    return word, "waiting"


def _doing(seat: SeatState) -> str:
    return STEP_WORDS.get(seat.step.rstrip("0123456789"), seat.step)


def so_far(view: View, seat: SeatState) -> str:
    """About how many words have arrived of what an agent is writing: `~84`; empty before the first."""
    last = view.state.calls[seat.calls[-1]] if seat.calls else None
    count = len(last.text) // PER_WORD if last is not None else 0
    return f"~{count}" if count else ""


def compact(view: View, seat: SeatState, width: int, columns: Columns) -> Line:
    """`01 ● identity architect ↳02`, a column among others; a role that is too long keeps its last words, which tell its kind."""
    room = max(0, width - columns.digits - 5)
    tokens = ""
    if width >= WITH_TOKENS and not view.large:
        usage = view.usage([view.state.calls[name] for name in seat.calls])
        tokens = right(f"{usage.output:,}t" if usage else "", 7)
    room = max(0, room - len(tokens))
    if seat.status == "in":
        built_on = _built_on(view, seat, room // 3)
        text, style = words(view, seat)
        text = ending(text, room - len(built_on))
    else:
        built_on = ""
        text, style = _short(view, seat, room)
    return (
        *_lead(view, seat, columns.digits), (fit(text, room - len(built_on)), over(view, seat, style)), (built_on, "parent"),
        (tokens + " ", "dim"),
    )  # fmt: skip


def tile(view: View, seat: SeatState, plan: Plan) -> Line:
    """An agent of the mosaic: its glyph in the colour of its kind of role, and what else there is room for."""
    glyph, _, style = SIGNS[seat.status]
    glyph = ON_TILES.get(seat.status, glyph)
    style = family(seat.role) if seat.status == "in" else f"{style} strong" if seat.status == "deciding" else style
    style, chosen = over(view, seat, style), seat.seat == view.chosen
    if plan.tile == "dot":
        return ((glyph, f"{style} cursor" if chosen else style),)
    mark = (CURSOR, "deciding") if chosen else (CHANGED, "strong") if view.fresh(seat) else (" ", "plain")
    if plan.tile == "glyph":
        return (mark, (glyph, style))
    number = label(seat.seat)
    lead: Line = (
        (" " * (3 - len(number)), "plain"), mark, (number, "strong" if chosen else style if seat.status in AT_WORK else "waiting"),
        (glyph, style),
    )  # fmt: skip
    if plan.tile == "numbered":
        return (*lead, (" " * (plan.cell - 5), "plain"))
    deciding = seat.status == "deciding" and view.state.status is None
    text = kind_of(seat.role) if seat.status == "in" else (so_far(view, seat) or "…") if deciding else ""
    return (*lead, (" " + fit(text, plan.cell - 6), style))


def signs(view: View, task: TaskState) -> list[Span]:
    """What the glyphs mean of those who are there: `× stays out`."""
    found = {seat.status for seat in task.seats.values()}
    ended = view.state.status is not None
    return [
        (f"{ON_TILES.get(status, glyph)} {AFTERWARDS.get(status, word) if ended else word}", style)
        for status, (glyph, word, style) in SIGNS.items()
        if status in found
    ]


def legend(view: View, task: TaskState, width: int) -> Line:
    """What glyphs mean, and the most frequent kinds of roles in their colours."""
    spans: list[Span] = [(f" {text} ", style) for text, style in signs(view, task)]
    kinds = Counter(kind_of(seat.role) for seat in task.seats.values() if seat.status == "in")
    del kinds[""]
    spans += [(f" {kind} {count}", family(kind)) for kind, count in kinds.most_common(KINDS)]
    line: list[Span] = []
    for text, style in spans:  # no word is cut: what does not fit is left out
        width -= cell_len(text)
        if width < 0:
            break
        line.append((text, style))
    return tuple(line)


def ending(text: str, width: int) -> str:
    """The last words of a text that fit, after an ellipsis where some are missing; a last word that is too long is cut."""
    if cell_len(text) <= width:
        return text
    kept = ""
    for word in reversed(text.split()):
        more = f" {word}{kept}"
        if cell_len(more) > width:
            break
        kept = more
    return f"…{kept[1:]}" if kept else cut(text.split()[-1], width)


def _lead(view: View, seat: SeatState, digits: int) -> Line:
    glyph, _, style = SIGNS[seat.status]
    chosen, fresh = seat.seat == view.chosen, view.fresh(seat)
    style = f"{style} strong" if seat.status == "deciding" else style
    return (
        (CURSOR if chosen else " ", "deciding"), (right(label(seat.seat), digits), "strong" if chosen else "plain"),
        (CHANGED if fresh else " ", "strong"), (f"{glyph} ", over(view, seat, style)),
    )  # fmt: skip


def over(view: View, seat: SeatState, style: str) -> str:
    """The style, tinted while what happened to the seat is fresh."""
    return f"{style} changed" if view.fresh(seat) else style


def _short(view: View, seat: SeatState, width: int) -> Span:
    """A status in a word or two, or more where they fit."""
    if seat.status == "deciding" and view.state.status is None and view.trying_again(seat) is None:
        _, word, style = SIGNS[seat.status]
        far, doing = so_far(view, seat), _doing(seat)
        if far:
            lengths: tuple[str, ...] = (f"{doing} {far} words", f"{doing} {far}", f"{word} {far} words", f"{word} {far}", f"{far} words")
        else:
            lengths = (f"{doing} …", f"{word} …", "…")
        return next((text for text in lengths if len(text) <= width), far), style
    text, style = words(view, seat)
    return text if cell_len(text) <= width else text.partition(":")[0].partition(";")[0], style


def _built_on(view: View, seat: SeatState, width: int, *, cut_off: bool = False) -> str:
    """` ↳02 07`: on whom an agent builds, the essential one first; as many as fit, or `cut_off` with an ellipsis."""
    parents = view.task.parents(seat.seat) if view.task else []
    text = " ↳" + " ".join(label(parent) for parent in parents) if parents else ""
    if cut_off or len(text) <= width:
        return cut(text, width)
    while parents and len(text) > width:
        parents = parents[:-1]
        text = " ↳" + " ".join(label(parent) for parent in parents)
    return text if parents else ""


def _money(total: Tally) -> str:
    """What an agent cost; imaginary money in brackets, a dash where it is unknown."""
    if not total.calls:
        return ""
    if total.known_cost is None:
        return "–"
    return f"({dollars(total.known_cost)})" if total.all_imaginary else dollars(total.known_cost)
