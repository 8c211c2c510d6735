"""Measures on the Run screen: all of them, and each explained by a key."""

from __future__ import annotations

import pytest

from selforg_tui.metrics import measures
from selforg_tui.metrics.measure import shown
from selforg_tui.metrics.measures import MEASURES
from selforg_tui.tui.help import help_of
from selforg_tui.tui.run.measures import Measures
from tests.tui.run.conftest import LiveStage
from tests.tui.run.test_panels import HOSTILE


def written(panel: Measures) -> list[str]:
    return [" ".join("".join(text for text, _ in line).split()) for line in panel.lines]


@pytest.mark.parametrize("size", [(160, 45), (120, 40), (80, 24)])
async def test_all_are_there_with_the_values_of_task_and_session(size: tuple[int, int]) -> None:
    app = LiveStage(8, tasks=2)
    async with app.run_test(size=size) as pilot:
        await pilot.press("M")
        await pilot.pause()
        panel = app.run_screen.query_one(Measures)
        state = app.session.state
        assert panel.has_focus and state.task is not None
        one, whole = measures.of_task(state, state.task), measures.of_session(state)
        lines = written(panel)
        for measure in MEASURES:
            values = [shown(measure, found[measure.name]) for found in (one, whole) if measure.name in found]
            assert any(line.startswith(" ".join([measure.title, *values])) for line in lines), measure.name
        for line in panel.lines:
            assert sum(len(text) for text, _ in line) <= panel.size.width
        await pilot.press("escape")
        await pilot.pause()
        assert not panel.is_on_screen


async def test_enter_explains_the_chosen_one_and_so_does_help() -> None:
    app = LiveStage(8)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("M", *["down"] * (len(MEASURES) - 1))
        await pilot.pause()
        panel = app.run_screen.query_one(Measures)
        last = MEASURES[-1]
        help = help_of(app.screen)
        text = help.text + help.more
        assert panel.measure is last and last.formula in text and last.source in text
        assert ("M", "Measures") in help.keys
        before = len(panel.lines)
        await pilot.press("enter")
        await pilot.pause()
        said = " ".join(written(panel))
        assert last.formula in said and last.source in said and last.range in said
        on_screen = " ".join(" ".join(panel.render_line(y).text.split()) for y in range(panel.size.height))
        assert last.formula in on_screen and last.source in on_screen
        await pilot.press("enter")
        await pilot.pause()
        assert len(panel.lines) == before


async def test_raw_names_of_roles_are_one_step_away_and_stay_text() -> None:
    app = LiveStage(3, role=HOSTILE[:200])
    async with app.run_test(size=(120, 40)) as pilot:
        place = next(place for place, measure in enumerate(MEASURES) if measure.name == "unique_roles")
        await pilot.press("M", *["down"] * place, "enter")
        await pilot.pause()
        panel = app.run_screen.query_one(Measures)
        said = " ".join(written(panel))
        assert "2 × " in said and "[bold]loud[/] [link=x]y[/link]" in said
        assert "\x1b" not in said


async def test_it_follows_a_session_and_rests_where_nothing_happens() -> None:
    app = LiveStage(8, part=0.3)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M")
        await pilot.pause()
        panel = app.run_screen.query_one(Measures)
        assert any(line.startswith("quality Q – –") for line in written(panel))
        painted: list[int] = []
        original = panel.paint
        panel.paint = lambda view: painted.append(1) or original(view)  # type: ignore[method-assign, func-returns-value]
        app.now += 1.0
        app.run_screen.frame()
        assert painted == [], "nothing has happened since"
        app.session.let(10_000)
        app.now += 1.0
        app.run_screen.frame()
        assert painted == [1] and not any(line.startswith("quality Q – –") for line in written(panel))
        await pilot.press("escape")
        app.now += 1.0
        app.run_screen.frame(True)
        assert painted == [1], "hidden, it paints nothing"
