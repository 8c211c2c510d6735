"""Coverage is read from meaning as far as words allow, whoever wrote them."""

from __future__ import annotations

import random

import pytest

from selforg_tui.models.simulated.coverage import Reader, reader_of
from selforg_tui.models.simulated.lexicon import domains
from selforg_tui.models.simulated.meaning import sentences, stems
from selforg_tui.models.simulated.wording import worded
from tests.models.simulated.made import HOSPITAL, said_of

MISSIONS = (
    HOSPITAL,
    "A bakery that bakes at sea",
    "Keep a comet watch through the winter",
    "Plan a wedding in two languages",
    "Bring cheap solar power to three mountain villages",
    "Restore a river and its wetland while farmers keep working",
)
PERSON = (
    "I'd stop sharing logins. Each nurse gets her own credentials, kept in a directory, and taps a badge plus a second factor. "
    "When someone leaves, the account goes the same day."
)


@pytest.fixture
def reader() -> Reader:
    return reader_of(HOSPITAL, HOSPITAL, "L3", ())


def place(reader: Reader, name: str) -> int:
    return next(aspect.index for aspect in reader.world.aspects if aspect.facet.id == name)


def test_a_persons_paragraph_counts(reader: Reader) -> None:
    depth = reader.read(PERSON).depth
    identity = place(reader, "identity")
    assert depth[identity] >= 0.5
    assert max(depth, key=lambda at: depth[at]) == identity


def test_case_punctuation_and_order_do_not_matter(reader: Reader) -> None:
    identity = place(reader, "identity")
    plain = reader.read(PERSON).depth[identity]
    assert reader.read(PERSON.upper()).depth[identity] == pytest.approx(plain)
    shuffled = list(sentences(PERSON))
    random.Random(1).shuffle(shuffled)
    assert reader.read(" ".join(shuffled)).depth[identity] == pytest.approx(plain)
    assert reader.read(PERSON.replace(",", " -").replace(".", "!")).depth[identity] == pytest.approx(plain, abs=0.15)


def test_synonyms_mean_the_same() -> None:
    assert stems("doctors translate") == stems("physician translated")
    assert stems("the evacuations") == stems("EVACUATE")


def test_talk_about_nothing_covers_nothing(reader: Reader) -> None:
    assert not any(
        depth >= 0.3 for depth in reader.read("It is important to involve everyone. Success needs cooperation and a vision.").depth.values()
    )


@pytest.mark.parametrize("mission", MISSIONS)
@pytest.mark.parametrize("level", ["L1", "L3", "L4"])
def test_what_the_lexicon_says_of_a_facet_is_read_as_that_facet(mission: str, level: str) -> None:
    reader = reader_of(mission, mission, level, ())
    right = wrong = 0
    for aspect in reader.world.aspects:
        for sentence in said_of(aspect):
            about = reader.told(sentence).about
            right += about == aspect.index
            wrong += about not in (aspect.index, -1)
    assert wrong * 20 <= right
    for aspect in reader.world.aspects:
        assert reader.read(" ".join(said_of(aspect))).depth[aspect.index] >= 0.7, aspect.facet.id


@pytest.mark.parametrize("mission", MISSIONS)
def test_each_way_to_settle_a_facet_is_told_from_the_other(mission: str) -> None:
    reader = reader_of(mission, mission, "L4", ())
    for aspect in reader.world.aspects:
        for number, choice in enumerate(aspect.facet.choices):
            assert reader.told(f"For {aspect.facet.topic}, let it be {worded(choice, number)}.").choices == ((aspect.index, number),)


def test_levels_have_as_many_facets_as_steps_and_conflicts_only_on_the_fourth() -> None:
    bounds = {"L1": (3, 5), "L2": (5, 10), "L3": (10, 20), "L4": (10, 20)}
    for mission in MISSIONS:
        for level, (low, high) in bounds.items():
            aspects = reader_of(mission, mission, level, ()).world.aspects
            assert low <= len(aspects) <= high
            assert any(aspect.facet.conflict for aspect in aspects) == (level == "L4")
            assert all(needed < aspect.index or aspects[needed].facet.phase >= 1 for aspect in aspects for needed in aspect.needs)
            assert level != "L1" or not any(aspect.needs for aspect in aspects)


def test_every_reader_finds_the_same_facets_whatever_the_case() -> None:
    found = [[a.facet.id for a in reader_of(text, text, "L3", ()).world.aspects] for text in (HOSPITAL, HOSPITAL.upper(), f"  {HOSPITAL}.")]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    "mission", ["Перевести школу на четырёхдневную неделю", "為社區設計防洪計畫", "🙂", "x", "Decide whether to merge two choirs"]
)
def test_any_mission_has_a_world(mission: str) -> None:
    assert 10 <= len(reader_of(mission, mission, "L3", ()).world.aspects) <= 20


def test_the_lexicon_is_whole() -> None:
    assert len(domains()) >= 13
    for domain in domains().values():
        ids = {facet.id for facet in domain.facet}
        assert len(ids) == len(domain.facet)
        for facet in domain.facet:
            assert set(facet.needs) <= ids
            assert 1 <= facet.phase <= 3
            assert len(facet.steps) >= 3
            assert len(facet.choices) == 2
            for role in facet.roles:
                assert 2 <= len(role.split()) <= 5
