"""What keeps the Run screen quick, and small, for hours."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest
from textual.content import Content
from textual.geometry import Region
from textual.widgets._footer import FooterKey

from selforg_tui.tui.run import collector
from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.solution.solution import Solution
from tests.tui.run.conftest import LiveStage, Stage


def test_what_was_there_before_is_left_out_of_passes_until_it_is_over() -> None:
    gc.unfreeze()
    collector.hold()
    try:
        assert gc.get_freeze_count() > 1000
        collector.hold()
        collector.release()
        assert gc.get_freeze_count() > 1000
        before = gc.get_freeze_count()
        kept = [[] for _ in range(1000)]  # type: ignore[var-annotated]
        for _ in range(collector.PASSES):
            gc.collect()
        assert gc.get_freeze_count() >= before + len(kept)
        more = [[] for _ in range(1000)]  # type: ignore[var-annotated]
        settled = gc.get_freeze_count()
        gc.collect()
        assert more and gc.get_freeze_count() <= settled
    finally:
        collector.release()
    assert gc.get_freeze_count() == 0


async def test_a_panel_keeps_pace_with_frames_that_come_a_little_early() -> None:
    app = LiveStage(part=0.3)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board, painted = app.run_screen.query_one(Board), 0
        original = board.paint

        def paint(view: object) -> None:
            nonlocal painted
            painted += 1
            original(view)  # type: ignore[arg-type]

        board.paint = paint  # type: ignore[method-assign]
        view = app.run_screen.view()
        for number in range(12):
            board._key = None
            board.follow(view, 100 + number / 12 - (number % 2) * 0.002)
        assert painted == 12
        for number in range(100):
            board._key = None
            board.follow(view, 200 + number / 100)
        assert painted - 12 <= 24


async def test_a_lower_border_that_says_the_same_paints_nothing() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        detail, asked = app.run_screen.query_one(Detail), 0
        original = detail.refresh

        def refresh(*regions: Region, **how: bool) -> Detail:
            nonlocal asked
            asked += 1
            return original(*regions, **how)

        detail.refresh = refresh  # type: ignore[method-assign]
        detail.border_subtitle = Content.assemble(("one", "bold"), " two")
        assert asked == 1
        detail.border_subtitle = Content.assemble(("one", "bold"), " two")
        assert asked == 1
        detail.border_subtitle = Content.assemble("one ", ("two", "bold"))
        assert asked == 2 and "two" in (detail.border_subtitle or "")


@pytest.mark.parametrize("key", ["home", "end"])
async def test_the_ends_of_time_are_reached_from_a_panel_that_scrolls(replay: Callable[..., Stage], key: str) -> None:
    app = replay(64)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "right", "right", "s")
        app.source.seek(app.source.seconds / 2)
        app.run_screen.frame(True)
        await pilot.pause()
        panel = app.run_screen.query_one(Solution)
        assert panel.has_focus and panel.max_scroll_y > 0
        await pilot.press(key)
        assert app.source.at == (0 if key == "home" else app.source.seconds)


async def test_keys_that_are_gone_from_the_last_line_are_let_go() -> None:
    app, keys = LiveStage(), list[weakref.ref[FooterKey]]()
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(3):
            for key in ("h", "s", "a"):
                await pilot.press(key)
                await pilot.pause()
                keys += [weakref.ref(each) for each in app.run_screen.query(FooterKey)]
        gc.unfreeze()
        gc.collect()
        left = [each for each in (key() for key in keys) if each is not None]
        assert left and all(each.is_attached for each in left)
