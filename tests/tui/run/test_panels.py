"""What models wrote stays in its cell, as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from textual.geometry import Offset, Region
from textual.selection import Selection

from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.surface.lines import Lines
from tests.tui.run.conftest import LiveStage, Stage

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 [bold]loud[/] [link=x]y[/link] 語語🙂👨‍👩‍👧 \u202eback\u202c \u200bzero\x00\x08 "
    "<output> \r over\ttab \x9b2J ![i](http://x) " + "é" * 40 + "語" * 4000
)


def texts(panel: Lines) -> list[str]:
    return [panel.render_line(y).text for y in range(panel.size.height)]


@pytest.mark.parametrize(("agents", "size"), [(8, (80, 24)), (64, (120, 40)), (256, (100, 30))])
async def test_hostile_text_never_leaves_its_cell(agents: int, size: tuple[int, int]) -> None:
    app = LiveStage(agents, part=0.95 if agents < 100 else 0.3, text=HOSTILE, role=HOSTILE[:200], reason=HOSTILE[:300])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in ("a", "2", "3", "4", "1", "s", "r"):
            await pilot.press(key)
            await pilot.pause()
            for panel in app.run_screen.query(Lines):
                for y in range(panel.size.height):
                    strip = panel.render_line(y)
                    assert strip.cell_length == panel.size.width
                    assert not [letter for letter in strip.text if unicodedata.category(letter) in ("Cc", "Cf", "Cs")]
                    assert all(segment.style is not None and segment.style.bgcolor is not None for segment in strip if segment.text)


async def test_markup_is_shown_as_it_was_written() -> None:
    app = LiveStage(role="[bold red]the [/] lead")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert any("[bold red]the [/] lead" in line for line in texts(app.run_screen.query_one(Board)))
        assert "01 [bold red]the [/] lead ── in" in app.export_screenshot().replace("&#160;", " ")


async def test_a_dragged_selection_copies_what_is_under_it() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board = app.run_screen.query_one(Board)
        found = board.get_selection(Selection(Offset(6, 0), Offset(14, 0)))
        assert found is not None and found[0] == "identity"[:8]
        await pilot.mouse_down(board, Offset(7, 1))
        await pilot.hover(board, Offset(13, 1))
        await pilot.mouse_up(board, Offset(13, 1))
        assert app.screen.get_selected_text() == "identity"[:7]


async def test_what_is_painted_does_not_know_its_place() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for board in app.run_screen.query(Lines):
            styles = [segment.style for strip in board.render_lines(Region(0, 0, *board.size)) for segment in strip]
            assert not any(style and style.meta for style in styles)


async def test_only_lines_that_changed_are_painted_again() -> None:
    app = LiveStage(part=0.3)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board = app.run_screen.query_one(Board)
        texts(board)
        painted: list[int] = []
        original = board.painted
        board.painted = lambda number: painted.append(number) or original(number)  # type: ignore[method-assign, func-returns-value]
        app.session.let(1)
        app.now += 1.0
        app.run_screen.frame()
        texts(board)
        assert 1 <= len(painted) <= 2


async def test_home_and_end_are_the_sessions_time_also_where_a_panel_scrolls(replay: Callable[..., Stage]) -> None:
    app = replay(agents=64)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key, at in (("end", app.source.seconds), ("home", 0.0), ("s", 0.0), ("end", app.source.seconds)):
            await pilot.press(key)
            await pilot.pause()
            assert app.source.at == at


async def test_a_mixed_team_names_models_without_provider_and_address() -> None:
    app = LiveStage(2, models=("openai:my-model:3b@http://127.0.0.1:8089/v1=1", "sim:weak=1"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        one, other, *_ = texts(app.run_screen.query_one(Board))
        assert "my-model:3b " in one and "8089" not in one
        assert " weak " in other
