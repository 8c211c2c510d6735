"""Shown to a room: one panel at a time, large, with what just happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selforg_tui.tui.run.arrangement import PRESENTED
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


async def test_page_keys_move_the_cursor_where_nothing_is_presented(replay: Callable[..., Stage]) -> None:
    app = replay(agents=30)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("end", "pagedown")
        await pilot.pause()
        assert app.run_screen.view().chosen > 10
