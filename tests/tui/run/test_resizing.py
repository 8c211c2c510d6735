"""Another size in mid-run: whoever is looked at, what is open and where one was reading stay."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.head import Narration
from selforg_tui.tui.run.surface.cells import Line, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.surface.prose import letters, line_after
from selforg_tui.tui.run.time.narration import narrated
from selforg_tui.tui.widgets.footer import KeysLine
from tests.tui.run.conftest import LiveStage
from tests.tui.run.test_live import shown
from tests.tui.run.test_present import on_screen

LARGE, MIDDLE, SMALL = (160, 45), (80, 24), (60, 16)


def first_words(detail: Detail) -> str:
    """What is read at the top: the words of the first lines in view."""
    top = detail.scroll_offset.y
    return " ".join("".join(text for text, _ in line).strip() for line in detail.lines[top : top + 2]).strip()


async def test_a_change_of_size_in_mid_run_loses_neither_agent_nor_panel_nor_place() -> None:
    app = LiveStage(8, tasks=2, part=0.75, text=" ".join(f"word{number}" for number in range(700)))
    async with app.run_test(size=LARGE) as pilot:
        detail = app.run_screen.query_one(Detail)
        await pilot.press("up", "up", "up", "d")
        await pilot.resize_terminal(*MIDDLE)
        await pilot.pause()
        chosen, shown = app.run_screen.view().chosen, on_screen(app)
        for _ in range(3):
            await pilot.press("pagedown")
        top = detail.scroll_offset.y
        read = first_words(detail)
        assert shown == ["detail"] and top > 0 and detail.max_scroll_y > top
        for size in (LARGE, MIDDLE, SMALL, LARGE, MIDDLE):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert on_screen(app) == shown and app.run_screen.view().chosen == chosen
            assert detail.has_focus
            if detail.max_scroll_y > detail.scroll_offset.y:
                assert read.split()[0] in first_words(detail).split(), size
            app.session.let(1)
            app.run_screen.frame(True)
        assert detail.scroll_offset.y == top


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
@pytest.mark.parametrize("key", ["a", "c", "s"])
async def test_the_footer_shows_whole_keys_and_the_dearest_at_every_size(size: tuple[int, int], key: str) -> None:
    app = LiveStage(part=0.5)
    async with app.run_test(size=MIDDLE) as pilot:
        await pilot.press(key)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        footer = app.run_screen.query_one(KeysLine)
        ends = [child.region.right for child in footer.children]
        assert ends and max(ends) <= size[0] + 1  # behind the last word is a space that may be lost
        said = [getattr(child, "description", "") for child in footer.children]
        assert {"Stop", "Agents", "Hierarchy", "Solution"} <= set(said)


@pytest.mark.parametrize("width", [20, 33, 71])
def test_the_same_words_are_found_in_another_width(width: int) -> None:
    text = " ".join(f"word{number}" for number in range(200))

    def laid(cells: int) -> list[Line]:
        return [((line, "plain"),) for line in wrap(text, cells)]

    before, after = laid(50), laid(width)
    for top in range(len(before)):
        first = before[top][0][0].split()[0]
        assert first in after[line_after(after, letters(before[:top]))][0][0].split()
    assert line_after((), 3) == 0


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_a_small_screen_tells_cost_and_verdict_and_what_just_happened(size: tuple[int, int]) -> None:
    app = LiveStage(256)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        told = shown(app, "summary").split()
        assert {"cost", "Q", "M"} <= set(told) and all("…" not in word for word in told)
        assert "The judge gives" in shown(app, "narration")
        await pilot.press("f5")
        await pilot.pause()
        narration = app.run_screen.query_one(Narration)
        in_view = " ".join("".join(text for text, _ in line).strip() for line in narration.lines[: narration.size.height])
        assert narrated(app.run_screen.view())[0] in in_view


@pytest.mark.parametrize("size", [SMALL, (100, 30)])
async def test_no_text_stands_under_a_scrollbar(size: tuple[int, int]) -> None:
    app = LiveStage(64, tasks=2)
    scrolled = set()
    async with app.run_test(size=size) as pilot:
        for keys in ("up", "2", "3", "4", "a", "h", "a", "r", "a", "s", "a", "c", "a", "j", "a", "e", "a", "M"):
            await pilot.press(keys)
            await pilot.pause()
            for panel in app.run_screen.query(Panel):
                if panel.is_on_screen and panel.show_vertical_scrollbar and panel.styles.scrollbar_size_vertical:
                    scrolled.add(panel.id)
                    room = panel.scrollable_content_region.width
                    texts = ["".join(text for text, _ in line).rstrip() for line in panel.lines]
                    assert not [text for text in texts if cell_len(text) > room], panel.id
    assert len(scrolled) > 4
