"""Measures of what simulated agents write, each with a fault that it catches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import fmean

import pytest

from selforg_tui.core.config import RunConfig
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.quality import q
from selforg_tui.models.simulated import phrases, wording
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.phrases import voices
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.models.simulated.made import answered, prompt
from tests.simulation.cells import Cell, Held, config, held_out, tuning
from tests.simulation.texts import fives, matched, state, taking_part, vectors, words

EASY, TEAM = Cell("sequential", "L1", 16), Cell("sequential", "L3", 8)
WITHIN, BETWEEN = 0.04, 0.08
"""Most that the share of repeated five-word sequences may be: among the agents of a team, and between missions."""


def reasons_are_true(found: SessionState, changed: str = "") -> list[bool]:
    """For each voluntary abstention: whether those it names do cover what it names. `changed` stands in for the reason."""
    header = found.started
    task = found.tasks[-1]
    reader = reader_of(header.config.mission, task.text, task.level, header.config.values)
    verdicts = []
    for seat in task.seats.values():
        if seat.status != "out":
            continue
        reason = (changed or seat.reason).lower()
        topics = {at.index for at in reader.world.aspects if any(topic.lower() in reason for topic in at.facet.topics)}
        named = [int(label) for label in re.findall(r"\b\d{2,3}\b", reason)]
        covered = [reader.read(task.seats[number].contribution).depth for number in named]
        verdicts.append(bool(named and topics) and all(any(depth.get(topic, 0.0) >= 0.25 for topic in topics) for depth in covered))
    return verdicts


def test_abstention_reasons_are_true() -> None:
    runs = [state(EASY, mission, seed) for mission in (*held_out(), *tuning()[:4]) for seed in (1, 2)]
    verdicts = [each for found in runs for each in reasons_are_true(found)]
    assert len(verdicts) > 100
    assert fmean(verdicts) >= 0.97
    lied = [each for found in runs for each in reasons_are_true(found, "01 has done the weather on the moon.")]
    assert not any(lied)


def roles_and_texts(found: SessionState) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    seats = taking_part(found)
    both = vectors([seat.role for seat in seats] + [seat.contribution for seat in seats])
    return both[: len(seats)], both[len(seats) :]


def test_roles_match_contributions() -> None:
    runs = [state(TEAM, mission, seed) for mission in held_out() for seed in (1, 2, 3)]
    parts = [roles_and_texts(found) for found in runs]
    assert fmean(matched(roles, texts) for roles, texts in parts) > 0.5
    turned = [matched([*roles[1:], roles[0]], texts) for roles, texts in parts]
    assert fmean(turned) < 0.25


def texts_of(mission: Held) -> list[str]:
    return [mission.mission, *mission.values, *(task.text for task in mission.tasks)]


def solutions(missions: Sequence[Held], seed: int) -> list[str]:
    return [state(TEAM, mission, seed).tasks[-1].solution for mission in missions]


def test_solutions_match_missions_without_the_missions_own_words() -> None:
    missions = [*held_out(), *tuning()[4:6]]
    hidden = [
        word for held in missions for text in (held.mission, *held.values, *(task.text for task in held.tasks)) for word in words(text)
    ]
    first, second = (vectors(solutions(missions, seed), hidden) for seed in (1, 2))
    assert matched(first, second) > 0.6
    same = [state(TEAM, missions[0], seed).tasks[-1].solution for seed in range(10, 10 + len(missions))]
    assert matched(vectors(same, hidden), second) <= 0.4


def shared(one: str, other: str, known: set[tuple[str, ...]]) -> float:
    """Share of the five-word sequences of a text that another has, too; those that quote what both were given do not count."""
    mine = fives(one) - known
    return len(mine & fives(other)) / max(1, len(mine))


def given(mission: Held) -> set[tuple[str, ...]]:
    return set().union(*(fives(text) for text in texts_of(mission)))


def within(mission: Held, seed: int) -> float:
    """Mean share that one agent repeats of any other."""
    texts = [seat.contribution for seat in taking_part(state(TEAM, mission, seed))]
    found = []
    for place, text in enumerate(texts):
        rest = set().union(*(fives(other) for at, other in enumerate(texts) if at != place))
        mine = fives(text) - given(mission)
        found.append(len(mine & rest) / max(1, len(mine)))
    return fmean(found)


def between() -> float:
    """Mean share that a mission's solution repeats of another mission's."""
    known = set().union(*(given(mission) for mission in held_out()))
    whole = [state(TEAM, mission, 1).tasks[-1].solution for mission in held_out()]
    return fmean(shared(one, other, known) for one, other in combinations(whole, 2))


@pytest.fixture
def monotone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The planted fault: everybody speaks in one voice and words each thing in one way."""
    state.cache_clear()
    monkeypatch.setattr(phrases, "voices", lambda: voices()[:1])
    monkeypatch.setattr(phrases, "worded", lambda text, key: wording.worded(text, 0))
    yield
    state.cache_clear()


def test_agents_of_a_team_and_solutions_of_missions_rarely_share_five_words_in_a_row() -> None:
    assert fmean(within(mission, seed) for mission in held_out() for seed in (1, 2)) < WITHIN
    assert between() < BETWEEN


def test_one_voice_with_one_wording_would_be_noticed(monotone: None) -> None:
    assert fmean(within(mission, 1) for mission in held_out()) > WITHIN
    assert between() > BETWEEN


@pytest.mark.parametrize("place", range(6))
def test_sixteen_agents_write_whole_sentences_each_in_its_own_role(place: int) -> None:
    found = state(Cell("sequential", "L3", 16), held_out()[place], 1)
    seats = taking_part(found)
    assert len(seats) >= 12
    assert len({seat.role for seat in seats}) == len(seats)
    assert len({seat.contribution.split(". ")[0] for seat in seats}) == len(seats)
    for seat in seats:
        assert not re.search(r"[{}\[\]|]|  | [,.;]|\b([a-z]{3,}) \1\b", seat.contribution), seat.contribution
        for sentence in re.split(r"(?<=[.?!])\s+", seat.contribution):
            assert re.match(r"[\"“‘(]?[A-Z0-9]", sentence), sentence
            assert sentence[-1] in ".?!:”", sentence
            assert 2 <= len(sentence.split()) <= 70, sentence


def test_there_are_thousands_of_sensible_roles() -> None:
    roles: set[str] = set()
    for mission in (*held_out(), *tuning()):
        for task in mission.tasks:
            for seed in range(25):
                plan = answered(prompt("plan", f"{mission.mission}. {task.text}", level=task.level), seed=seed)
                roles.update(item["role"] for item in plan["assignments"])
    assert len(roles) > 3000
    assert all(2 <= len(role.split()) <= 6 and not re.search(r"\d|[{}\[\]|]|  ", role) for role in roles)


@pytest.mark.parametrize(
    "mission",
    [
        "Перевести школу на четырёхдневную неделю",
        "為社區設計防洪計畫",
        "Küçük bir adaya fırın kurmak",
        "Eine Bäckerei auf See",
        "تنظيم سوق أسبوعي",
        "🙂🙂",
    ],
)
def test_a_mission_in_any_language_gives_a_whole_run(mission: str) -> None:
    found = run_unwatched(RunConfig(mission, agents=4), keys=Keys({}), folder=None).state
    assert found.status == "done"
    assert (q(found.tasks[-1].scores) or 0) > 0.4
    assert len(taking_part(found)) >= 3


def test_a_run_repeats_word_for_word() -> None:
    mission = held_out()[0]
    one, other = (run_unwatched(config(TEAM, mission, 7), keys=Keys({}), folder=None).state for _ in range(2))
    assert one.tasks[-1].solution == other.tasks[-1].solution
