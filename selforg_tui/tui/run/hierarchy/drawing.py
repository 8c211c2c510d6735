"""The lines of the tree as they are painted. Where there is little room, notes beside a role get shorter before the role does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rich.cells import cell_len

from selforg_tui.core.ids import label
from selforg_tui.core.state import SeatState, SeatStatus
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.hierarchy.chain import CHAIN, told
from selforg_tui.tui.run.hierarchy.rows import Row
from selforg_tui.tui.run.hierarchy.tree import Links, Node, Tree, offered, ranges, shows
from selforg_tui.tui.run.surface.cells import Line, Span, cut, fit, flat, right, width_of
from selforg_tui.tui.run.view import AFTERWARDS, GONE, SIGNS, View, family

WIDE = 72
"""Cells from which what was used and tokens have columns of their own."""
TOKENS, NAMES = 8, 66
"""Cells of the column with tokens, and at most of that with the tree where there are columns."""
LEAST = 14
"""Cells that the drawn branches leave to number and role."""
LEGEND: dict[Links, str] = {
    "essential": "─ essential parent", "further": "+ further", "assigned": "┄ assigned", "clone": "≈ clone of", "seen": "· saw, unused",
}  # fmt: skip
GATHERED: dict[SeatStatus, str] = {"out": "stayed out", "left out": "left out"}
"""Words for several, where those for one would not do."""


@dataclass(frozen=True, slots=True)
class Look:
    """What all lines share: the moment, the tree, which links are shown, who is on the way to the chosen agent, and who is new."""

    view: View
    tree: Tree
    links: Links
    chain: frozenset[int]
    fresh: frozenset[int]
    width: int
    above: frozenset[int] = frozenset()
    """Who stands somewhere above those who are new."""
    hidden: Mapping[int, list[int]] = field(default_factory=dict)
    """By folded agent, the places in the longest chain of those below it."""
    places: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", self.tree.places)


def head(tree: Tree, width: int, folded: bool = False, large: bool = False, seen: bool = False) -> Line:
    """`depth 4 · hub 02 (7 build on it) · 19 in · 45 out`, and what the columns are; `folded`: some of it, only to fit."""
    hub = tree.hub
    out = len(tree.beside.get("out", ())) + len(tree.beside.get("left out", ()))
    rest = [f"{len(seats)} {status}" for status, seats in tree.beside.items() if status not in ("out", "left out")]
    counted = "".join(f" · {one}" for one in (f"{len(tree.nodes)} in", *([f"{out} out"] if out else []), *rest))
    full = f" · hub {label(hub.seat)} ({hub.dependents} build{'s' * (hub.dependents == 1)} on it)" if hub else " · no hub"
    brief = f" · hub {label(hub.seat)} ({hub.dependents} on it)" if hub else " · no hub"
    start = f" depth {tree.depth}"
    columns = _has_columns(width, large)
    room = width - len(start) - columns * (_used_room(width) + TOKENS)
    signs = " · " + " ".join(f"{SIGNS[status][0]}{len(seats)}" for status, seats in (("in", tree.nodes), *tree.beside.items()))
    least = f" · hub {label(hub.seat)}" if hub else " · no hub"
    said = (
        full + counted + " · folded to fit" * folded,
        full + counted,
        brief + counted,
        full + signs,
        brief + signs,
        least + signs,
        least,
    )
    text = cut(next((one for one in said if cell_len(one) <= room - columns), said[-1]), room - columns)
    if not columns:
        return ((start, "strong"), (text, "plain"))
    return (
        (start, "strong"),
        (fit(text, room), "plain"),
        (fit("what it saw, and used" if seen else "what it used", _used_room(width)) + right("tokens ", TOKENS), "dim"),
    )


def legend(view: View, links: Links, width: int) -> str:
    """Which links are shown, by sign and word, and the keys of this panel, as far as there is room."""
    kinds = offered(view.task) if view.task else ()
    shown = [LEGEND[one] for one in kinds if shows(links, one) and not (view.large and one in ("further", "seen"))]
    full = "  ".join(shown) if len(shown) > 1 else f"{LEGEND['essential']} only"
    brief = " ".join(" ".join(one.split()[:2]).rstrip(",") for one in shown)
    least = " ".join([*(one[0] for one in shown[:-1]), " ".join(shown[-1:])])
    fold, links_key = with_keys("‹run.fold:z›"), with_keys("‹run.links:l›")
    wordy = f"{links_key} links: {full}"
    said = (f"{fold} fold · {wordy}", wordy, f"{links_key}: {full}", f"{links_key}: {brief}", f"{links_key}: {least}", least)
    return next((text for text in said if cell_len(text) <= width), cut(least, width))


def drawn(look: Look, row: Row, cursor: bool) -> Line:
    """A line of at most the look's width."""
    margin: Span = ("▌" if cursor else " ", "deciding")
    if row.key is None:
        return ()
    room = look.width - (1 if _has_columns(look.width, look.view.large) else 2)  # the last column is the scrollbar's
    if row.chain:
        return (margin, *told(look.tree, row, room))
    if row.seats:
        return (margin, *_gathered(look, row, room))
    assert row.seat is not None and look.view.task is not None
    seat = look.view.task.seats[row.seat]
    if row.beside is not None:
        return (margin, *_beside(look, row, seat, room))
    return (margin, *_inside(look, row, seat, room))


def _word(look: Look, status: SeatStatus, word: str) -> str:
    """A word for a status, once the session has ended another for what did not come to its end."""
    return AFTERWARDS[status] if look.view.state.status is not None and status in AFTERWARDS else word


def _gathered(look: Look, row: Row, width: int) -> Line:
    """`▸ ○ 45 stayed out: 18–29 31–40 …`, or leaves of the tree; the chosen one of them is named first."""
    lead = _within(row.lead, width - LEAST)
    begin: Line = ((lead, "dim"), ("▾ " if row.open else "▸ ", "dim"))
    style = "plain"
    if row.beside is not None:
        glyph, word, style = SIGNS[row.beside]
        begin = (*begin, (f"{glyph} ", style))
        said = f"{len(row.seats)} {_word(look, row.beside, GATHERED.get(row.beside, word))}"
    else:
        all_ = len(row.seats) == len(look.tree.nodes[row.under].children if row.under else look.tree.roots)
        said = f"{len(row.seats)} {'on their own' if not row.under else 'built on it' if all_ else 'more'}"
    chosen, new = look.view.chosen, sorted(look.fresh.intersection(row.seats))
    here = f" ◂ {label(chosen)}" if chosen in row.seats and not row.open else ""
    fresh = f" new {ranges(new)}" if new and not row.open else ""
    places = [look.places[seat] for seat in row.seats if seat in look.places] if not row.open and row.beside is None else []
    chain = f" {CHAIN}{ranges(places, 1)}" if places else ""
    room = width - width_of(begin)
    spans: Line = ((cut(said, room), style), (here, "strong"), (chain, "title"), (fresh, "changed"))
    if width_of(spans) > room:
        spans = spans[:1]
    room -= width_of(spans)
    listed = cut(f": {ranges(row.seats)}", room) if room > 6 and not row.open else ""
    return (*begin, *spans, (listed, "dim"))


def _beside(look: Look, row: Row, seat: SeatState, width: int) -> Line:
    glyph, word, style = SIGNS[seat.status]
    said = _word(look, seat.status, word) + (f" {GONE}" if seat.removed and seat.status != "removed" else "")
    reason = flat(seat.reason) if width >= WIDE and seat.status != "deciding" else ""
    text = f" {said}" + (f": {reason}" if reason else "")
    number = label(seat.seat)
    return ((f"{row.lead}{glyph} ", style), (number, "strong" if seat.seat == look.view.chosen else "plain"),
            (cut(text, width - len(row.lead) - 2 - len(number)), style))  # fmt: skip


def _inside(look: Look, row: Row, seat: SeatState, width: int) -> Line:
    """`├─▾ 04 role ◆ hub +02 (+7 below, depth 3) ◂`, and what it used and its tokens where there is room."""
    node = look.tree.nodes[seat.seat]
    columns = _has_columns(look.width, look.view.large)
    left = width - TOKENS - _used_room(look.width) if columns else width
    lead = _within(row.lead, left - LEAST)
    sign = "▾" if row.open else "▸" if row.open is not None else row.lead[-1:].replace("≈", "─") or " "
    number = label(seat.seat)
    begin: Line = ((lead, "dim"), (sign, "strong" if row.open is False else "dim"), (f" {number}", "strong"))
    notes = _notes(look, row, node, seat, columns)
    room = left - width_of(begin) - 1 - columns
    role = flat(seat.role)
    kept = _kept(notes, room - min(cell_len(role), max(room // 2, room - 12)), room - cell_len(role))
    on_way, fresh = node.seat in look.chain, node.seat in look.fresh
    style = "changed" if fresh else "strong" if on_way else family(role)
    spans: Line = (*begin, (" ", "plain"), (cut(role, room - width_of(kept)), style), *kept)
    if not columns:
        return spans
    fill = " " * (left - width_of(spans))
    usage = look.view.usage(look.view.calls(seat.seat))
    tokens = f"{usage.output:,}t " if usage else "– "
    words = _used(look, node)[: _used_room(look.width) + 8]  # what is far too long takes long to cut
    return (*spans, (fill, "plain"), (fit(words, _used_room(look.width) - 1), "dim"), (right(tokens, TOKENS + 1), "dim"))


def _has_columns(width: int, large: bool) -> bool:
    return width >= WIDE and not large


def _used_room(width: int) -> int:
    """Cells of the column that says what was used."""
    return max((width - TOKENS) * 2 // 5, width - TOKENS - NAMES)


def _within(lead: str, room: int) -> str:
    """Drawn branches, of which the outer ones are left out where they go too deep; then it says how deep."""
    if len(lead) <= room:
        return lead
    deep = f"{len(lead) // 2}⋯"
    return (deep + lead[-max(0, room - len(deep)) :])[: max(0, room)] if room > len(deep) + 1 else deep[: max(0, room)]


def _notes(look: Look, row: Row, node: Node, seat: SeatState, columns: bool) -> list[tuple[tuple[str, ...], str]]:
    """What stands beside a role, dearest first: each in ever shorter words, and its style."""
    view, links = look.view, look.links
    found: list[tuple[tuple[str, ...], str]] = [((f" {GONE}",), "warn")] if seat.removed else []
    if row.open is False:
        more, deep = node.size - 1, node.height
        found.append(((f"  (+{more} below, depth {deep})", f"  (+{more} below)", f" (+{more})"), "dim"))
    if node.seat in look.chain:
        found.append(((" ◂",), "strong"))
    own, below = str(look.places.get(node.seat, "")), ranges(look.hidden.get(node.seat, ()), 1)
    if below:
        found.append(((f" {CHAIN}{own}{', ' if own else ''}{below} below", f" {CHAIN}{own}…"), "title"))
    elif own:
        found.append(((f" {CHAIN}{own}",), "title"))
    if look.tree.hub is not None and look.tree.hub.seat == node.seat:
        found.append(((" ◆ hub", " ◆"), "title"))
    if node.seat in look.fresh:
        found.append(((" new",), "changed"))
    elif row.open is False and node.seat in look.above:
        found.append(((" new below", " new"), "changed"))
    if seat.status == "deciding" and view.state.status is None:
        found.append(((" ◐ at it again", " ◐"), "deciding"))
    if view.large:
        return found
    if shows(links, "further") and node.further:
        place = look.places.get(node.seat, 1)
        on_chain = look.tree.chain[place - 2] if place > 1 else 0
        others = sorted(node.further, key=lambda one: one != on_chain)  # whom the chain runs through is named first
        further = "".join(f" +{label(one)}" for one in others)
        found.append(((further, f" +{label(others[0])}…") if len(others) > 1 else (further,), "parent"))
    if shows(links, "clone") and node.origin is not None and node.kind != "clone":
        found.append(((f" ≈{label(node.origin)}",), "parent"))
    if shows(links, "assigned") and node.by is not None and node.kind != "assigned":
        found.append(((f" ┄{label(node.by)}",), "parent"))
    if shows(links, "seen") and not columns and (seen := unused(look, node)):
        found.append(((f" · saw {seen}", f" · {seen}", f" · {seen.split()[0]} …", " ·…"), "dim"))
    return found


def _kept(notes: list[tuple[tuple[str, ...], str]], least: int, room: int) -> Line:
    """Notes in their shortest form as far as `least` cells hold them, then in longer ones as far as `room` does; the dearest first."""
    forms: dict[int, int] = {}
    used = 0
    for place, (words, _) in enumerate(notes):
        if used + cell_len(words[-1]) <= least:
            forms[place] = len(words) - 1
            used += cell_len(words[-1])
    for place in forms:
        words = notes[place][0]
        for form in range(forms[place]):
            wider = used - cell_len(words[-1]) + cell_len(words[form])
            if wider <= room:
                forms[place], used = form, wider
                break
    return tuple((notes[place][0][form], notes[place][1]) for place, form in forms.items())


def _used(look: Look, node: Node) -> str:
    """What an agent used of whom; before it, where that is asked for, what else it saw."""
    seen = unused(look, node) if shows(look.links, "seen") else ""
    found = [f"· saw {seen}"] if seen else []
    for place, (parent, words) in enumerate(node.used.items()):
        if place == 0 or shows(look.links, "further"):
            found.append(("+" if place else "") + label(parent) + (f" “{flat(words)}”" if words.strip() else ""))
    if node.kind == "clone":
        found.append(f"≈ varies {label(node.origin or 0)}")
    if node.kind == "assigned":
        found.append(f"┄ assigned by {label(node.by or 0)}")
    return "  ".join(found)


def unused(look: Look, node: Node) -> str:
    """What a contributor was shown and did not declare to have used: seats, and how many things that are no outputs."""
    state, task = look.view.state, look.view.task
    asked = (state.calls[name] for name in reversed(task.seats[node.seat].calls)) if task else ()
    sees = next((call.sees for call in asked if call.kind == "contribute"), ())
    return _besides(sees, (node.seat, node.origin, *node.used))


@lru_cache(1024)
def _besides(sees: tuple[str, ...], used: tuple[int | None, ...]) -> str:
    """What was seen but for these seats, in brief."""
    others = Counter(one.rpartition(" ")[0] for one in sees)
    bare = {int(one) for one in sees if one.isdecimal()} - set(used)
    told = [ranges(sorted(bare))] if bare else []
    return ", ".join(told + [f"{flat(kind)} ×{count}" for kind, count in others.items() if kind])
