"""The board: where agents stand, which are shown in which order, what is said of them, and its keys."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.ids import CallId, label
from selforg_tui.core.state import SessionState
from selforg_tui.tui.run.board import board as board_module
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.board.forms import FORMS, Form, Plan, planned
from selforg_tui.tui.run.board.lines import line_of
from selforg_tui.tui.run.board.order import ORDERS, Order, arranged, matches
from selforg_tui.tui.run.board.words import PER_WORD, Columns, compact, ending, row, tile
from selforg_tui.tui.run.surface.cells import Line, width_of
from selforg_tui.tui.run.view import View
from selforg_tui.tui.sources import ReplaySource
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import TEXT, made, player
from tests.tui.run.real_session import real
from tests.tui.run.test_panels import HOSTILE, texts

SIZES = st.tuples(st.integers(1, 256), st.integers(30, 200), st.integers(1, 60))
"""Agents, cells and lines."""
A_FORM = st.sampled_from((None, *FORMS))


def written(line: Line) -> str:
    return "".join(text for text, _ in line)


@lru_cache(4)
def state_of(agents: int, hostile: bool = False, part: float = 1.0) -> SessionState:
    events = made(agents, role=HOSTILE[:200], reason=HOSTILE[:300], text=HOSTILE[:900]) if hostile else made(agents)
    return fold(events[: int(len(events) * part)])


def view_of(state: SessionState, chosen: int = 1, at: float = 1e9, large: bool = False) -> View:
    return View(state, state.task, chosen, at, large=large)


def lines_of(view: View, plan: Plan, seats: tuple[int, ...]) -> list[Line]:
    assert view.task is not None
    shown = [view.task.seats[seat] for seat in seats]
    return [line_of(view, number, shown, plan, Columns(3, mixed=True, priced=True)) for number in range(plan.height)]


@settings(max_examples=50, deadline=None)
@given(SIZES, A_FORM, st.booleans())
def test_each_agent_has_a_place_of_its_own_and_is_found_there(size: tuple[int, int, int], form: Form | None, large: bool) -> None:
    count, width, room = size
    plan = planned(count, width, room, form, large)
    assert form in (None, plan.form)
    taken: set[tuple[int, int]] = set()
    for index in range(count):
        line, cell = plan.place(index)
        here = {(line + more, cell + across) for more in range(plan.pitch) for across in range(plan.cell)}
        assert not here & taken
        taken |= here
        assert {plan.at(*place) for place in here} == {index}
    assert all(0 <= line < plan.height and 0 <= cell < width for line, cell in taken)
    assert plan.at(plan.ranks * plan.pitch, 0) is None
    assert plan.at(0, 10_000) == plan.rank(0)[-1] and plan.at(plan.ranks * plan.pitch - 1, 10_000) == count - 1


@settings(max_examples=50, deadline=None)
@given(SIZES, st.booleans())
def test_a_form_that_shows_everybody_is_taken_where_there_is_one(size: tuple[int, int, int], large: bool) -> None:
    count, width, room = size
    plan = planned(count, width, room, large=large)
    others = [planned(count, width, room, form, large) for form in FORMS]
    assert plan.height <= room or plan.height == min(other.height for other in others)
    assert plan in others


@pytest.mark.parametrize(
    ("count", "width", "room", "form", "tile"),
    [
        (8, 80, 23, "rows", "named"),
        (8, 77, 9, "rows", "named"),
        (16, 77, 9, "columns", "named"),
        (40, 80, 23, "columns", "named"),
        (64, 80, 23, "columns", "named"),
        (64, 77, 9, "mosaic", "numbered"),
        (256, 104, 33, "mosaic", "named"),
        (256, 80, 23, "mosaic", "numbered"),
        (256, 53, 20, "mosaic", "glyph"),
        (256, 57, 8, "mosaic", "dot"),
    ],
)
def test_the_form_follows_agents_and_room(count: int, width: int, room: int, form: str, tile: str) -> None:
    plan = planned(count, width, room)
    assert (plan.form, plan.tile) == (form, tile) and plan.height <= room


@settings(max_examples=50, deadline=None)
@given(SIZES, A_FORM, st.data())
def test_a_step_of_the_cursor_stays_on_the_board(size: tuple[int, int, int], form: Form | None, data: st.DataObject) -> None:
    plan = planned(*size, form)
    here = data.draw(st.integers(0, plan.count - 1))
    lines = data.draw(st.integers(-12, 12))
    there = plan.moved(here, lines, 0)
    assert 0 <= there < plan.count
    rank = min(max(here // plan.columns + lines, 0), plan.ranks - 1)
    assert there == min(rank * plan.columns + here % plan.columns, plan.count - 1)
    assert plan.moved(here, 0, 1) == min(here + 1, plan.count - 1) and plan.moved(here, 0, -1) == max(here - 1, 0)


@settings(max_examples=40, deadline=None)
@given(SIZES, A_FORM, st.booleans(), st.booleans(), st.sampled_from((0.35, 1.0)))
def test_lines_have_their_width_and_every_number_stands_in_its_place(
    size: tuple[int, int, int], form: Form | None, large: bool, hostile: bool, part: float
) -> None:
    count, width, room = size
    count = min((8, 40, 256), key=lambda known: abs(known - count))
    state = state_of(count, hostile, part)
    plan = planned(count, width, room, form, large)
    view = view_of(state, chosen=count // 2 + 1, large=large)
    lines = lines_of(view, plan, tuple(range(1, count + 1)))
    assert all(width_of(line) <= width for line in lines)
    assert all(style for line in lines for _, style in line)
    for rank in range(plan.ranks):
        here = plan.rank(rank)
        line = lines[rank * plan.pitch]
        _, last = plan.place(here[-1])
        assert width_of(line) == last + plan.cell
        text = written(line)
        if plan.form == "rows":
            assert text[1:4].strip() == label(rank + 1)
        elif not hostile and (plan.form == "columns" or not plan.margin):
            assert [text[plan.place(index)[1] :][1:4].strip(" ▌▸") for index in here] == [label(index + 1) for index in here]
        elif plan.margin:
            assert text[: plan.margin].strip() == label(here[0] + 1)


def test_in_a_mosaic_a_cross_is_who_stays_out_and_the_legend_says_so() -> None:
    state = state_of(64)
    view = view_of(state)
    plan = planned(64, 77, 9)
    *_, legend = lines_of(view, plan, tuple(range(1, 65)))
    assert state.task is not None
    assert "×" in written(tile(view, state.task.seats[3], plan)) and "○" not in written(tile(view, state.task.seats[3], plan))
    assert "!" in written(tile(view, state.task.seats[6], plan))
    said = written(legend)
    assert "× stays out" in said and "! failed" in said and "architect 7" in said and "…" not in said
    assert "○" in written(row(view, state.task.seats[3], 70, Columns()))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(ORDERS), st.text("0123efilnorst ", max_size=8))
def test_an_order_loses_nobody_and_a_filter_only_those_that_do_not_match(order: Order, text: str) -> None:
    state = state_of(40)
    assert state.task is not None
    everybody = arranged(state, state.task, order)
    assert sorted(everybody) == list(state.task.seats)
    kept = arranged(state, state.task, order, text)
    matching = {seat.seat for seat in state.task.seats.values() if matches(seat, text, ended=True)}
    assert kept == tuple(seat for seat in everybody if seat in matching)


def test_agents_stand_by_status_role_model_and_cost() -> None:
    state = fold(real())
    task = state.task
    assert task is not None
    assert [task.seats[seat].status for seat in arranged(state, task, "status")] == ["failed", *["in"] * 5, *["out"] * 2]
    roles = [task.seats[seat].role for seat in arranged(state, task, "role")[:5]]
    assert [role.split()[-1] for role in roles] == sorted(role.split()[-1] for role in roles)
    models = [task.seats[seat].model for seat in arranged(state, task, "model")]
    assert models == sorted(models)
    for call in state.calls.values():
        if call.simulated and call.id.seat:
            call.cost_usd = 99.0
    dear = arranged(state, task, "cost")
    costs = {seat.seat: state.calls[seat.calls[-1]].cost_usd for seat in task.seats.values()}
    imaginary = [seat.seat for seat in task.seats.values() if state.calls[seat.calls[-1]].simulated]
    assert dear[-1] == 5 and costs[5] is None, "an unknown price is not nothing, but it cannot be compared"
    assert list(dear[-1 - len(imaginary) : -1]) == imaginary, "imaginary money is not compared with real money"
    paid = [costs[seat] or 0.0 for seat in dear[: -1 - len(imaginary)]]
    assert paid == sorted(paid, reverse=True) and len(set(paid)) > 1


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("", set(range(1, 9))),
        ("3", {3}),
        ("03", {3}),
        ("stays", {3, 8}),
        ("tays", set()),
        ("in", {1, 2, 4, 5, 7}),
        ("FAILED", {6}),
        ("plan", {2}),
        ("architect in", {1}),
        ("gpt", set()),
        ("sim:strong out", {3, 8}),
        ("[(", set()),
    ],
)
def test_a_filter_takes_numbers_and_beginnings_of_words(text: str, seats: set[int]) -> None:
    state = state_of(8)
    assert state.task is not None
    assert set(arranged(state, state.task, "turn", text)) == seats


def test_what_changed_is_marked_for_a_second_of_the_screen_and_a_growing_text_is_no_change() -> None:
    events = made()
    deltas = [place for place, event in enumerate(events) if isinstance(event, ev.CallDelta) and CallId.parse(event.call).seat == 2]
    state = fold(events[: deltas[-1] + 1])
    task = state.task
    assert task is not None
    started = next(event.t for event in events if isinstance(event, ev.CallStarted) and CallId.parse(event.call).seat == 2)
    assert task.seats[2].changed == started < state.t
    assert task.seats[2].version == events[deltas[-1]].seq
    assert not View(state, task, 1, 0.0).fresh(task.seats[8]), "nothing has happened to it yet"

    def marked(at: float, second: float = 1.0) -> bool:
        view = View(state, task, 1, at, second=second)
        for line in (row(view, task.seats[2], 70, Columns()), compact(view, task.seats[2], 26, Columns())):
            assert ("▸" in written(line)) == any(style.endswith(" changed") for _, style in line) == view.fresh(task.seats[2])
        return view.fresh(task.seats[2])

    assert marked(started) and marked(started + 0.9) and not marked(started + 1.01)
    assert marked(started + 7.9, second=8.0) and not marked(started + 8.01, second=8.0)
    decided = fold(events[deltas[-1] + 1 : deltas[-1] + 3], state)
    assert decided.task is not None and decided.task.seats[2].changed == decided.t


def test_how_far_a_reply_is_stands_in_every_form_and_is_called_about() -> None:
    state = fold([event for event in made() if event.t <= 1.0])
    task = state.task
    assert task is not None and task.seats[1].status == "deciding"
    count = len(state.calls["1/contribute/1/1"].text) // 6
    view = View(state, task, 2, state.t)
    assert f"◐ deciding … ~{count} words" in written(row(view, task.seats[1], 70, Columns()))
    assert f"◐ deciding ~{count} words" in written(compact(view, task.seats[1], 26, Columns()))
    assert f"◐ ~{count}" in written(tile(view, task.seats[1], planned(64, 53, 20)))
    assert "deciding" in written(compact(view, task.seats[1], 24, Columns(3)))


def test_beyond_the_last_line_the_cursor_keeps_its_column() -> None:
    plan = planned(64, 80, 23)
    assert (plan.columns, plan.ranks) == (3, 22)
    assert [plan.moved(index, 99, 0) for index in (0, 1, 30, 62)] == [63, 63, 63, 63]
    full = planned(63, 80, 23)
    assert [full.moved(index, 99, 0) for index in (0, 1, 30, 62)] == [60, 61, 60, 62]
    assert [full.moved(index, -99, 0) for index in (0, 31, 62)] == [0, 1, 2]


def test_a_role_that_is_too_long_keeps_its_last_words() -> None:
    assert ending("clinical continuity planner", 20) == "…continuity planner"
    assert ending("planner", 20) == "planner"
    assert ending("x " + "long" * 9, 8) == "longlon…"


def test_imaginary_money_stands_in_brackets_and_unknown_money_is_a_dash() -> None:
    state = fold(real())
    assert state.task is not None
    said = {seat.seat: written(row(view_of(state), seat, 90, Columns(priced=True))) for seat in state.task.seats.values()}
    assert "($0." in said[8] or "($0." in said[3]
    assert " $0." in said[1] and "(" not in said[1]
    assert "–" in said[5] and "$" not in said[5]


async def test_order_filter_and_form_have_keys_and_the_cursor_moves_in_what_is_shown() -> None:
    app = LiveStage(64)
    async with app.run_test(size=(160, 45)) as pilot:
        screen = app.run_screen
        board = screen.query_one(Board)
        await pilot.pause()
        await pilot.press("slash", *"out")
        assert [line.split()[0].strip("▌") for line in texts(board)[0:2]] == ["03", "08"]
        assert str(board.border_title).startswith("Agents ── /out · 13 of 64 ── ")
        assert screen.view().chosen == 3, "what is found is what all panels show"
        await pilot.press("enter", "down")
        assert board.has_focus and screen.view().chosen == 8
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert screen.view().chosen == 8
        assert any("▌" in line and "08" in line for line in texts(board))
        await pilot.resize_terminal(160, 45)
        await pilot.press("escape")
        assert len(board.shown) == 64 and "of 64" not in str(board.border_title)
        assert app.screen is screen
        await pilot.press("o", "O")
        assert "by status · as rows" in str(board.border_title)
        assert "06 ✗" in texts(board)[0] or board.scroll_offset.y
        assert any("▌" in line and "08" in line for line in texts(board)), "the chosen agent stays in view"
        await pilot.press("O", "O", "O", "o", "o", "o", "o")
        assert "by" not in str(board.border_title) and "as" not in str(board.border_title)
        await pilot.press("slash", *"zzz", "escape")
        assert len(board.shown) == 64 and board.has_focus


async def test_keys_that_come_before_the_screen_has_answered_count_all_the_same() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        board = app.run_screen.query_one(Board)
        board.post_message(Board.Chosen(1))
        await pilot.pause()
        for _ in range(4):
            board.action_move(1, 0)
        await pilot.pause()
        assert app.run_screen.view().chosen == 5


async def test_new_events_move_neither_cursor_nor_place() -> None:
    app = LiveStage(256, part=0.4)
    async with app.run_test(size=(120, 40)) as pilot:
        board = app.run_screen.query_one(Board)
        await pilot.press("O", "pagedown", "pagedown", "pagedown")
        await pilot.pause()
        board.scroll_to(y=60, animate=False, immediate=True)
        chosen = app.run_screen.view().chosen
        app.session.let(30)
        app.now += 1.0
        app.run_screen.frame()
        assert (board.scroll_offset.y, app.run_screen.view().chosen) == (60, chosen)


async def test_only_rows_in_view_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [event for event in made(256) if isinstance(event, (ev.SessionStarted, ev.TaskStarted, ev.CallStarted, ev.BlockAdded))]
    started = [event for event in events if not (isinstance(event, ev.CallStarted) and event.kind == "judge")]
    made_lines: list[int] = []
    original = line_of

    def counted(view: View, number: int, *rest: object) -> Line:
        made_lines.append(number)
        return original(view, number, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(board_module, "line_of", counted)
    numbered: list[ev.AnyEvent] = [replace(event, seq=number, t=0.0) for number, event in enumerate(started)]
    pieces: list[ev.AnyEvent] = [ev.CallDelta(seq=len(numbered) + more, call="1/contribute/1/1", text="{") for more in range(9)]
    app = LiveStage(256, events=[*numbered, *pieces], part=len(numbered) / (len(numbered) + len(pieces)) + 1e-9)
    async with app.run_test(size=(200, 60)) as pilot:
        board = app.run_screen.query_one(Board)
        await pilot.press("O")
        await pilot.pause()
        made_lines.clear()
        app.session.let(1)
        app.now += 1.0
        app.run_screen.frame()
        assert 0 < len(made_lines) <= board.size.height
        texts(board)
        made_lines.clear()
        board.scroll_to(y=200, animate=False, immediate=True)
        assert set(range(200, 200 + board.size.height)) & set(range(256)) <= set(made_lines)


async def test_a_replay_says_how_fast_its_seconds_pass() -> None:
    app = Stage(ReplaySource(player(made())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("plus", "plus")
        assert app.run_screen.view().second == app.source.speed == 4.0
    live = LiveStage()
    async with live.run_test(size=(80, 24)) as pilot:
        await pilot.press("plus")
        assert live.run_screen.view().second == 1.0


def test_json_of_a_reply_is_what_words_are_counted_in() -> None:
    """PER_WORD is about right for a reply as agents write it."""
    reply = json.dumps({"participate": True, "role": "identity architect", "reason": "x" * 60, "depends_on": [], "contribution": TEXT})
    assert 0.7 < len(reply) / PER_WORD / len(TEXT.split()) < 1.6
