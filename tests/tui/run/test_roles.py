"""Agents × tasks: who was what, and what the measures of roles say of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from selforg_tui.tui.run.roles.drawing import drawn, heads, legend, measured, planned, shortened, signs
from selforg_tui.tui.run.roles.grid import OTHER, grid, lettered, ordered
from selforg_tui.tui.run.roles.roles import Roles
from selforg_tui.tui.run.surface.cells import Line, width_of
from selforg_tui.tui.run.view import View
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import made, state_at
from tests.tui.run.test_live import shown


def plain(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_each_agent_has_a_cell_for_each_task_and_each_kind_a_letter() -> None:
    found = grid(state_at(made(8, tasks=3)))
    assert {len(row) for row in found.rows.values()} == {3} and list(found.rows) == list(range(1, 9))
    assert [cell.mark for cell in found.rows[3]] == ["× "] * 3 and [cell.mark for cell in found.rows[6]] == ["✗!"] * 3
    letters = {kind.word: kind.letter for kind in found.kinds}
    assert found.rows[1][0].mark == f"●{letters['architect']}" and found.rows[1][0].text == "identity architect"
    assert len(set(letters.values())) == len(letters)
    assert sum(kind.count for kind in found.kinds) == sum(found.times.values()) == 15


def test_a_removed_agent_keeps_its_role_and_shows_that_it_is_gone() -> None:
    state = state_at(made(8))
    state.tasks[0].seats[1].removed = True
    assert grid(state).rows[1][0].mark == "⊘a"


@settings(max_examples=50, deadline=None)
@given(some.lists(some.text(min_size=1, max_size=4), unique=True, max_size=80))
def test_letters_are_never_given_twice(words: list[str]) -> None:
    found = list(lettered(words).values())
    given_out = [letter for letter in found if letter != OTHER]
    assert len(set(given_out)) == len(given_out) == min(len(words), 52)


def test_orders_put_kinds_together_and_the_busiest_first() -> None:
    state = state_at(made(16, tasks=2))
    state.tasks[1].seats[1].contribution = ""
    found = grid(state)
    assert ordered(found, "seat") == list(range(1, 17))
    kinds = [found.first.get(seat) for seat in ordered(found, "kind")]
    assert all(kinds.index(kind) + kinds.count(kind) - 1 == len(kinds) - 1 - kinds[::-1].index(kind) for kind in kinds)
    busiest = ordered(found, "times")
    assert busiest.index(1) > busiest.index(16) and found.times[1] == 1


@settings(max_examples=50, deadline=None)
@given(some.integers(1, 256), some.integers(1, 30), some.integers(1, 30), some.integers(30, 200), some.integers(3, 60), some.booleans())
def test_whatever_the_size_everybody_has_a_place_and_the_task_is_among_the_shown(
    agents: int, tasks: int, looked_at: int, width: int, height: int, large: bool
) -> None:
    looked_at = min(looked_at, tasks)
    plan = planned(agents, tasks, looked_at, width, height, large)
    assert looked_at - 1 in plan.tasks and plan.tasks.stop <= tasks
    assert plan.lines * plan.beside >= agents > plan.lines * (plan.beside - 1) or plan.beside == 1
    assert plan.beside == 1 or plan.beside * (plan.block + 1) <= width


@pytest.mark.parametrize(("agents", "tasks"), [(4, 1), (16, 6), (256, 3), (8, 30)])
@pytest.mark.parametrize(("width", "height"), [(58, 9), (78, 15), (118, 32)])
@pytest.mark.parametrize("large", [False, True])
def test_no_line_is_wider_than_its_room_and_every_seat_is_drawn_once(agents: int, tasks: int, width: int, height: int, large: bool) -> None:
    state = state_at(made(agents, tasks))
    view = View(state, state.tasks[0], 1, 0.0, large=large)
    found = grid(state)
    plan = planned(agents, tasks, 1, width, height, large)
    lines = drawn(found, ordered(found, "seat"), 1, plan)
    about = [*heads(view, plan), *measured(state, state.tasks[0], width), *legend(found, width, 2), signs(found, width)]
    assert all(width_of(line) <= width for line in [*lines, *about])
    seats = [text.strip() for line in lines for text, style in line if style in ("dim", "strong") and text.strip().isdigit()]
    assert sorted(map(int, seats)) == list(range(1, agents + 1))


def test_a_measure_without_a_value_is_a_dash_with_its_reason() -> None:
    one, two = state_at(made(8)), state_at(made(8, tasks=2))
    assert "persistence – (needs two tasks)" in plain(measured(one, one.tasks[0], 100))[0]
    assert "persistence 1.00" in plain(measured(two, two.tasks[0], 100))[0]
    nobody = state_at(made(8), 3)
    assert "uniqueness – (nobody has taken a role)" in plain(measured(nobody, nobody.tasks[0], 100))[1]


def test_the_last_word_of_a_long_role_stays() -> None:
    assert shortened("hospital clinical continuity lead", 20) == "hospital clini… lead"
    assert shortened("lead", 20) == "lead"


async def test_the_cursor_chooses_an_agent_and_the_order_changes_under_it() -> None:
    app = LiveStage(16, tasks=6)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r", "down", "down")
        await pilot.pause()
        screen, panel = app.run_screen, app.run_screen.query_one(Roles)
        assert screen.view().chosen == 3 and "▌03 ×  stays out" in shown(app, "roles")
        for _ in range(3):
            panel.action_go(1)  # keys that come before the screen has answered count all the same
        await pilot.pause()
        assert screen.view().chosen == 6
        await pilot.press("up", "up", "up")
        assert "▸6 L3 Q .75" in shown(app, "roles")
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert "▸5 L3 Q .75" in shown(app, "roles")
        await pilot.press("o", "o")
        await pilot.pause()
        assert panel.order == "times" and "by times taken part" in str(panel.border_subtitle)
        assert "▌03" in shown(app, "roles").splitlines()[-4] or "▌03" in shown(app, "roles")
        await pilot.press("enter")
        await pilot.pause()
        assert "03" in shown(app, "detail")


async def test_heads_stay_where_agents_scroll() -> None:
    app = LiveStage(64, tasks=12)
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("r", *["pagedown"] * 3)
        await pilot.pause()
        session, over, *agents = shown(app, "roles").splitlines()[1:]
        assert app.run_screen.query_one(Roles).scroll_offset.y > 0
        assert "persistence" in session and over.split()[:12] == [str(number) for number in range(1, 13)]
        assert any("▌31" in line for line in agents)
