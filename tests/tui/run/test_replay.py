"""A recording on the same screen: play, pause, speed, step, seek."""

from __future__ import annotations

from collections.abc import Callable

from selforg_tui.tui.run.time.timeline import Timeline
from tests.tui.run.conftest import Stage
from tests.tui.run.test_live import shown

Make = Callable[..., Stage]


async def test_it_plays_as_time_passes_and_rests_at_the_end(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.source.playing
        app.now += 2.0
        app.run_screen.frame()
        assert app.source.at == 2.0
        await pilot.press("plus")
        app.now += 1.0
        app.run_screen.frame()
        assert (app.source.speed, app.source.at) == (2.0, 4.0)
        app.now += 1000.0
        app.run_screen.frame()
        assert not app.source.playing and app.run_screen.resting
        assert "1 failed" in shown(app, "board")


async def test_space_pauses_and_a_pause_does_not_count(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert not app.source.playing
        app.now += 100.0
        await pilot.press("space")
        app.run_screen.frame()
        assert app.source.playing and app.source.at < 1.0


async def test_keys_seek_and_going_back_shows_what_was_then(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "end")
        await pilot.pause()
        assert app.source.at == app.source.seconds and "5 in" in shown(app, "board")
        await pilot.press("shift+left")
        await pilot.pause()
        assert app.source.at == app.source.seconds - 10 and "5 in" not in shown(app, "board")
        await pilot.press("right")
        assert app.source.at == app.source.seconds - 9
        await pilot.press("home")
        await pilot.pause()
        assert app.source.at == 0.0 and "depth 0" in shown(app, "hierarchy") and "identity" not in shown(app, "board")


async def test_steps_stop_at_what_happens(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("home", "n", "n", "n")
        await pilot.pause()
        assert not app.source.playing
        here = app.source.at
        await pilot.press("n")
        assert app.source.at >= here
        await pilot.press("p", "p")
        assert app.source.at <= here


async def test_a_click_on_the_line_seeks(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space")
        await pilot.click(Timeline, offset=(119 - 3, 0))
        assert app.source.at > app.source.seconds * 0.9


async def test_the_line_marks_what_is_to_come(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space")
        await pilot.pause()
        assert all(glyph in shown(app, "timeline") for glyph in "●○✗★")


async def test_leaving_takes_the_same_key_twice(replay: Make) -> None:
    app = replay()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.run_screen
        await pilot.press("escape", "down", "escape")
        await pilot.pause()
        assert app.screen is screen and "Esc again leaves" in str(screen.query_one("#narration").lines)  # type: ignore[attr-defined]
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not screen
