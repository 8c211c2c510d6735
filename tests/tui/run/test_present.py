"""Shown to a room: one panel at a time, large, with what just happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selforg_tui.tui.run.arrangement import PRESENTED
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.surface.digits import large
from tests.tui.run.conftest import Stage


def on_screen(app: Stage) -> list[str]:
    return [name for name, panel in app.run_screen.query_one("#body").panels.items() if panel.is_on_screen]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 45)])
async def test_one_panel_at_a_time_and_back_to_the_desk(replay: Callable[..., Stage], size: tuple[int, int]) -> None:
    app = replay(tasks=2)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        before = on_screen(app)
        await pilot.press("end", "f5")
        await pilot.pause()
        seen = [on_screen(app)]
        for _ in PRESENTED[1:]:
            await pilot.press("pagedown")
            await pilot.pause()
            seen.append(on_screen(app))
        assert seen == [["board"], *([name] for name in PRESENTED[1:])]
        assert app.run_screen.view().large
        await pilot.press("pagedown", "pageup")
        await pilot.pause()
        assert on_screen(app) == [PRESENTED[-1]]
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert on_screen(app) == before


async def test_before_a_room_numbers_are_large_where_they_fit(replay: Callable[..., Stage]) -> None:
    app = replay(tasks=2)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("end", "f5")
        await pilot.pause()
        board = app.run_screen.query_one(Board)
        task = app.run_screen.view().task
        assert task is not None and board.plan.pitch >= 3 and board.plan.height <= board.size.height
        seat = next(seat for seat in task.seats if task.parents(seat))
        line, _ = board.plan.place(board.shown.index(seat))
        said = ["".join(text for text, _ in board.lines[line + inside]) for inside in range(3)]
        assert task.seats[seat].role in said[0] and f"↳ builds on {task.parents(seat)[0]:02d}" in said[2]
        assert all(figure in text for figure, text in zip(large(f"{seat:02d}"), said, strict=True))
        await pilot.click(board, offset=(30, line + 2 + 2))  # inside border and padding
        assert app.run_screen.view().chosen == seat
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert board.plan.pitch < 3


async def test_page_keys_move_the_cursor_where_nothing_is_presented(replay: Callable[..., Stage]) -> None:
    app = replay(agents=30)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("end", "pagedown")
        await pilot.pause()
        assert app.run_screen.view().chosen > 10
