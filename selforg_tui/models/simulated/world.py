"""What a task is made of: its facets, found from the words of mission and task by everybody alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from selforg_tui.core.keyed import Keyed, unit
from selforg_tui.models.simulated import lexicon
from selforg_tui.models.simulated.lexicon import Domain, Facet
from selforg_tui.models.simulated.meaning import bag, stems
from selforg_tui.models.simulated.subject import Subject, subject_of
from selforg_tui.models.simulated.wording import every_word, fixed_words

_STEPS = {"L1": (3, 5), "L2": (6, 9), "L3": (12, 16), "L4": (14, 18)}
"""Facets by level: fewest and most, within the steps that the level has."""
_SHARES = {"L1": (1.0,), "L2": (0.6, 0.4), "L3": (0.4, 0.35, 0.25), "L4": (0.4, 0.35, 0.25)}
"""How the facets spread over the task's domains, the nearest first."""
_FULL = {"L1": 2.5, "L2": 7.0, "L3": 8.0, "L4": 8.0}
"""Weight of different words from which an aspect is treated in full: there is less to say about each part of a simple task."""
_PASSING = {"L1": 1.0, "L2": 0.5, "L3": 0.35, "L4": 0.35}
"""What a single sentence counts for: it may only mention the aspect on the way to another, unless the task is a short list."""
_CONFLICTS = 4
_AT_STAKE = 1.5
"""How much more a conflict between stakeholders weighs than its facet's weight says."""
_SECOND = 0.45
"""A further domain has at least this share of the first one's evidence."""
_OWN_WORD, _COMMON_WORD = 0.5, 0.4
USUAL_LEVEL = "L3"
_SLOTS = re.compile(r"\{\w+\}")


class Aspect(msgspec.Struct, frozen=True):
    """A facet as it stands in one task."""

    index: int
    domain: Domain
    facet: Facet
    importance: float
    """1 on average over the task."""
    needs: tuple[int, ...]
    """Aspects that it rests on."""
    matter: str
    """A phrase of mission or task that belongs to it here."""


class Hit(msgspec.Struct, frozen=True):
    """What a stem points to."""

    aspect: int
    weight: float


class World(msgspec.Struct, frozen=True):
    """A task as all readers of its text understand it."""

    key: str
    subject: Subject
    values: tuple[str, ...]
    level: str
    full: float
    """Weight of different words from which an aspect is treated in full."""
    passing: float
    """What a single sentence counts for."""
    aspects: tuple[Aspect, ...]
    neighbours: tuple[frozenset[int], ...]
    """By aspect: those it needs and those that need it."""
    vocabulary: dict[str, tuple[Hit, ...]]
    choices: dict[str, tuple[tuple[int, int], ...]]
    """Stems that tell the ways to settle an aspect apart: (aspect, choice)."""
    choice_sizes: tuple[tuple[int, ...], ...]
    sides: dict[str, tuple[tuple[int, int], ...]]
    """Stems that tell the two sides of a conflict apart: (aspect, side)."""
    side_sizes: tuple[tuple[int, ...], ...]
    slips: dict[str, tuple[int, ...]]
    slip_sizes: tuple[int, ...]
    owners: tuple[str, ...]
    """People of the domains, in small letters."""
    mission_stems: tuple[str, ...]
    value_stems: tuple[frozenset[str], ...]
    names: tuple[tuple[str, int], ...]
    """Names of several words that an aspect goes by, in small letters."""

    def named(self, said: str) -> Iterator[int]:
        """Aspects that a sentence, in small letters, calls by name."""
        return (at for name, at in self.names if name in said)

    def concerns(self) -> tuple[str, ...]:
        """What every part should serve: the values, or else the condition that the mission itself sets."""
        return self.values or ((self.subject.limit,) if self.subject.limit else ())


@lru_cache(maxsize=256)
def world_of(mission: str, task: str, level: str, values: tuple[str, ...]) -> World:
    """The task that these words describe."""
    level = level if level in _STEPS else USUAL_LEVEL
    said = stems(mission), stems(task)
    ranked = _ranked(*said)
    chosen = ranked[: len(_SHARES[level])]
    key = _key(chosen, said, level)
    facets = _facets(chosen, said, level, key)
    subject = subject_of(mission, task)
    aspects = _related(facets, level, key, (subject.name, *subject.matters))
    near: list[set[int]] = [set(aspect.needs) for aspect in aspects]
    for aspect in aspects:
        for needed in aspect.needs:
            near[needed].add(aspect.index)
    choices, choice_sizes = _told_apart([(aspect.facet.choices, aspect.facet.topics) for aspect in aspects])
    sides, side_sizes = _told_apart([(aspect.facet.sides, []) for aspect in aspects])
    slips, slip_sizes = _slips(aspects)
    concerns = values or ((subject.limit,) if subject.limit else ())
    return World(
        key=key,
        subject=subject,
        values=values,
        level=level,
        full=_FULL[level],
        passing=_PASSING[level],
        aspects=aspects,
        neighbours=tuple(frozenset(found) for found in near),
        vocabulary=_vocabulary(aspects),
        choices=choices,
        choice_sizes=choice_sizes,
        sides=sides,
        side_sizes=side_sizes,
        slips=slips,
        slip_sizes=slip_sizes,
        owners=tuple(dict.fromkeys(person.lower() for domain in chosen for person in domain.people)),
        mission_stems=tuple(dict.fromkeys(said[0])),
        value_stems=tuple(frozenset(stems(value)) for value in concerns),
        names=tuple((topic.lower(), aspect.index) for aspect in aspects for topic in aspect.facet.topics if " " in topic),
    )


@lru_cache(maxsize=1)
def _telling() -> dict[str, dict[str, float]]:
    """By domain: how strongly a stem speaks for it."""
    table: dict[str, dict[str, float]] = {}
    for domain in lexicon.domains().values():
        weights: dict[str, float] = {}
        for facet in domain.facet:
            for word in bag(facet.words):
                weights[word] = 0.34
        for word in (*bag(domain.words), *bag(domain.abroad)):
            weights[word] = 1.0
        table[domain.name] = weights
    return table


def _ranked(mission: tuple[str, ...], task: tuple[str, ...]) -> list[Domain]:
    """The domains that the words speak of, the nearest first, and always the general one."""
    scores: dict[str, float] = {}
    for name, weights in _telling().items():
        if name != lexicon.GENERAL:
            scores[name] = sum(weights.get(word, 0.0) for part in (mission, task) for word in dict.fromkeys(part))
    found = lexicon.domains()
    said = mission + task
    first = {name: next((at for at, word in enumerate(said) if _telling()[name].get(word) == 1.0), len(said)) for name in scores}
    best = max(scores.values())
    near = (name for name, score in scores.items() if score >= max(1.0, _SECOND * best))
    names = sorted(near, key=lambda name: (-scores[name], first[name], name))
    return [found[name] for name in [*names[:2], lexicon.GENERAL, *names[2:]]]


def _key(chosen: list[Domain], said: tuple[tuple[str, ...], ...], level: str) -> str:
    """What makes this task's world differ from others: the words that name its domains, or all where none is known."""
    telling = {word for domain in chosen for word in bag(domain.words)}
    words = {word for part in said for word in part}
    return " ".join([level, *sorted((words & telling) or words)])


def _facets(chosen: list[Domain], said: tuple[tuple[str, ...], ...], level: str, key: str) -> list[tuple[Domain, Facet, float]]:
    """The facets of the task with their weights, the domains' shares filled by what the words are nearest to."""
    low, high = _STEPS[level]
    wanted = low + int(unit(key, "facets") * (high - low + 1))
    mission, task = said
    scored: list[list[tuple[float, Domain, Facet]]] = []
    for domain in chosen:
        of_domain = []
        for facet in domain.facet:
            words = set(bag(facet.words)) | set(bag(facet.topic))
            near = min(
                2.0,
                sum(0.7 for word in dict.fromkeys(task) if word in words) + sum(0.4 for word in dict.fromkeys(mission) if word in words),
            )
            of_domain.append((facet.weight + near + 0.9 * unit(key, domain.name, facet.id), domain, facet))
        scored.append(sorted(of_domain, key=lambda item: (-item[0], item[2].id)))
    picked: list[tuple[float, Domain, Facet]] = []
    if level == "L4":
        conflicts = sorted((item for ranked in scored for item in ranked if item[2].conflict), key=lambda item: (-item[0], item[2].id))
        picked += conflicts[:_CONFLICTS]
    shares = _SHARES[level][: len(scored)]
    whole = sum(shares)
    for share, ranked in zip(shares, scored, strict=False):
        picked += [item for item in ranked if not item[2].conflict][: max(1, round((wanted - len(picked)) * share / whole))]
        whole -= share
    return [(domain, facet, weight) for weight, domain, facet in picked[:wanted]]


def _related(facets: list[tuple[Domain, Facet, float]], level: str, key: str, matters: tuple[str, ...]) -> tuple[Aspect, ...]:
    """The facets in the order of their phases, with what each rests on in its own and in other domains."""
    order = sorted(range(len(facets)), key=lambda at: (facets[at][1].phase, at))
    facets = [facets[at] for at in order]
    places = {(domain.name, facet.id): at for at, (domain, facet, _) in enumerate(facets)}
    facets = [(domain, facet, weight * _AT_STAKE if facet.conflict else weight) for domain, facet, weight in facets]
    mean = sum(weight for _, _, weight in facets) / max(1, len(facets))
    aspects = []
    for at, (domain, facet, weight) in enumerate(facets):
        needs = [places[domain.name, name] for name in facet.needs if (domain.name, name) in places]
        earlier = [other for other in range(at) if facets[other][0].name != domain.name and facets[other][1].phase < facet.phase]
        if earlier and unit(key, "across", domain.name, facet.id) < 0.6:
            needs.append(Keyed(key).choice(earlier, "needs", domain.name, facet.id))
        kept = () if level == "L1" else tuple(sorted(set(needs)))
        aspects.append(Aspect(at, domain, facet, weight / mean, kept, Keyed(key).choice(matters, "matter", domain.name, facet.id)))
    return tuple(aspects)


def _vocabulary(aspects: tuple[Aspect, ...]) -> dict[str, tuple[Hit, ...]]:
    """Which stems speak of which aspects: the words people use for it in full, those of what can be said about it in part."""
    weights: dict[str, dict[int, float]] = {}
    for aspect in aspects:
        facet = aspect.facet
        for text in (*facet.steps, *facet.checks, *facet.risks, *facet.choices, *facet.sides, *facet.roles):
            for word in bag(_SLOTS.sub(" ", every_word(text))):
                weights.setdefault(word, {})[aspect.index] = _OWN_WORD
    for aspect in aspects:
        for word in (*bag(aspect.facet.words), *(word for name in (*aspect.facet.topics, *aspect.facet.crafts) for word in bag(name))):
            weights.setdefault(word, {})[aspect.index] = 1.0
    table = {}
    for word, found in weights.items():
        strong = [at for at, weight in found.items() if weight == 1.0]
        scale = 1.0 if len(found) == 1 else 0.7 if len(found) == 2 else _COMMON_WORD
        if len(found) <= 4:
            table[word] = tuple(Hit(at, weight * scale) for at, weight in found.items())
        elif strong and len(strong) <= 3:
            table[word] = tuple(Hit(at, _COMMON_WORD) for at in strong)
    return table


def _told_apart(
    pairs: list[tuple[list[str], list[str]]],
) -> tuple[dict[str, tuple[tuple[int, int], ...]], tuple[tuple[int, ...], ...]]:
    """Stems that all wordings of one text have and no wording of the others; by aspect: (texts, words that tell nothing)."""
    table: dict[str, list[tuple[int, int]]] = {}
    sizes = []
    for place, (texts, plain) in enumerate(pairs):
        common = {word for text in plain for word in bag(text)}
        own = []
        for number, text in enumerate(texts):
            others = common.union(*(set(bag(every_word(other))) for at, other in enumerate(texts) if at != number))
            telling = sorted(set(bag(fixed_words(text))) - others)
            own.append(len(telling))
            for word in telling:
                table.setdefault(word, []).append((place, number))
        sizes.append(tuple(own))
    return {word: tuple(found) for word, found in table.items()}, tuple(sizes)


def _slips(aspects: tuple[Aspect, ...]) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    table: dict[str, list[int]] = {}
    sizes = []
    for aspect in aspects:
        words = bag(aspect.facet.slip)
        sizes.append(len(words))
        for word in words:
            table.setdefault(word, []).append(aspect.index)
    return {word: tuple(found) for word, found in table.items()}, tuple(sizes)
