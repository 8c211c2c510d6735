"""What a text says about the aspects of a task: read from its words, whoever wrote it."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from selforg_tui.models.simulated.meaning import bag, sentences
from selforg_tui.models.simulated.world import World, world_of

_SENTENCE = 3.0
"""Weight that a single sentence has at most in what its paragraph is about."""
_ABOUT = 1.5
"""Weight of words from which a sentence speaks of an aspect."""
ONE_SIDED = 0.5
"""What a conflict counts for that is told from one side alone."""
_KEPT = 30_000
_WHEN = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|(?:week|day|month|quarter) \d+|"
    r"(?:within|in|by|after|before|from|until) (?:the )?(?:(?:end of|\w+) )?(?:week|day|month|hour|quarter|year)s?\b)"
)
_WHO = re.compile(
    r"\b(?:manager|managers|lead|leads|leader|officer|director|team|crew|chief|head|board|council|group|desk|nurse|nurses|engineer|engineers|"
    r"treasurer|chair|owner|owners|mayor|teachers?)\b"
)
_CHECK = re.compile(
    r"\b(?:done when|finished when|success means|measured by|the measure is|target:|accepted when|the test is|the proof is|"
    r"we know (?:that )?it holds when|we will know|proof:|test:)"
)


class Told(msgspec.Struct, frozen=True):
    """One sentence, understood."""

    about: int
    """The aspect it speaks of most, -1 for none."""
    mentions: tuple[int, ...]
    """All aspects that it speaks of."""
    weights: dict[int, float]
    """By aspect: weight of its words for it."""
    words: dict[str, float]
    """Its words for the aspect it speaks of most."""
    choices: tuple[tuple[int, int], ...]
    sides: tuple[tuple[int, int], ...]
    """(aspect, side) of conflicts that it tells of."""
    slips: tuple[int, ...]
    owned: bool
    """It says who does something when."""
    checked: bool
    """It says how one sees that it is done."""
    bag: tuple[str, ...]


class Passage(msgspec.Struct, frozen=True):
    """A paragraph, understood."""

    main: int
    told: tuple[tuple[int, Told], ...]
    """Each sentence with the aspect it counts for."""
    links: frozenset[tuple[int, int]]
    """(aspect, what it rests on) pairs that the paragraph brings together."""
    weighed: frozenset[int]
    """Conflicts that it tells from both sides."""


class Reading(msgspec.Struct, frozen=True):
    """A whole text, understood."""

    passages: tuple[Passage, ...]
    depth: dict[int, float]
    """By aspect: how fully it is treated, up to 1."""
    choices: dict[int, tuple[int, ...]]
    """By aspect: the ways in which it is settled, in order of appearance."""
    settled: frozenset[int]
    """Aspects for which one sentence weighs both ways against each other."""
    sides: dict[int, frozenset[int]]
    """By conflict: the sides that are told."""
    weighed: frozenset[int]
    """Conflicts that one paragraph tells from both sides."""
    links: frozenset[tuple[int, int]]
    owned: frozenset[int]
    checked: frozenset[int]
    slips: tuple[int, ...]
    served: frozenset[int]
    """Values that it takes up."""


class Reader:
    """Reads texts with one task in mind, and remembers what it has read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._told: dict[str, Told] = {}
        self._passages: dict[str, Passage] = {}
        self._read: dict[str, Reading] = {}

    def read(self, text: str) -> Reading:
        """What the text says."""
        found = self._read.get(text)
        if found is None:
            if len(self._read) > _KEPT:
                self._read.clear()
            found = self._read[text] = self._reading(text)
        return found

    def told(self, sentence: str) -> Told:
        """What one sentence says."""
        found = self._told.get(sentence)
        if found is None:
            if len(self._told) > _KEPT:
                self._told.clear()
            found = self._told[sentence] = self._understood(sentence)
        return found

    def topic(self, text: str) -> list[int]:
        """The aspects that a few words (a role, a brief) speak of, the likeliest first."""
        weights = self.told(text).weights
        return sorted((at for at, weight in weights.items() if weight >= 0.7), key=lambda at: (-weights[at], at))

    def _reading(self, text: str) -> Reading:
        passages = tuple(self._passage(part) for part in text.split("\n\n") if part.strip())
        words: dict[int, dict[str, float]] = {}
        counts: dict[int, int] = {}
        choices: dict[int, list[int]] = {}
        settled: set[int] = set()
        owned: set[int] = set()
        checked: set[int] = set()
        served: set[int] = set()
        slips: list[int] = []
        sides: dict[int, set[int]] = {}
        weighed = frozenset[int]().union(*(passage.weighed for passage in passages))
        for passage in passages:
            for counts_for, told in passage.told:
                if counts_for >= 0:
                    words.setdefault(counts_for, {}).update(told.words)
                    counts[counts_for] = counts.get(counts_for, 0) + 1
                for place, number in told.choices:
                    known = choices.setdefault(place, [])
                    if number not in known:
                        known.append(number)
                for place, side in told.sides:
                    sides.setdefault(place, set()).add(side)
                places = [place for place, _ in told.choices]
                settled.update(place for place in places if places.count(place) > 1)
                anchor = counts_for if counts_for >= 0 else passage.main
                if anchor >= 0:
                    if told.owned:
                        owned.add(anchor)
                    if told.checked:
                        checked.add(anchor)
                    served.update(self._served(told))
                slips += told.slips
        return Reading(
            passages=passages,
            depth={
                place: min(1.0, sum(found.values()) / self.world.full)
                * (self.world.passing if counts[place] == 1 else 1.0)
                * (ONE_SIDED if self.world.aspects[place].facet.conflict and place not in weighed else 1.0)
                for place, found in sorted(words.items())
            },
            choices={place: tuple(found) for place, found in sorted(choices.items())},
            settled=frozenset(settled),
            sides={place: frozenset(found) for place, found in sorted(sides.items())},
            weighed=weighed,
            links=frozenset().union(*(passage.links for passage in passages)) if passages else frozenset(),
            owned=frozenset(owned),
            checked=frozenset(checked),
            slips=tuple(slips),
            served=frozenset(served),
        )

    def _passage(self, text: str) -> Passage:
        found = self._passages.get(text)
        if found is not None:
            return found
        if len(self._passages) > _KEPT:
            self._passages.clear()
        all_told = [self.told(sentence) for sentence in sentences(text)]
        totals: dict[int, float] = {}
        for told in all_told:
            if told.about >= 0:
                totals[told.about] = totals.get(told.about, 0.0) + min(_SENTENCE, told.weights[told.about])
        main = max(totals, key=lambda at: totals[at]) if totals else -1  # the first of equals: others are led up to
        rows = []
        links: set[tuple[int, int]] = set()
        for told in all_told:
            about = told.about if told.about >= 0 or main not in told.weights else main
            rows.append((about, told if about == told.about else self._counted_for(told, about)))
            touched = {*told.mentions, *(place for place, _ in told.choices)}
            for place in (main, *told.mentions):
                if place >= 0:
                    links.update((place, needed) for needed in self.world.aspects[place].needs if needed in touched)
        told_sides = {side for told in all_told for side in told.sides}
        weighed = frozenset(place for place, side in told_sides if (place, 1 - side) in told_sides)
        passage = self._passages[text] = Passage(main, tuple(rows), frozenset(links), weighed)
        return passage

    def _understood(self, sentence: str) -> Told:
        world = self.world
        words = bag(sentence)
        weights: dict[int, float] = {}
        picked: dict[tuple[int, int], int] = {}
        slipped: dict[int, int] = {}
        taken: dict[tuple[int, int], int] = {}
        for word in words:
            for hit in world.vocabulary.get(word, ()):
                weights[hit.aspect] = weights.get(hit.aspect, 0.0) + hit.weight
            for choice in world.choices.get(word, ()):
                picked[choice] = picked.get(choice, 0) + 1
            for side in world.sides.get(word, ()):
                taken[side] = taken.get(side, 0) + 1
            for place in world.slips.get(word, ()):
                slipped[place] = slipped.get(place, 0) + 1
        said = sentence.lower()
        for place in world.named(said):
            weights[place] = max(_ABOUT, weights.get(place, 0.0))
        about = max(sorted(weights), key=lambda at: weights[at]) if weights else -1
        if about >= 0 and weights[about] < _ABOUT:
            about = -1
        choices = [
            (place, number)
            for (place, number), count in sorted(picked.items())
            if count >= (world.choice_sizes[place][number] * 3 + 3) // 4 and (count > 1 or weights.get(place, 0.0) >= _ABOUT)
        ]
        return Told(
            about=about,
            mentions=tuple(sorted(at for at, weight in weights.items() if weight >= _ABOUT)),
            weights=weights,
            words=self._words_for(words, about),
            choices=tuple(choices),
            sides=tuple(
                (place, side) for (place, side), count in sorted(taken.items()) if count >= max(2, (world.side_sizes[place][side] + 1) // 2)
            ),
            slips=tuple(place for place, count in sorted(slipped.items()) if count >= max(2, (world.slip_sizes[place] * 4 + 4) // 5)),
            owned=bool(_WHEN.search(said)) and (any(owner in said for owner in world.owners) or bool(_WHO.search(said))),
            checked=bool(_CHECK.search(said)),
            bag=words,
        )

    def _words_for(self, words: tuple[str, ...], about: int) -> dict[str, float]:
        return {word: hit.weight for word in words for hit in self.world.vocabulary.get(word, ()) if hit.aspect == about}

    def _counted_for(self, told: Told, about: int) -> Told:
        """A sentence that says too little by itself counts for what its paragraph is about."""
        return msgspec.structs.replace(told, about=about, words=self._words_for(told.bag, about))

    def _served(self, told: Told) -> list[int]:
        words = set(told.bag)
        return [at for at, value in enumerate(self.world.value_stems) if value and len(value & words) * 5 >= len(value) * 3]


@lru_cache(maxsize=128)
def reader_of(mission: str, task: str, level: str, values: tuple[str, ...]) -> Reader:
    """The reader for a task."""
    return Reader(world_of(mission, task, level, values))
