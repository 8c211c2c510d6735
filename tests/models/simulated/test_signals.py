"""Signals, marks and ratings, answered from the prompt's text alone."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import msgspec
import pytest

from selforg_tui.core.decisions import read_ratings, read_signal
from selforg_tui.core.fences import fence
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.respond import respond
from tests.models.simulated.made import HOSPITAL, NONCE, answered, prompt, team

SEEDS = range(40)
KEEPER = "care downtime keeper"
"""A role to which many tend."""
READER = reader_of(HOSPITAL, HOSPITAL, "L3", ())


def signal(role: str, intensity: float, seat: str = "04") -> str:
    return fence("signal", NONCE, f"Role: {role}", seat=seat, intensity=f"{intensity:.2f}")


def mark(topic: str, strength: float) -> str:
    return fence("mark", NONCE, f"Topic: {topic}", label="m1", strength=f"{strength:.2f}")


def shares(kind: str, extra: Sequence[str], about: str = KEEPER) -> float:
    """How often the role that is taken up is about the same as this one."""
    roles = [answered(prompt(kind, extra=extra), seed=seed)["role"] for seed in SEEDS]
    return fmean(READER.topic(role)[:1] == READER.topic(about)[:1] for role in roles)


@pytest.mark.parametrize("kind", ["signal", "contribute"])
@pytest.mark.parametrize("thing", [signal, mark])
def test_what_others_tend_to_is_left_to_them_the_more_the_stronger_it_is(kind: str, thing: object) -> None:
    assert callable(thing)
    alone, *heard = (shares(kind, extra) for extra in ((), *([thing(KEEPER, strength)] for strength in (0.0, 0.5, 1.0))))
    assert heard[0] == alone, "what has no strength is not heard"
    assert heard[0] > heard[1] + 0.1
    assert heard[1] > heard[2] + 0.1


def test_it_holds_to_what_it_signalled_itself_and_keeps_the_name() -> None:
    own = [signal("identity architect", 0.9, seat="05")]
    assert shares("signal", own, "identity architect") > shares("signal", (), "identity architect") + 0.1
    assert "identity architect" in {answered(prompt(extra=own), seed=seed)["role"] for seed in SEEDS}


def test_a_signal_is_readable_and_its_intensity_lies_in_its_range() -> None:
    for seed in SEEDS:
        role, intensity = read_signal(respond(prompt("signal"), profile("strong"), seed, 0.7))
        assert role
        assert 0 < intensity <= 1


def test_an_output_on_the_task_is_rated_above_one_on_another_and_a_poor_judge_tells_them_less_apart() -> None:
    written = team(2)
    shown = [*written, ("09", "poet", "Roses are red, and so is the evening. We shall see what the wind brings.")]

    def gap(name: str) -> float:
        careful = msgspec.structs.replace(profile(name), format_discipline=1.0)
        rated = [read_ratings(respond(prompt("rate", outputs=shown), careful, seed, 0.7), {1, 2, 9}) for seed in SEEDS]
        return fmean(fmean((each[1], each[2])) - each[9] for each in rated)

    assert gap("strong") > 3
    assert 0 < gap("weak") < gap("strong")


def test_a_mark_is_reinforced_where_the_work_rests_on_what_it_tells_of() -> None:
    marks = [fence("mark", NONCE, f"Topic: {role}", label=f"m{at}", strength="1.00") for at, (_, role, _) in enumerate(team(8), 1)]
    used = [item["output"] for seed in SEEDS for item in answered(prompt(extra=marks), seed=seed)["depends_on"]]
    assert used
    assert set(used) <= {f"m{at}" for at in range(1, 9)}
    assert not any(answered(prompt(extra=[mark("poetry", 1.0)]), seed=seed)["depends_on"] for seed in SEEDS)
