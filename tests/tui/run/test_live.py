"""A session at work on the Run screen, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region

from selforg_tui.core import events as ev
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import SessionState
from selforg_tui.models.base import Pace
from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.surface.digits import large
from selforg_tui.tui.run.surface.lines import Lines
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.sources import LiveSource, ReplaySource
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import made, player
from tests.tui.run.test_panels import texts


def shown(app: Stage, name: str) -> str:
    """What a panel shows, its border's title first."""
    panel = app.run_screen.query_one(f"#{name}", Lines)
    return "\n".join([str(panel.border_title or ""), *texts(panel)])


async def test_rows_fill_while_the_team_works() -> None:
    app = LiveStage(part=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for _ in range(2):
            app.session.let(40)
            app.now += 1.0
            app.run_screen.frame()
            await pilot.pause()
        assert "5 in" not in shown(app, "board") and "in · 1 out" in shown(app, "board")
        assert "stays out: What I would add" in shown(app, "board")
        app.session.let(1000)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "5 in · 2 out · 1 failed" in shown(app, "board")
        assert "06 failed" in shown(app, "narration") and "R replays it" in shown(app, "narration")
        assert app.run_screen.resting


async def test_the_cursor_follows_who_acts_until_it_is_moved() -> None:
    app = LiveStage(part=0.5)
    app.session.let(5)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        first = app.run_screen.view().chosen
        assert app.session.state.tasks[0].seats[first].status == "deciding"
        await pilot.press("up", "up")
        await pilot.pause()
        chosen = app.run_screen.view().chosen
        assert chosen == first - 2
        for _ in range(200):
            if app.session.state.tasks[0].seats[first + 1].status == "deciding":
                break
            app.session.let(1)
        assert app.run_screen.view().chosen == chosen
        await pilot.press("f")
        assert app.run_screen.view().chosen == first + 1


async def test_a_reply_is_readable_while_it_arrives() -> None:
    app = LiveStage(part=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        app.session.let(3 + 9)
        app.run_screen.frame(True)
        await pilot.pause()
        assert "identity architect" in shown(app, "detail") and "Wards first" in shown(app, "detail")
        assert '"participate"' not in shown(app, "detail")


async def test_the_four_sides_of_an_agent() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        for key, words in {"1": "Wards first", "2": "You are one of 8 agents.", "3": '"participate": true', "4": "sim:strong"}.items():
            await pilot.press(key)
            await pilot.pause()
            assert words in shown(app, "detail")


async def test_the_verdict_and_its_reasons() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert large(".75")[1] in shown(app, "judge") and "weak" in shown(app, "judge") and "simulated judge" in shown(app, "judge")
        await pilot.press("j", "j")
        await pilot.pause()
        assert "It names owners and an order" in shown(app, "judge")


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
async def test_a_solution_with_a_gap_says_so_first(size: tuple[int, int]) -> None:
    app = LiveStage()
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        await pilot.pause()
        first = shown(app, "solution").splitlines()
        assert "with parts missing" in first[0] and "1 of 8 agents failed (06)" in first[1]


async def test_earlier_tasks_can_be_looked_at() -> None:
    app = LiveStage(tasks=3)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert "task 2/3" in shown(app, "head") and "Part 2 of the plan" in shown(app, "head")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()
        assert "task 3/3" in shown(app, "head")


async def test_leaving_a_run_is_asked_about_once() -> None:
    app = LiveStage(part=0.4)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.run_screen
        await pilot.press("escape")
        await pilot.pause()
        assert "Esc again" in shown(app, "narration") and not app.session.stopped
        await pilot.press("down")
        await pilot.pause()
        assert "Esc again" not in shown(app, "narration")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.session.stopped and app.screen is not screen


async def test_an_interrupt_stops_the_run_and_only_then_leaves() -> None:
    app = LiveStage(part=0.4)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.run_screen.interrupt() and app.session.stopped
        await app.workers.wait_for_complete()
        assert not app.run_screen.interrupt()


async def test_the_way_to_stop_stands_at_the_bottom_for_as_long_as_the_run_goes_on() -> None:
    app = LiveStage(part=0.4)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.active_bindings["ctrl+c"].binding.description == "Stop"
        await pilot.press("ctrl+c")
        await app.workers.wait_for_complete()
        assert app.session.stopped
        assert app.screen.active_bindings["ctrl+c"].binding.description != "Stop"


async def test_the_chosen_agents_text_is_copied() -> None:
    app = LiveStage()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y")
        assert app.clipboard.startswith("Wards first")


async def test_an_ended_session_is_replayed_by_a_key() -> None:
    app = LiveStage()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("R")
        assert app.replayed == [app.session.path]


async def test_the_mouse_chooses_an_agent_in_board_and_tree() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(Board, offset=(5, 4))
        assert app.run_screen.view().chosen == 4
        await pilot.click("#hierarchy", offset=(5, 3))
        assert app.run_screen.view().chosen == 1


class Refused:
    """A session that cannot start."""

    def __init__(self, problem: Exception) -> None:
        self.state, self.path, self.id, self.problem = SessionState(), Path("x.jsonl"), "x", problem
        self.pace = Pace()

    async def run(self) -> str:
        raise self.problem

    def stop(self) -> None: ...


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
async def test_a_run_that_cannot_start_says_why(size: tuple[int, int]) -> None:
    app = Stage(LiveSource(Refused(ConfigError("There is no key for [openai]: set OPENAI_API_KEY.")), clock=lambda: 0.0))  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        screen = app.run_screen
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "There is no key for [openai]" in " ".join(shown(app, "trouble").split())
        assert not screen.query_one(Detail).is_on_screen
        await pilot.press("escape")
        assert app.screen is not screen


@pytest.mark.parametrize(("size", "agents"), [((60, 16), 1), ((80, 24), 256), ((100, 30), 8), ((120, 40), 64), ((160, 45), 8)])
async def test_nothing_overlaps_or_is_cut_off(size: tuple[int, int], agents: int) -> None:
    app = LiveStage(agents, tasks=2, part=0.6)
    async with app.run_test(size=size) as pilot:
        for key in ("a", "h", "c", "c", "j", "s", "d"):
            await pilot.press(key)
            await pilot.pause()
            screen = Region(0, 0, *size)
            regions = [panel.region for panel in app.run_screen.query(Panel) if panel.is_on_screen]
            assert all(region.area and screen.contains_region(region) for region in regions), key
            assert not [1 for a in regions for b in regions if a is not b and a.overlaps(b)], key


async def test_left_and_right_move_in_a_mosaic_and_a_resize_keeps_the_place() -> None:
    app = LiveStage(256, part=0.5)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        start = app.run_screen.view().chosen
        await pilot.press("left", "up")
        chosen = app.run_screen.view().chosen
        assert chosen == start - 1 - app.run_screen.query_one(Board).columns
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.run_screen.view().chosen == chosen


async def test_after_a_stop_nobody_is_said_to_be_deciding() -> None:
    events = made()
    cut = next(place for place, event in enumerate(events) if isinstance(event, ev.CallDelta) and event.call == "1/contribute/4/1")
    end = ev.SessionEnded(seq=cut, t=events[cut].t, status="interrupted", text="The run was stopped.")
    app = Stage(ReplaySource(player([*events[:cut], end])))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "end")
        await pilot.pause()
        assert "1 cut off · 4 not asked" in shown(app, "board") and "deciding" not in shown(app, "board")
        assert shown(app, "narration").strip().split("  ")[0] == "The run was stopped."


async def test_a_run_that_came_to_nothing_says_once_that_it_did_and_why() -> None:
    events = made()
    first = next(place for place, event in enumerate(events) if isinstance(event, ev.CallDelta))
    at = events[first].t
    last: list[ev.AnyEvent] = [
        ev.SeatFailed(seq=first, t=at, task=1, seat=1, step="contribute", reason="Nobody answers at http://127.0.0.1:9/v1."),
        ev.SessionEnded(seq=first + 1, t=at, status="failed", text="There is no solution, because models failed."),
    ]
    app = Stage(ReplaySource(player([*events[:first], *last])))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "end")
        await pilot.pause()
        said = shown(app, "narration")
        assert said.count("because models failed") == 1 and "Nobody answers at http://127.0.0.1:9/v1." in said


async def test_simulated_models_at_work_can_be_hurried() -> None:
    app = LiveStage(8, part=0.5)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("plus", "plus")
        await pilot.pause()
        assert app.session.pace.wait == 0.25
        assert "live 4×" in shown(app, "timeline")
        await pilot.press("minus", "minus")
        await pilot.pause()
        assert app.session.pace.wait == 1.0
        assert "×" not in shown(app, "timeline")
