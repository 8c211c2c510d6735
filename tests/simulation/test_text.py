"""Measures of what simulated agents write, each with a fault that it catches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations
from statistics import fmean

import pytest

from selforg_tui.core.config import RunConfig
from selforg_tui.core.state import SeatState, SessionState
from selforg_tui.metrics.quality import q
from selforg_tui.models.simulated import phrases, wording
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.phrases import Speech, voices
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.models.simulated.made import answered, prompt
from tests.simulation.cells import Cell, Held, config, held_out, tuning
from tests.simulation.texts import fives, matched, slips, state, taking_part, vectors, words

pytestmark = pytest.mark.experiment

EASY = (Cell("sequential", "L1", 8), Cell("sequential", "L1", 16))
TEAM, CROWD = Cell("sequential", "L3", 8), Cell("sequential", "L3", 16)
WITHIN = {TEAM: 0.04, CROWD: 0.055}
"""Most that the share of five-word sequences that an agent repeats of its team may be, on average."""
BETWEEN = 0.095
"""The same between the solutions of two missions."""
ALL = (*held_out(), *tuning())
COMMON = frozenset(words("the a an is are to of and in for with that who what by it this on be or at from as not its"))


def reasons_are_true(found: SessionState, *, lies: bool = False) -> list[bool]:
    """For each voluntary abstention: whether those it names do cover what it names. A liar names the next seats instead."""
    header, task = found.started, found.tasks[-1]
    reader = reader_of(header.config.mission, task.text, task.level, header.config.values)
    verdicts = []
    for seat in (seat for seat in task.seats.values() if seat.status == "out"):
        reason = seat.reason.lower()
        topics = {at.index for at in reader.world.aspects if any(topic.lower() in reason for topic in at.facet.topics)}
        named = [int(label) % len(task.seats) + 1 if lies else int(label) for label in re.findall(r"\b\d\d\b", reason)]
        covered = [reader.read(task.seats[number].contribution).depth for number in named]
        done = [{topic for topic in topics if depth.get(topic, 0.0) >= 0.25} for depth in covered]
        verdicts.append(bool(topics and done) and all(done) and set().union(*done) == topics)
    return verdicts


def test_abstention_reasons_are_true() -> None:
    runs = [state(cell, mission, seed) for cell in EASY for mission in ALL for seed in (1, 2)]
    verdicts = [each for found in runs for each in reasons_are_true(found)]
    assert len(verdicts) > 300
    assert fmean(verdicts) >= 0.99
    assert fmean(each for found in runs for each in reasons_are_true(found, lies=True)) < 0.5


def roles_matched(whose: SessionState, found: SessionState) -> float:
    """How many contributions of a run are matched to the roles of a run, seat by seat."""
    pairs = list(zip(taking_part(whose), taking_part(found), strict=False))
    both = vectors([seat.role for seat, _ in pairs] + [seat.contribution for _, seat in pairs])
    return matched(both[: len(pairs)], both[len(pairs) :])


def test_roles_match_contributions() -> None:
    runs = [[state(TEAM, mission, seed) for mission in held_out()] for seed in (1, 2, 3)]
    assert fmean(roles_matched(found, found) for row in runs for found in row) > 0.5
    assert fmean(roles_matched(other, found) for row in runs for other, found in zip([*row[1:], row[0]], row, strict=True)) < 0.45


def texts_of(mission: Held) -> list[str]:
    return [mission.mission, *mission.values, *(task.text for task in mission.tasks)]


def solutions(missions: Sequence[Held], protocol: str, seed: int) -> list[str]:
    return [state(Cell(protocol, "L3", 8), mission, seed).tasks[-1].solution for mission in missions]


@pytest.mark.parametrize("protocol", ["broadcast", "coordinator", "shared"])
def test_solutions_match_missions_without_the_missions_own_words(protocol: str) -> None:
    missions = [*held_out(), *tuning()[4:6]]
    hidden = [word for mission in ALL for text in texts_of(mission) for word in words(text)]
    first = vectors(solutions(missions, "sequential", 1), hidden)
    assert matched(first, vectors(solutions(missions, protocol, 2), hidden)) >= 0.75
    shares = []
    for start in (10, 20, 30, 40):
        heedless = [state(Cell(protocol, "L3", 8), missions[0], seed).tasks[-1].solution for seed in range(start, start + len(missions))]
        shares.append(matched(first, vectors(heedless, hidden)))
    assert fmean(shares) <= 0.4


def given(mission: Held) -> set[tuple[str, ...]]:
    return set().union(*(fives(text) for text in texts_of(mission)))


def within(cell: Cell, mission: Held, seed: int) -> float:
    """Mean share that an agent repeats of its team; what quotes the mission does not count."""
    rows = [fives(seat.contribution) - given(mission) for seat in taking_part(state(cell, mission, seed))]
    rest = (set().union(*rows[:place], *rows[place + 1 :]) for place in range(len(rows)))
    return fmean(len(row & others) / len(row) for row, others in zip(rows, rest, strict=True))


def between(seeds: Sequence[int]) -> float:
    """Mean share that a mission's solution repeats of another mission's with the same seed."""
    known = set().union(*(given(mission) for mission in held_out()))
    found: list[float] = []
    for seed in seeds:
        rows = [fives(state(TEAM, mission, seed).tasks[-1].solution) - known for mission in held_out()]
        found += [len(one & other) / len(one) for one, other in permutations(rows, 2)]
    return fmean(found)


@pytest.fixture
def monotone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The planted fault: everybody speaks in one voice and words each thing in one way."""
    state.cache_clear()
    monkeypatch.setattr(phrases, "voices", lambda: voices()[:1])
    monkeypatch.setattr(phrases, "worded", lambda text, key: " ".join("".join(row[0] for row in wording.parts(text)).split()))
    yield
    state.cache_clear()


def test_agents_of_a_team_and_solutions_of_missions_rarely_share_five_words_in_a_row() -> None:
    for cell, most in WITHIN.items():
        assert fmean(within(cell, mission, seed) for mission in ALL for seed in (1, 2)) < most
    assert between((1, 2, 3)) < BETWEEN


def test_one_voice_with_one_wording_would_be_noticed(monotone: None) -> None:
    for cell, most in WITHIN.items():
        assert fmean(within(cell, mission, 1) for mission in held_out()) > 2 * most
    assert between((1, 2, 3)) > BETWEEN


def crowded(seeds: Sequence[int]) -> list[list[SeatState]]:
    """Those who take part where sixteen work on one mission, by run."""
    return [taking_part(state(CROWD, mission, seed)) for mission in ALL for seed in seeds]


def alone_in_its_role(seats: Sequence[SeatState]) -> bool:
    return len({seat.role for seat in seats}) == len(seats)


def test_sixteen_agents_write_distinct_contributions_in_whole_sentences() -> None:
    for seats in crowded((1, 2, 3)):
        assert len(seats) >= 10
        assert len({seat.contribution for seat in seats}) == len(seats)
        assert not [slip for seat in seats for slip in slips(seat.contribution)]


@pytest.mark.parametrize(
    "planted",
    [
        "Ask the {owner} first.",
        "Ask  them first.",
        "Ask the the owner.",
        "ask them first.",
        "Ask them first",
        f"Ask{' them, him' * 40}.",
        "Ask.",
    ],
)
def test_a_slip_in_the_writing_would_be_noticed(planted: str) -> None:
    assert not slips("All is well here. Ask them first.")
    assert slips(f"All is well here. {planted}")


def test_of_sixteen_agents_no_two_share_a_role() -> None:
    assert all(alone_in_its_role(seats) for seats in crowded((1, 2, 3)))
    first = crowded((1,))[0]
    assert not alone_in_its_role([*first, first[0]])


def test_sixteen_agents_open_in_many_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, str]] = []
    say = Speech.say

    def overheard(self: Speech, group: str, *key: str | int, **slots: str) -> str:
        text = say(self, group, *key, **slots)
        if group == "opening":
            opened.append((self.voice.name, text))
        return text

    def heard() -> float:
        """Voices whose openings stand in what sixteen wrote, on average."""
        counts = []
        for mission in held_out():
            opened.clear()
            found = run_unwatched(config(CROWD, mission, 1), keys=Keys({}), folder=None).state
            counts.append(len({name for name, text in opened if any(text in seat.contribution for seat in taking_part(found))}))
        return fmean(counts)

    monkeypatch.setattr(Speech, "say", overheard)
    assert heard() >= 8
    monkeypatch.setattr(phrases, "voices", lambda: voices()[:3])
    assert heard() < 8


def test_there_are_thousands_of_sensible_roles() -> None:
    roles: set[str] = set()
    for mission in ALL:
        for task in mission.tasks:
            for seed in range(12):
                plan = answered(prompt("plan", f"{mission.mission}. {task.text}", level=task.level), seed=seed)
                roles.update(item["role"] for item in plan["assignments"])
    assert len(roles) > 3000
    assert all(2 <= len(role.split()) <= 6 and role == role.lower() and not re.search(r"\d|[{}\[\]|]|  ", role) for role in roles)


def english(text: str) -> float:
    """Share of words that hold English sentences together."""
    said = words(text)
    return sum(word in COMMON for word in said) / max(1, len(said))


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
    found = run_unwatched(RunConfig(mission, agents=8), keys=Keys({}), folder=None).state
    assert found.status == "done"
    assert (q(found.tasks[-1].scores) or 0) > 0.4
    texts = [seat.contribution for seat in taking_part(found)]
    assert len(texts) >= 6
    assert all(english(text) > 0.2 for text in texts)
    assert english(mission) == 0


def test_a_run_repeats_word_for_word() -> None:
    mission = held_out()[0]
    one, other = (run_unwatched(config(TEAM, mission, 7), keys=Keys({}), folder=None).state for _ in range(2))
    assert one.tasks[-1].solution == other.tasks[-1].solution
