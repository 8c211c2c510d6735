"""The sides of an agent: prompts to the last word, contributions with their marks drawn, and what is copied of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import RunConfig
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.tui.run.agent import prompt as prompt_file
from selforg_tui.tui.run.agent.contribution import contribution
from selforg_tui.tui.run.agent.copied import in_text, text_of
from selforg_tui.tui.run.agent.detail import sides
from selforg_tui.tui.run.agent.prompt import Prompts
from selforg_tui.tui.run.agent.sides import COPIES, SIDES
from selforg_tui.tui.run.surface.cells import width_of
from selforg_tui.tui.run.view import View
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import made


def view_of(state: SessionState, seat: int) -> View:
    return View(state, state.task, seat, state.t)


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def state() -> SessionState:
    return run_unwatched(RunConfig("Keep the harbour open", agents=4, judge=None), keys=Keys({}), folder=None).state


def test_a_prompt_is_shown_to_the_last_word_its_parts_and_fences_told_apart(state: SessionState) -> None:
    lines = Prompts().lines(view_of(state, 4), 60)
    assert all(width_of(line) <= 60 for line in lines)
    rulers = [line[0][0].strip("─ ") for line in lines if line and line[0][0].startswith(" ── ")]
    assert [ruler.partition(":")[0] for ruler in rulers] == ["fixed", "visible", "own"]
    shown = [line for line in lines[1:] if not (line and line[0][0].startswith(" ── "))]
    exact = state.prompt(state.task.seats[4].calls[-1]) if state.task else ""
    assert letters(in_text(shown)) == letters(exact)
    nonce = state.started.nonce
    for line in shown:
        for text, style in line:
            assert (style == "parent") == (f"-{nonce}" in text), text


def test_a_long_prompt_is_laid_out_piece_by_piece_and_says_what_is_missing(state: SessionState, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Prompts().lines(view_of(state, 4), 60)
    monkeypatch.setattr(prompt_file, "FRESH", 10)
    slow, left = Prompts(), []
    for _ in range(20):
        lines = slow.lines(view_of(state, 4), 60)
        left.append(slow.left)
        if not slow.left:
            break
        assert f"{slow.left:,} more characters are being laid out" in in_text(lines)
    assert left == sorted(left, reverse=True) and len(left) > 3 and left[-1] == 0
    assert lines == whole
    assert slow.lines(view_of(state, 4), 60) == whole, "and stays so"


def test_marks_are_drawn_once_all_is_there_and_not_before() -> None:
    text = "# Wards\n\n- **first** the *old* ones\n- then the others"
    done = contribution(view_of(fold(made(8, text=text)), 1), 60)
    assert " Wards" in in_text(done) and "• first the old ones" in in_text(done) and "**" not in in_text(done)
    assert any("first" in text and style == "strong" for line in done for text, style in line)
    events = made(8, text=text)
    half = [event for event in events if not (event.seq > 3 and isinstance(event, ev.CallFinished | ev.Decided))]
    cut = next(place for place, event in enumerate(half) if isinstance(event, ev.CallStarted) and event.call.startswith("1/contribute/2"))
    assert "**first**" in in_text(contribution(view_of(fold(replace(e, seq=n) for n, e in enumerate(half[:cut])), 1), 60))


def test_each_side_is_copied_as_it_is(state: SessionState) -> None:
    view = view_of(state, 2)
    call = state.calls[view.calls(2)[-1].id.__str__()]
    assert text_of(view, "prompt") == state.prompt(str(call.id))
    assert text_of(view, "reply") == call.text
    seat = view.seat
    assert seat is not None and text_of(view) == (seat.contribution or seat.reason)
    assert "tokens" in text_of(view, "facts")
    assert text_of(view_of(fold(made(8)[:3]), 8), "prompt") == ""


async def test_the_side_in_view_is_copied_or_one_that_is_named() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        copied = {}
        for key, side in zip("1234", SIDES, strict=False):
            await pilot.press(key, "y")
            copied[side] = app.clipboard
        assert len(set(copied.values())) == 4
        assert "Wards first" in copied["contribution"] and copied["prompt"].startswith("You are one of 8 agents.")
        await pilot.press("1")
        for title, (action, _) in COPIES.items():
            await app.run_screen.run_action(action)
            side = action.partition("'")[2].partition("'")[0]
            assert side in SIDES and title
            if side in copied:
                assert app.clipboard == copied[side]


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (78, " 1 contribution [2 prompt] 3 reply  4 facts  5 x-ray "),
        (54, " 1 contribution [2 prompt] 3 reply 4 facts 5 x-ray"),
        (40, " 1 [2 prompt] 3  4  5 "),
    ],
)
def test_the_sides_are_named_as_long_as_there_is_room_for_their_names(width: int, told: str) -> None:
    assert sides("prompt", width).plain == told
    assert len(told) < width - 2
