"""The meter tells real money from imaginary, what is unknown, and what bounds the run; the most important lines first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import OTHER_PACE, Usage
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.tui.run.agent.contribution import contribution
from selforg_tui.tui.run.agent.facts import facts as facts_of
from selforg_tui.tui.run.agent.reply import reply
from selforg_tui.tui.run.board import words as board
from selforg_tui.tui.run.cost.by_model import as_table, stacked
from selforg_tui.tui.run.cost.meter import meter
from selforg_tui.tui.run.cost.used import budget
from selforg_tui.tui.run.head import Head
from selforg_tui.tui.run.surface.cells import Line, width_of
from selforg_tui.tui.run.time import narration
from selforg_tui.tui.run.time.marks import marks
from selforg_tui.tui.run.view import View, models_of
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import made
from tests.tui.run.real_session import PRICE, THOUGHT, real
from tests.tui.run.test_live import shown


def view_of(events: Sequence[ev.AnyEvent], chosen: int = 1, at: float | None = None) -> View:
    state = fold(events)
    return View(state, state.task, chosen, state.t if at is None else at)


def written(lines: Sequence[Line]) -> list[str]:
    return [" ".join("".join(text for text, _ in line).split()) for line in lines]


def until(kind: type[ev.AnyEvent]) -> list[ev.AnyEvent]:
    """The real session up to the first event of this kind."""
    events = real()
    return events[: next(number for number, event in enumerate(events) if isinstance(event, kind)) + 1]


def costs(*seats: int) -> float:
    return sum(PRICE.cost(Usage(2400, 300, cached=1500, cache_written=600, reasoning=80)) for _ in seats)


def test_real_money_stands_first_and_apart_from_imaginary_and_unknown() -> None:
    said = written(meter(view_of(real()), 38))
    refused = PRICE.cost(Usage(2000, 40))
    assert said[0] == f"money ≥ ${costs(1, 2, 3, 4, 7) + refused:.4f}"
    assert said[1].startswith("and imaginary $0.00")
    assert said[2:4] == ["calls of unknown price 1", f"failures 2,040t ${refused:.4f}"]
    assert said[4].startswith("judging 1,020t $0.000")
    assert f"saved by the cache ${5 * PRICE.saved(Usage(2400, 300, cached=1500, cache_written=600, reasoning=80)):.4f}" in said


def test_tokens_are_marked_where_no_provider_reported_them() -> None:
    said = written(meter(view_of(real()), 38))
    assert f"tokens in ~{6 * 2400 + 2000 + 1300:,}" in said
    assert "by tokenizer 1 call" in said
    assert any(line.startswith("written to the cache 2") for line in said)
    plain = written(meter(view_of(made()), 38))
    assert not any(("~" in line or "by " in line) and "saved by staying out" not in line for line in plain)


def test_how_calls_ended_is_told_and_seconds_of_waiting_are_apart() -> None:
    said = written(meter(view_of(real()), 48))
    assert {"1 cut off at the greatest length", "1 refused by the model", "of waiting 1.4"} <= set(said)


def test_a_cache_that_has_not_paid_yet_is_told_as_a_loss() -> None:
    usage = Usage(2000, 10, cache_written=2000)
    events = [replace(event, usage=usage, price=PRICE, cost_usd=PRICE.cost(usage), saved_usd=PRICE.saved(usage))
              if isinstance(event, ev.CallFinished) else event for event in made(1)]  # fmt: skip
    said = written(meter(view_of(events), 38))
    assert "writing the cache lost $0.0015" in said and not any("saved" in line for line in said)


def test_limits_count_real_money_and_imaginary_only_where_there_is_no_other() -> None:
    state = fold(real())
    assert budget(state, 30)["money"] == pytest.approx((state.team.cost_usd + state.judging.cost_usd) / 0.05)
    assert budget(state, 30)["time"] == 0.5
    alone = fold(made())
    assert alone.team.cost_usd == 0 and budget(alone, 30)["money"] == pytest.approx(
        (alone.team.imaginary_usd + alone.judging.imaginary_usd) / 0.1
    )


def test_a_pause_is_told_while_it_lasts() -> None:
    events = until(ev.SlowedDown)
    assert "≈ pause of 4 s, then 6 at once" in written(meter(view_of(events), 38))
    assert narration.narrated(view_of(events))[0] == (
        "OpenAI (https://api.openai.com/v1) takes no more for now: a pause of 4 s, then at most 6 calls at once."
    )
    later = view_of(events, at=events[-1].t + 4.1)
    assert "≈ slowed down last at 00:02" in written(meter(later, 38))
    assert "takes no more" not in narration.narrated(later)[0]


def test_a_limit_that_is_near_is_told_and_marked() -> None:
    events = until(ev.LimitNear)
    assert "▲ limit near: told to wrap up" in written(meter(view_of(events), 38))
    assert narration.narrated(view_of(events))[0].startswith("A limit is near: $0.0412 of $0.05 are spent.")
    assert narration.narrated(view_of(events, at=events[-1].t + 5))[0] == "06 failed: The server answered 500 three times."
    reached = [*events, ev.Limit(what="money", text="Over.", seq=len(events), t=events[-1].t)]
    assert "■ limit reached" in written(meter(view_of(reached), 38))
    assert [mark.glyph for mark in marks(fold(reached))][:3] == ["≈", "▲", "■"]


def test_who_waits_to_be_asked_again_says_so_and_why() -> None:
    events = made()
    asked = next(number for number, event in enumerate(events) if isinstance(event, ev.CallStarted))
    started = events[asked]
    assert isinstance(started, ev.CallStarted)
    why = "OpenAI takes no more calls at the moment (rate limit)."
    failed = ev.CallFailed(call=started.call, kind="rate_limit", text=why, retry_in=2.0, seq=len(events), t=started.t + 0.5)
    waiting = view_of([*events[: asked + 1], failed])
    seat = waiting.seat
    assert seat is not None
    assert narration.narrated(waiting)[0] == f"01 is asked again after 2.0 s: {why}"
    assert board.words(waiting, seat)[0] == "soon again; turned away: too many calls"
    said = " ".join(written(contribution(waiting, 60)))
    assert "waits before it is asked again" in said
    assert "Next try after 2.0 s" in said
    again = replace(started, call=started.call.rpartition("/")[0] + "/2", purpose="retry", seq=len(events) + 1, t=failed.t + 2)
    retried = view_of([*events[: asked + 1], failed, again])
    assert retried.seat is not None
    assert narration.narrated(retried)[0] == "01 is deciding …"
    assert board.words(retried, retried.seat)[0].startswith("deciding, asked again …")
    assert why in " ".join(written(contribution(retried, 60)))


def test_what_a_warm_up_costs_is_not_called_a_retry() -> None:
    events = made()
    place = next(number for number, event in enumerate(events) if isinstance(event, ev.CallStarted))
    warm = replace(events[place], call="1/warm-contribute/1/1", purpose="warm-up")
    done = replace(next(event for event in events if isinstance(event, ev.CallFinished)), call="1/warm-contribute/1/1")
    said = written(meter(view_of([*events[:place], warm, done]), 38))
    assert [line for line in said if line.startswith("warm-ups ") and "$" in line]
    assert not [line for line in said if "retries" in line]


@pytest.mark.parametrize("width", [28, 38])
def test_how_calls_ended_is_told_in_full_however_narrow(width: int) -> None:
    assert "1 cut off at the greatest length" in " ".join(written(meter(view_of(real()), width)))


def test_a_warm_up_is_told_as_one() -> None:
    events = made()
    first = next(number for number, event in enumerate(events) if isinstance(event, ev.CallStarted))
    warm = replace(events[first], call="1/warm-contribute/1/1", purpose="warm-up")
    assert "find their long beginning" in narration.narrated(view_of([*events[:first], warm]))[0]


@pytest.mark.parametrize("width", [24, 28, 38, 46, 70, 118, 158])
def test_no_line_is_wider_than_the_panel(width: int) -> None:
    for events in (real(), made(), until(ev.SlowedDown), until(ev.LimitNear), real()[:1]):
        view = view_of(events)
        for lines in (meter(view, width), as_table(view.state, width), stacked(view.state, width)):
            assert all(width_of(line) <= width for line in lines), [line for line in lines if width_of(line) > width]
    assert as_table(SessionState(), width) and stacked(SessionState(), width) == []


def test_narrow_and_wide_tables_say_the_same() -> None:
    state = fold(real())
    wide = written(as_table(state, 200))
    assert wide[1].startswith("anthropic:claude-sonnet-4-6 4 3 1 0 4 147 0.750 ~9,600 62 % ") and wide[4].startswith(
        "sim:judge (judge) 900"
    )
    assert written(as_table(state, 60))[1].split()[:2] == ["anthropic:claude-sonnet-4-6", "4"]
    narrow = written(stacked(state, 38))
    assert narrow[0].startswith("4 × claude-sonnet-4-6 $0.0") and "Q .75 · 3 in · 1 out" in narrow and "1 failed" in narrow
    assert any(line.startswith("3 × gpt-5.4-mini ≥ $0.0") for line in narrow)
    assert narrow[-1].endswith("share it.")
    assert not any("share it" in line for line in written(stacked(fold(made()), 38)))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_m_leads_to_the_models_from_any_panel(size: tuple[int, int]) -> None:
    app = LiveStage(events=real())
    async with app.run_test(size=size) as pilot:
        await pilot.press("s", "m")
        await pilot.pause()
        assert shown(app, "cost").startswith("Cost by model")


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24)])
async def test_m_turns_from_the_meter_to_the_models_and_back(size: tuple[int, int]) -> None:
    app = LiveStage(events=real())
    async with app.run_test(size=size) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "money" in shown(app, "cost") and "judging" in shown(app, "cost")
        await pilot.press("m")
        await pilot.pause()
        first = shown(app, "cost").splitlines()
        assert first[0].startswith("Cost by model") and any("claude-sonn" in line for line in first[1:4])
        await pilot.press("m")
        await pilot.pause()
        assert shown(app, "cost").splitlines()[1].split()[0] == ("Most" if size[0] == 80 else "money")


async def test_enter_on_one_of_the_dearest_leads_to_its_facts() -> None:
    app = LiveStage(events=real())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c", "c")
        await pilot.pause()
        said = shown(app, "cost").splitlines()
        heading = next(number for number, line in enumerate(said) if "the dearest, all tasks" in line)
        assert said[1].startswith(" Most of it is input: ") and "of tokens" in said[heading]
        wanted = said[heading + 2].split()[0]
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.pause()
        assert shown(app, "detail").startswith(wanted) and f"1/contribute/{int(wanted)}/1" in shown(app, "detail")


async def test_a_meter_of_few_lines_shows_what_matters_most() -> None:
    app = LiveStage(events=real())
    async with app.run_test(size=(116, 32)) as pilot:
        await pilot.pause()
        cost = shown(app, "cost").splitlines()
        assert len(cost) <= 16
        for word in ("money", "judging", "money limit", "tokens limit"):
            assert any(line.strip().startswith(word) for line in cost), word
        assert "accuracy" in shown(app, "judge")


async def test_only_wholly_imaginary_money_is_headed_so() -> None:
    for app, imaginary in ((LiveStage(events=real()), False), (LiveStage(), True), (LiveStage(part=0.1), True)):
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert ("imaginary prices" in shown(app, "cost").splitlines()[0]) == imaginary


def facts(seat: int, side: str = "facts") -> str:
    found = {"facts": facts_of, "reply": reply}[side]
    return "\n".join(written(found(view_of(real(), seat), 240)))


def test_a_calls_facts_say_form_price_waiting_and_who_counted() -> None:
    said = facts(5)
    assert "form held to a JSON schema by the provider" in said
    assert "waited 1.40 s before it went out" in said
    assert "cost unknown" in said and "price" not in said
    assert "price in $3, cached $0.3, written $3.75, out $15 per million tokens (a table)" in facts(1)
    assert "cache saved $0.0036" in facts(1)
    assert "~2,400 in, 1,500 of them cached, 600 written to the cache · ~300 out, 80" in facts(2)
    assert "(not reported by the provider: tokenizer)" in facts(2)
    assert "waited" not in facts(1) and "(not reported" not in facts(1)


def test_refused_and_cut_off_are_named_as_such() -> None:
    assert "ended refused by the model; this is no abstention" in facts(6)
    assert "1/contribute/6/1 decision refused by the model" in facts(6)
    assert "ended cut off at the greatest length" in facts(4)
    assert "cut off at its greatest length" in facts(4, "reply")
    assert "ended" not in facts(1)


def test_what_was_thought_aloud_stands_apart_from_the_answer() -> None:
    lines = facts(1, "reply").splitlines()
    place = lines.index("thought aloud, no part of the answer")
    assert lines[place + 1] == THOUGHT and lines[place + 2] == "answer" and lines[place + 3].startswith("{")
    assert THOUGHT not in facts(8, "reply")


def test_the_head_names_what_is_unusual_about_turns_and_staying_out() -> None:
    first, *rest = real()
    assert isinstance(first, ev.SessionStarted)

    def head(**settings: Any) -> str:
        config = replace(first.header.config, **settings)
        view = view_of([replace(first, header=replace(first.header, config=config)), *rest])
        return "".join(text for text, _ in Head().body(view, 200)[0])

    assert " · turns shuffled · nobody stays out" in head(order="shuffled", abstention=False)
    assert "turns" not in head()


def test_the_head_says_for_good_that_times_are_not_those_of_the_models() -> None:
    first, second, *rest = real()
    told = ev.Warned(text=OTHER_PACE, seq=second.seq, t=second.t)
    for events, altered in (([first, told], True), ([first, second, *rest], False)):
        view = view_of(events)
        assert ("times altered" in "".join(text for text, _ in Head().body(view, 200)[0])) is altered


def test_the_head_names_the_seating() -> None:
    assert models_of(fold(real()), short=True) == "4 × claude-sonnet-4-6, 3 × gpt-5.4-mini, 1 × weak, interleaved"
