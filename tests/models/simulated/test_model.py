"""The simulated model as the engine meets it: pace, streams, usage, room, format, profiles."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from selforg_tui.core.decisions import read_decision
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.fences import fence
from selforg_tui.core.reader import Unreadable
from selforg_tui.engine.clock import run_virtual
from selforg_tui.models.base import Pace
from selforg_tui.models.simulated.model import SimulatedModel
from selforg_tui.models.simulated.profiles import facts, from_text, meant, names, profile, template
from selforg_tui.models.simulated.respond import respond
from selforg_tui.models.tokens import estimate_tokens
from tests.models.simulated.made import NONCE, prompt, request


def test_an_unwatched_reply_takes_its_time_in_one_piece() -> None:
    found = profile("strong")
    reply = run_virtual(SimulatedModel(found).answer(request(prompt()), None))
    expected = reply.first or 0.0
    assert found.latency_s * 0.8 <= expected <= found.latency_s * 1.2
    assert reply.seconds == pytest.approx(expected + reply.usage.output / found.tokens_per_second, abs=1e-4)


def test_a_watched_reply_is_the_same_in_pieces_and_takes_as_long() -> None:
    model = SimulatedModel(profile("strong"))
    pieces: list[str] = []
    streamed = run_virtual(model.answer(request(prompt()), pieces.append))
    whole = run_virtual(model.answer(request(prompt()), None))
    assert "".join(pieces) == streamed.text == whole.text
    assert len(pieces) > 20
    assert streamed.seconds == pytest.approx(whole.seconds, abs=1e-3)
    assert streamed.first == pytest.approx(whole.first, abs=1e-3)
    assert streamed.usage == whole.usage


def test_pace_scales_time_and_0_waits_for_nothing() -> None:
    slow, fast, none = (
        run_virtual(SimulatedModel(profile("strong"), pace=Pace(pace)).answer(request(prompt()), None)) for pace in (1.0, 0.5, 0.0)
    )
    assert fast.seconds == pytest.approx(slow.seconds / 2, abs=1e-4)
    assert none.seconds == 0.0
    assert none.first == 0.0
    assert slow.text == fast.text == none.text


def test_pace_may_change_within_a_reply() -> None:
    pace = Pace()
    whole = run_virtual(SimulatedModel(profile("strong")).answer(request(prompt()), lambda _: None))

    def hurry(_: str) -> None:
        pace.wait = 0.125

    hurried = run_virtual(SimulatedModel(profile("strong"), pace=pace).answer(request(prompt()), hurry))
    assert hurried.first == whole.first
    assert hurried.first is not None
    assert hurried.seconds - hurried.first == pytest.approx((whole.seconds - (whole.first or 0)) / 8, rel=0.01)
    assert (hurried.wait, whole.wait) == (0.125, 1.0)


def test_no_waiting_at_all_still_lets_others_run() -> None:
    async def both() -> list[str]:
        order: list[str] = []
        model = SimulatedModel(profile("strong"), pace=Pace(0))

        async def ask(name: str) -> None:
            await model.answer(request(prompt()), lambda _: order.append(name))

        await asyncio.gather(ask("a"), ask("b"))
        return order

    assert set(run_virtual(both())) == {"a", "b"}


def test_replies_say_that_they_are_simulated_and_what_they_took() -> None:
    texts = prompt()
    reply = run_virtual(SimulatedModel(profile("weak"), pace=Pace(0)).answer(request(texts), None))
    assert reply.simulated
    assert "simulated" in reply.model
    assert reply.usage.input == sum(estimate_tokens(text) for text in texts)
    assert reply.usage.output == estimate_tokens(reply.text)
    assert reply.usage.cached == 0


def test_where_there_is_no_room_the_reply_is_cut_and_says_so() -> None:
    reply = run_virtual(SimulatedModel(profile("strong"), pace=Pace(0)).answer(request(prompt(), most=40), None))
    assert reply.finish == "length"
    assert 20 <= reply.usage.output <= 40


def unreadable(text: str) -> bool:
    try:
        read_decision(text)
    except Unreadable:
        return True
    return False


def test_a_weak_model_sometimes_breaks_the_format_and_mostly_mends_it() -> None:
    broken = [seed for seed in range(300) if unreadable(respond(prompt(), profile("weak"), seed, 0.7))]
    assert 10 <= len(broken) <= 60
    mended = 0
    for seed in broken:
        extra = [fence("reply", NONCE, "I think so."), "Your last reply could not be used: it holds no JSON object."]
        mended += not unreadable(respond(prompt(extra=extra), profile("weak"), seed + 1000, 0.7))
    assert mended >= 0.85 * len(broken)
    assert not any(unreadable(respond(prompt(), profile("strong"), seed, 0.7)) for seed in range(60))


def test_profiles_are_known_by_name_and_a_wrong_one_gets_a_hint() -> None:
    assert names() == ("strong", "efficient", "weak", "eager", "shy", "judge")
    with pytest.raises(ConfigError, match="sim:strong"):
        profile("stronk")
    with pytest.raises(ConfigError, match="sim:judge"):
        profile("zzz")


def test_facts_say_simulated_and_imaginary() -> None:
    for name in names():
        found = facts(profile(name))
        assert found.simulated
        assert found.local
        assert found.price is not None
        assert found.price.imaginary
        assert found.seconds_per_call
    assert facts(profile("weak")).context == 16_000


MINE = """
like = "weak"
reading = 0.9
title = "My own"
"""


def test_a_file_describes_a_model_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    found = meant(str(file))
    assert (found.reading, found.title, found.perception) == (0.9, "My own", profile("weak").perception)
    assert facts(found).price is not None
    assert meant("weak") is profile("weak")
    file.write_text(template("weak"))
    assert structs.replace(meant(str(file)), name="weak") == profile("weak")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reading = 1.2", "'reading'"),
        ("reading = true", "'reading'"),
        ('reading = "much"', "'reading'"),
        ("raeding = 0.2", "raeding"),
        ("tokens_per_second = 0", "'tokens_per_second'"),
        ("latency_s = nan", "'latency_s'"),
        ('like = "stronk"', "sim:strong"),
        ("like = 3", "'like'"),
        ("reading", "not TOML"),
    ],
)
def test_a_wrong_profile_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        from_text(text, "mine.toml")
