"""The lexicon is rich enough for sixteen people on one mission, and each wording of it is a sentence."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from selforg_tui.core.keyed import whole
from selforg_tui.models.simulated.lexicon import Domain, Facet, domains
from selforg_tui.models.simulated.meaning import bag
from selforg_tui.models.simulated.wording import every_word, fixed_words, parts, worded

pytestmark = pytest.mark.experiment

FACETS = [(domain, facet) for domain in domains().values() for facet in domain.facet]
NAMED = [pytest.param(domain, facet, id=f"{domain.name}-{facet.id}") for domain, facet in FACETS]
WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def fives(text: str) -> set[tuple[str, ...]]:
    words = WORDS.findall(text.lower())
    return set(zip(*(words[at:] for at in range(5)), strict=False))


@pytest.mark.parametrize(("domain", "facet"), NAMED)
def test_a_facet_has_enough_to_say(domain: Domain, facet: Facet) -> None:
    assert len(facet.topics) >= 3
    assert len(facet.crafts) >= 3
    assert len(facet.roles) >= 4
    assert len(facet.choices) == 2
    assert len(facet.steps) >= 6
    assert len(facet.checks) >= 2
    assert len(facet.risks) >= 2
    assert len(facet.sides) == (2 if facet.conflict else 0)
    assert set(facet.needs) <= {other.id for other in domain.facet}
    assert len(bag(facet.words)) >= 8


@pytest.mark.parametrize(("domain", "facet"), NAMED)
def test_two_people_say_the_same_thing_in_different_words(domain: Domain, facet: Facet) -> None:
    for step in (*facet.steps, *facet.risks, *facet.checks):
        tellings = [worded(step, whole(step, turn)) for turn in range(12)]
        shared = [len(fives(one) & fives(other)) / max(1, len(fives(one))) for one, other in combinations(tellings, 2)]
        assert sum(shared) / len(shared) < 0.4, step


@pytest.mark.parametrize(("domain", "facet"), NAMED)
def test_every_wording_is_a_sentence(domain: Domain, facet: Facet) -> None:
    for step in (*facet.steps, *facet.risks):
        for turn in range(8):
            said = worded(step, whole(step, turn))
            assert said[-1] in ".?!:" and said[0].isupper(), said
            assert not re.search(r"[\[\]|]| [,.;]|\b(\w{3,}) \1\b", said), said
            assert len(said.split()) <= 34, said
        assert set(re.findall(r"\{[^}]*\}", step)) <= {"{subject}", "{matter}"}, step
    for clause in (*facet.checks, *facet.sides, *facet.choices, *facet.topics):
        for turn in range(4):
            said = worded(clause, whole(clause, turn))
            assert said[-1] not in ".?!" and not re.search(r"[\[\]|]| [,.;]", said), said
    for choice in facet.choices:
        assert len(worded(choice, 1).split()) <= 10, choice


@pytest.mark.parametrize(("domain", "facet"), NAMED)
def test_the_two_ways_can_be_told_apart_in_any_wording(domain: Domain, facet: Facet) -> None:
    for pair in (facet.choices, facet.sides):
        for place, text in enumerate(pair):
            other = set(bag(every_word(pair[1 - place]))) | set(bag(facet.topic))
            assert len(set(bag(fixed_words(text))) - other) >= 2, text


def test_topics_and_crafts_are_not_shared() -> None:
    seen: dict[str, str] = {}
    for domain, facet in FACETS:
        for text in (*facet.topics, *facet.crafts):
            assert seen.setdefault(text, facet.id) == facet.id, (domain.name, facet.id, text)


def test_parts_keep_slots_whole() -> None:
    assert parts("a [b {topic:is|are}|c] d") == (("a ",), ("b {topic:is|are}", "c"), (" d",))
