"""What an agent takes in: what is done, announced and remembered, and which aspects of the task it thinks of."""

from __future__ import annotations

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.coverage import ONE_SIDED, Reader
from selforg_tui.models.simulated.dice import Dice
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.reading import Piece, Situation

SKETCHED = 0.25
"""From here on somebody treats an aspect, rather than mention it."""
_SKETCH = 0.5
"""How fully an aspect counts as treated where only a role or a first sentence speaks of it."""
_PLACES = 64
"""More than the aspects that any task has."""


class View(msgspec.Struct):
    """What one agent knows of the others' work, by aspect."""

    done: dict[int, float]
    """How fully it is treated by what was read, up to 1."""
    by: dict[int, tuple[str, ...]]
    """Labels of those who treat it, the fullest first."""
    choices: dict[int, tuple[tuple[int, str], ...]]
    """Ways in which it is settled, and by whom."""
    links: set[tuple[int, int]]
    settled: set[int]
    sides: dict[int, set[int]]
    """By conflict: the sides that others tell."""
    served: set[int]
    """Values that somebody takes up."""
    announced: dict[int, tuple[str, ...]]
    """Labels of those who mean to treat it, or tend to; of marks that tell of it."""
    marked: dict[int, tuple[str, ...]]
    """Labels of marks that tell of it."""
    habits: dict[int, tuple[str, ...]]
    """Labels of those whose earlier roles were of this kind."""
    perceived: list[int]
    roles: frozenset[str]
    """Roles that others have taken, in small letters."""
    mine: tuple[int, ...]
    """Aspects that it announced itself."""
    draft: str
    """Its own earlier output; empty where it has none."""

    def is_mark(self, label: str) -> bool:
        """Whether this names a mark, rather than somebody."""
        return any(label in labels for labels in self.marked.values())

    def knows(self, aspect: int, hearsay: float) -> float:
        """How well it knows the work on an aspect: 1 where it can be read, `hearsay` where it is only told of, 0 where it is not."""
        if self.done.get(aspect, 0.0) >= SKETCHED:
            return 1.0
        return hearsay if aspect in self.choices or aspect in self.announced else 0.0


def look(situation: Situation, reader: Reader, profile: Profile, draw: Keyed) -> View:
    """What this profile takes in of a prompt, with its limits of reading and perception."""
    done: dict[int, list[tuple[float, str]]] = {}
    choices: dict[int, list[tuple[int, str]]] = {}
    links: set[tuple[int, int]] = set()
    settled: set[int] = set()
    weighed: set[int] = set()
    sides: dict[int, set[int]] = {}
    served: set[int] = set()
    roles: set[str] = set()
    draft = ""
    reads, reads_roles, reads_values = Dice(draw, "reads"), Dice(draw, "reads roles"), Dice(draw, "reads values")
    for place, piece in enumerate(situation.outputs):
        if piece.label and piece.label == situation.seat:
            draft = piece.text
        reading = reader.read(piece.text)
        depths = dict(reading.depth)
        named = reader.topic(piece.role)[:1] if piece.role else []
        for aspect in named:
            depths[aspect] = max(depths.get(aspect, 0.0), _SKETCH)
        if piece.shortened:
            depths = {aspect: max(depth, _SKETCH) for aspect, depth in depths.items()}
        noticed = set()
        for aspect, depth in depths.items():
            at = place * _PLACES + aspect
            if reads.unit(at) < profile.reading or (aspect in named and reads_roles.unit(at) < profile.reading):
                done.setdefault(aspect, []).append((depth, piece.label))
                for choice in reading.choices.get(aspect, ()):
                    choices.setdefault(aspect, []).append((choice, piece.label))
                noticed.add(aspect)
        links.update(link for link in reading.links if link[0] in noticed)
        settled |= reading.settled & noticed
        weighed |= reading.weighed & noticed
        for aspect, told in reading.sides.items():
            if aspect in noticed:
                sides.setdefault(aspect, set()).update(told)
        if reads_values.unit(place) < profile.reading:
            served |= reading.served
            roles.add(piece.role.lower())
    announced = _spoken_of(situation.intentions, reader, profile, draw, "announced", situation.seat)
    marked = _spoken_of(situation.marks, reader, profile, draw, "marked", situation.seat)
    for found in (_spoken_of(situation.signals, reader, profile, draw, "signalled", situation.seat), marked):
        for aspect, labels in found.items():
            announced[aspect] = (*announced.get(aspect, ()), *labels)
    said = (*situation.intentions, *situation.signals)
    own = next((piece for piece in said if piece.label and piece.label == situation.seat), None)
    mine = tuple(_topics(own, reader)) if own else ()
    for place, piece in enumerate(situation.intentions):
        for aspect, choice in reader.told(piece.text).choices:
            if reads.unit((len(situation.outputs) + place) * _PLACES + aspect) < profile.reading:
                choices.setdefault(aspect, []).append((choice, piece.label))
    for place, sentence in enumerate(sentences(situation.given.text)[1:] if situation.given else ()):
        for aspect, choice in reader.told(sentence).choices:
            if draw.unit("reads its brief", place) < profile.reading:
                choices.setdefault(aspect, []).append((choice, ""))
    taken = (*said, *situation.remembered, *situation.marks)
    roles |= {piece.role.lower() for piece in taken if piece.label != situation.seat}
    one_sided = {aspect for aspect in done if reader.world.aspects[aspect].facet.conflict and aspect not in weighed}
    habits = _spoken_of(situation.remembered, reader, profile, draw, "remembered", situation.seat)
    view = View(
        done={
            aspect: min(ONE_SIDED if aspect in one_sided else 1.0, sum(depth for depth, _ in found))
            for aspect, found in sorted(done.items())
        },
        by={
            aspect: tuple(label for depth, label in sorted(found, key=lambda item: -item[0]) if depth >= SKETCHED)
            for aspect, found in sorted(done.items())
        },
        choices={aspect: tuple(found) for aspect, found in choices.items()},
        links=links,
        settled=settled,
        sides=sides,
        served=served,
        announced=announced,
        marked=marked,
        habits=habits,
        perceived=[],
        roles=frozenset(roles),
        mine=mine,
        draft=draft,
    )
    view.perceived = _perceived(view, reader, profile, draw)
    return view


def _topics(piece: Piece, reader: Reader) -> list[int]:
    return list(dict.fromkeys(reader.topic(f"{piece.role}. {piece.text}")[:2] + (reader.topic(piece.role)[:1] if piece.role else [])))


def _spoken_of(
    pieces: tuple[Piece, ...], reader: Reader, profile: Profile, draw: Keyed, purpose: str, own: str
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    hears = Dice(draw, purpose)
    for place, piece in enumerate(pieces):
        if piece.label == own:
            continue
        for aspect in _topics(piece, reader):
            if hears.unit(place * _PLACES + aspect) < profile.reading * piece.strength:
                found[aspect] = (*found.get(aspect, ()), piece.label)
    return found


def _perceived(view: View, reader: Reader, profile: Profile, draw: Keyed) -> list[int]:
    """What it thinks of by itself, the weightier the likelier, and what the work of others brings to mind."""
    known = {aspect for aspect, depth in view.done.items() if depth >= 0.3} | set(view.announced) | set(view.mine)
    aspects = reader.world.aspects
    most = max((aspect.importance for aspect in aspects), default=1.0)
    found = []
    crowd = min(1.0, len(aspects) / profile.many)
    attention = 1 - profile.fewer * (1 - crowd * crowd)
    thinks = Dice(draw, "thinks of")
    for aspect in aspects:
        if aspect.index in known:
            found.append(aspect.index)
            continue
        chance = profile.perception * (0.7 + 0.3 * aspect.importance / most) * (0.8 if aspect.facet.conflict else 1.0)
        chance = 1 - (1 - chance) * attention
        if reader.world.neighbours[aspect.index] & known:
            chance += (1 - chance) * profile.opened
        if thinks.unit(aspect.index) < chance:
            found.append(aspect.index)
    return found or [max(aspects, key=lambda aspect: aspect.importance).index]
