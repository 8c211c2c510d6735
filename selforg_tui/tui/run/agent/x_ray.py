"""What the protocol lets an agent see, in clear; everything else that is there blacked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from selforg_tui.core.state import TaskState
from selforg_tui.protocols.sight import Sight
from selforg_tui.tui.run.agent.beside import beside
from selforg_tui.tui.run.agent.scene import UNKNOWN, Section, Thing, call_of, scene
from selforg_tui.tui.run.agent.sights import Sights
from selforg_tui.tui.run.agent.telling import sentence, total
from selforg_tui.tui.run.surface.cells import Line, Span, cut, fit, flat, wrap
from selforg_tui.tui.run.view import View, family

BLACK = "▒"
NOUNS = {"plan": "roles", "history": "tasks"}
EACH = 16
"""Up to so many things of a kind have a line each; of more, those alike are told together."""
ENDS = 3
"""Of a long row of things in clear, so many are shown at each end."""
BESIDE = 44
"""Cells from which on the protocols stand below, beside each other."""
NAME = 12
"""Cells for the name of a kind of thing."""


def x_ray(view: View, width: int, sights: Sights, under: str = "") -> list[Line]:
    """The picture, and beside it every protocol. `under`: another protocol than the session's, whose view is supposed."""
    task = view.task
    if task is None or view.seat is None:
        return [((" An X-ray shows what an agent of the team may see. Choose one.", "dim"),)]
    own = view.state.started.config.protocol
    shown = under or own
    found = sights.get(view, task, shown)
    if found is None:
        return [((" The protocol is being run on paper …", "dim"),)]
    width = max(2, width - 2)
    lines = picture(view, task, found, width, supposed=shown != own)
    others = [each for name in sights.listed(own, under) if (each := sights.get(view, task, name)) is not None]
    if width < BESIDE or len(others) < 2:
        return [_clipped(line, width) for line in lines] if width < BESIDE else lines
    call = call_of(view, task)
    case = sights.case(view.state, task, own)
    history = sorted({seat for _, roles in case.history for seat, _ in roles})
    sees = call.sees if call is not None else None
    heading: Line = ((cut(f" What {view.chosen:02d} sees of each, protocol by protocol", width), "title"),)
    return [*lines, (), heading, *beside(others, view.chosen, len(task.seats), history, width, own, shown, sees)]


def picture(view: View, task: TaskState, sight: Sight, width: int, *, supposed: bool) -> list[Line]:
    """What one agent is shown under one protocol."""
    lines: list[Line] = []
    if sight.trouble:
        known = [((f" {line}", "dim"),) for line in wrap(f"What it shows is unknown. {sight.trouble}", width - 2)]
        if supposed or not view.calls(view.chosen):
            return [*lines, *known]
        lines += known
    found = scene(view, task, sight, supposed=supposed)
    call = None if supposed else call_of(view, task)
    look = sight.look(view.chosen)
    sees = call.sees if call is not None else look.sees if look is not None else ()
    said = sentence(found, sees, look is not None and look.given)
    lines += [((f" {line}", "strong"),) for line in wrap(said, width - 2)]
    if sight.definition:
        lines += [((f" {line}", "dim"),) for line in wrap(f"{sight.title}: {flat(sight.definition)}", width - 2)]
    lines += [(), _named("always", [("mission", "plain"), (" · ", "dim"), ("values", "plain"), (" · ", "dim"), ("task", "plain")])]
    for section in found.sections:
        lines += _section(section, width)
    lines.append(())
    lines += [((f" {line}", "title"),) for line in wrap(f"{view.chosen:02d} {total(found)}", width - 2)]
    for other in found.others:
        lines += _small(other, width)
    if sight.assumed and (supposed or call is None):
        lines += _small(f"Assumed: {'; '.join(sight.assumed)}.", width)
    if supposed:
        lines += _small("The words are those of this session, which ran under another protocol. u: the next one.", width)
    return lines


def _clipped(line: Line, width: int) -> Line:
    """What of a line fits where there is next to no room."""
    found: list[Span] = []
    for text, style in line:
        piece = cut(text, width)
        width -= cell_len(piece)
        if piece:
            found.append((piece, style))
    return tuple(found)


def _small(text: str, width: int) -> list[Line]:
    return [((f" {line}", "dim"),) for line in wrap(text, width - 2)]


def _named(name: str, spans: Sequence[Span]) -> Line:
    return ((f" {name:<{NAME}}", "dim"), *spans)


def _section(section: Section, width: int) -> list[Line]:
    if section.absent:
        return [_named(section.name, [(cut(f"– {section.absent}", width - NAME - 1), "dim")])]
    heading = f" {section.name}{section.about}"
    return [((cut(heading, width), "dim"),), *_rows(section, width)]


def _rows(section: Section, width: int) -> Iterator[Line]:
    few = len(section.things) <= EACH
    silent = 0
    for run in _runs(section.things):
        told = run if few else [thing for thing in run if thing.state != "nothing"]
        silent += len(run) - len(told)
        wordless = len(told) > 2 and not any(thing.role or thing.text for thing in told) and told[0].length in (0, UNKNOWN)
        if few and not wordless:
            yield from (row(thing, width) for thing in told)
        elif told:
            yield from _together(told, section.name, width)
    if silent:
        yield ((cut(f"   ○ {silent} of them left nothing", width), "out"),)


def _runs(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    """Those that follow each other and are alike; what is nothing interrupts none."""
    run: list[Thing] = []
    kind: tuple[str, str] | None = None
    for thing in things:
        own = (thing.state, thing.note)
        if thing.state != "nothing":
            if kind is not None and own != kind:
                yield run
                run = []
            kind = own
        run.append(thing)
    if run:
        yield run


def _together(told: Sequence[Thing], what: str, width: int) -> Iterator[Line]:
    first = told[0]
    ends = ENDS if first.state == "clear" and first.text else 0
    if len(told) <= (2 * ends + 2 if ends else 2):
        yield from (row(thing, width) for thing in told)
        return
    middle = told[ends : len(told) - ends]
    yield from (row(thing, width) for thing in told[:ends])
    span = f"   {middle[0].name}–{middle[-1].name} · {len(middle)} {NOUNS.get(what, what)}"
    if first.state == "hidden":
        word = "hidden" + (f", {first.note}" if first.note else "")
        cells = max(4, min(len(middle), width - len(span) - len(word) - 4))
        yield ((f"{span} ", "dim"), (BLACK * cells, "hidden"), (cut(f" {word}", width - len(span) - 1 - cells), "dim"))
    else:
        word = {"clear": "in clear", "to come": "in clear once written", "not there": "not there yet"}.get(first.state, "")
        word += f" ({first.note})" if first.note else ""
        glyph, style = GLYPHS[first.state]
        yield ((f"{span} ", "dim"), (cut(f"{glyph} {word}", width - len(span) - 1), style))
    yield from (row(thing, width) for thing in told[len(told) - ends :])


GLYPHS = {
    "clear": ("●", "in"), "hidden": (BLACK, "hidden"), "to come": ("·", "waiting"), "nothing": ("○", "out"), "not there": ("·", "waiting"),
    "self": ("▶", "title"),
}  # fmt: skip
"""By state: sign and style."""


def row(thing: Thing, width: int) -> Line:
    """One thing: its name, then its words in clear, or black where they stand."""
    glyph, style = GLYPHS[thing.state]
    name: Span = (f"   {fit(thing.name, max(2, len(thing.name)))} ", "strong" if thing.state == "clear" else "dim")
    left = width - len(name[0])
    if thing.state == "self":
        said = "is here" + (f", {thing.note}" if thing.note else "")
        return ((f" ▶ {thing.name} {cut(said, left)}", "title"),)
    if thing.state == "hidden":
        word = f" hidden{', ' + thing.note if thing.note else ''}"
        black = BLACK * max(1, min(thing.length, left - len(word) - 1))
        return name, (black, "hidden"), (cut(word, left - len(black)), "dim")
    if thing.state == "clear":
        words = [(thing.role, family(thing.role)), (thing.text, "plain"), (f"({thing.note})" if thing.note else "", "dim")]
        spans: list[Span] = [name, (f"{glyph} ", style)]
        left -= 2
        for text, way in words:
            if text and left > 1:
                piece = cut(text, left)
                spans.append((piece, way))
                left -= cell_len(piece) + 1
                spans.append((" ", "plain")) if left > 0 else None
        return tuple(spans)
    said = {"to come": "in clear once it is written", "nothing": thing.note, "not there": "not there yet"}[thing.state]
    return name, (cut(f"{glyph} {said}", left), style)
