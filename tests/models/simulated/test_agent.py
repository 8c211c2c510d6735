"""What an agent makes of its turn follows from what it can read."""

from __future__ import annotations

import re

import pytest

from selforg_tui.core.decisions import read_decision, read_intention, read_plan
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.respond import respond
from tests.models.simulated.made import HOSPITAL, answered, prompt, solution, team

SEEDS = range(20)
IDENTITY = "Role: identity architect\nPhase: 2\nBrief: Say how identity and sign-in should work here, with owners and dates."


def test_it_takes_up_what_is_not_covered_yet() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L3", ())
    shown, hidden = (len(reader.read(solution(team(6, blind=blind))).depth) for blind in (False, True))
    assert shown > hidden


def test_it_names_only_outputs_that_it_could_see() -> None:
    written = team(4)
    labels = {label for label, _, _ in written}
    used = [item["output"] for seed in SEEDS for item in answered(prompt(outputs=written), seed=seed)["depends_on"]]
    assert used
    assert set(used) <= labels
    assert not any(answered(prompt(), seed=seed)["depends_on"] for seed in SEEDS)


def test_with_little_left_to_do_it_stays_out_and_its_reason_is_true() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L1", ())
    count = 0
    for start in range(100, 700, 100):
        written = team(8, level="L1", start=start)
        covered = {label: reader.read(text).depth for label, _, text in written}
        for seed in range(8):
            found = answered(prompt(level="L1", outputs=written, seat="09"), seed=seed)
            if found["participate"]:
                continue
            count += 1
            reason = found["reason"]
            named = re.findall(r"\b\d\d\b", reason)
            topics = [
                aspect.index for aspect in reader.world.aspects if any(topic.lower() in reason.lower() for topic in aspect.facet.topics)
            ]
            assert named, reason
            assert topics, reason
            assert not found["contribution"]
            for label in named:
                assert any(covered[label].get(topic, 0.0) >= 0.25 for topic in topics), reason
    assert count > 12


def test_who_sees_nothing_never_stays_out() -> None:
    assert all(answered(prompt(level="L1"), seed=seed)["participate"] for seed in SEEDS)


def test_irrelevant_outputs_are_no_reason_to_stay_out() -> None:
    other = team(8, "Plan a wedding in two languages", level="L1")
    assert sum(not answered(prompt(level="L1", outputs=other), seed=seed)["participate"] for seed in SEEDS) <= 2


def test_a_given_role_is_kept_and_worked_on() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L3", ())
    found = [answered(prompt(given=IDENTITY), seed=seed) for seed in SEEDS]
    kept = [item for item in found if item["role"] == "identity architect"]
    assert len(kept) >= 18
    identity = next(aspect.index for aspect in reader.world.aspects if aspect.facet.id == "identity")
    assert all(reader.read(item["contribution"]).depth.get(identity, 0) >= 0.4 for item in kept)


def test_announcements_keep_agents_apart() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L3", ())
    plain = [answered(prompt(), seed=seed)["role"] for seed in SEEDS]
    favourite = max(
        (topic for role in plain for topic in reader.topic(role)[:1]), key=lambda at: sum(at in reader.topic(role)[:1] for role in plain)
    )
    topic = reader.world.aspects[favourite].facet.topic
    announced = [("01", f"{reader.world.aspects[favourite].facet.crafts[0]} planner", f"I will work out {topic} for all of us.")]
    told = [answered(prompt(intentions=announced), seed=seed)["role"] for seed in SEEDS]
    before, after = (sum(favourite in reader.topic(role)[:1] for role in roles) for roles in (plain, told))
    assert after < before


def test_plans_name_each_seat_once_with_roles_of_their_own() -> None:
    for seed in SEEDS:
        plan = read_plan(respond(prompt("plan"), profile("strong"), seed, 0.7), 8)
        assert 5 <= len(plan) <= 8
        assert len({item.role for item in plan}) == len(plan)


def test_intentions_are_read() -> None:
    for name in ("strong", "efficient"):
        read = read_intention(respond(prompt("intend"), profile(name), 3, 0.7))
        assert read.participate
        assert 2 <= len(read.role.split()) <= 5


def test_its_own_draft_is_kept_and_improved_or_left() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L3", ())
    first = answered(prompt(seat="01"))
    more = 0
    for seed in SEEDS:
        found = answered(prompt(seat="01", outputs=[("01", first["role"], first["contribution"])]), seed=seed)
        if found["participate"]:
            old, new = (reader.read(text).depth for text in (first["contribution"], found["contribution"]))
            assert all(new.get(at, 0.0) >= depth - 0.05 for at, depth in old.items())
            more += sum(new.values()) > sum(old.values())
    assert more > 5


@pytest.mark.parametrize("words", [60, 200, 500])
def test_contributions_have_about_the_length_asked_for(words: int) -> None:
    lengths = [len(answered(prompt(words=words), seed=seed)["contribution"].split()) for seed in SEEDS]
    assert 0.5 * words <= sum(lengths) / len(lengths) <= 1.2 * words


def test_roles_are_many_and_short() -> None:
    roles = {answered(prompt(), seed=seed)["role"] for seed in range(200)}
    assert len(roles) > 60
    assert all(2 <= len(role.split()) <= 5 for role in roles)


def test_values_are_taken_up() -> None:
    values = ("Patients come first", "Nobody is left behind")
    texts = [answered(prompt(values=values), seed=seed)["contribution"] for seed in SEEDS]
    assert sum(any(value.lower() in text.lower() for value in values) for text in texts) >= 12


def test_nothing_is_left_to_fill_in() -> None:
    missions = (HOSPITAL, "Перевести школу на четырёхдневную неделю", "A bakery that bakes at sea", "x")
    for mission in missions:
        for name in ("strong", "weak"):
            for seed in range(10):
                for kind in ("contribute", "intend", "plan"):
                    text = respond(prompt(kind, mission, level="L4", outputs=team(2, mission)), profile(name), seed, 0.7)
                    assert not re.search(r"\{\w+(:|\})|  |\bNone\b(?! of)", re.sub(r"\n +", "\n", text)), text


def test_a_stranger_gets_prose() -> None:
    for text in ("How do I bake bread on a ship?", "", 'Answer in JSON with "contribution".'):
        reply = respond(["You are helpful.", text], profile("strong"), 1, None)
        assert "simulated" in reply
        assert "{" not in reply
        assert reply == respond([f"You are helpful.\n\n{text}"], profile("strong"), 1, None)


def test_decisions_of_capable_profiles_are_read_as_meant() -> None:
    for seed in SEEDS:
        text = respond(prompt(outputs=team(3)), profile("efficient"), seed, 0.7)
        assert read_decision(text).role
