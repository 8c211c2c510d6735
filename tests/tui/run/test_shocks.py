"""Shocks on the Run screen: how they look, and how a hand sets them off."""

from __future__ import annotations

import re

import msgspec
import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig, Task, checked
from selforg_tui.core.fold import fold
from selforg_tui.core.shocks import parse
from selforg_tui.tui.run.board.words import words
from selforg_tui.tui.run.hierarchy.tree import grown
from selforg_tui.tui.run.time.marks import marks
from selforg_tui.tui.run.time.narration import TELLING, narrated
from selforg_tui.tui.run.view import View, counts
from selforg_tui.tui.screens.run import RunScreen
from selforg_tui.tui.sources import LiveSource
from tests.tui.in_app import in_app, lab, shown
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import made, player
from tests.tui.run.test_live import shown as panel

GONE = ev.Shocked(task=2, kind="remove-hub", seats=(4,), text="Agent 04 is removed: it is the hub.")


def struck(agents: int = 8) -> list[ev.AnyEvent]:
    """Agent 04 is removed before task 2, agent 01 in it after its part."""
    found: list[ev.AnyEvent] = []
    for event in made(agents, 2):
        name = getattr(event, "call", "") or f"{getattr(event, 'task', '')}/x/{getattr(event, 'seat', getattr(event, 'child', ''))}"
        if name.startswith("2/") and name.split("/")[2] == "4":
            continue
        if isinstance(event, ev.Edge) and event.task == 2 and event.parent == 4:
            continue
        found.append(event)
        if isinstance(event, ev.TaskStarted) and event.task == 2:
            found.append(msgspec.structs.replace(GONE, t=event.t))
        if isinstance(event, ev.Decided) and (event.task, event.seat) == (2, 1):
            found.append(ev.Shocked(task=2, kind="remove-random", seats=(1,), text="Agent 01 is removed.", planned=False, t=event.t))
    return [msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(found)]


def view_at(kinds: int, after: float = 0.0) -> View:
    """The view just after so many shocks."""
    events: list[ev.AnyEvent] = []
    for event in struck():
        events.append(event)
        kinds -= isinstance(event, ev.Shocked)
        if not kinds:
            break
    state = fold(events)
    return View(state, state.task, 4, state.t + after, True)


def test_who_is_removed_has_a_sign_and_a_word_everywhere() -> None:
    state = fold(struck())
    view = View(state, state.task, 4, state.t)
    task = state.tasks[1]
    assert "1 removed" in counts(view) and "⊘1" in counts(view, short=True)
    assert words(view, task.seats[4])[0] == "removed"
    assert words(view, task.seats[1])[0].startswith("⊘ ")
    assert grown(task).beside["removed"] == (4,)
    assert [mark.glyph for mark in marks(state)].count("↯") == 2


def test_it_is_told_for_a_moment() -> None:
    assert narrated(view_at(1))[0] == "Shock: Agent 04 is removed: it is the hub."
    assert narrated(view_at(2))[0] == "Shock by hand: Agent 01 is removed."
    assert "Shock" not in narrated(view_at(2, after=TELLING + 0.1))[0]


@pytest.mark.parametrize(("size", "agents"), [((120, 40), 8), ((80, 24), 8), ((80, 24), 60), ((80, 24), 200)])
async def test_on_every_screen(size: tuple[int, int], agents: int) -> None:
    app = LiveStage(events=struck(agents))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "⊘" in panel(app, "board") and "1 removed" in panel(app, "board") + counts(app.run_screen.view())
        if agents == 8:
            await pilot.press("h")
            await pilot.pause()
            assert "⊘ 04 removed" in panel(app, "hierarchy") and re.search(r"01 identity archite(ct|…) ⊘", panel(app, "hierarchy"))
            await pilot.press("h" if size[0] == 80 else "a", *["up"] * 8, *["down"] * 3, "d")
            await pilot.pause()
            assert "In task 2: Agent 04 is removed: it is the hub." in panel(app, "detail")


async def test_the_plan_stands_in_the_title_as_far_as_there_is_room() -> None:
    for width, said in ((160, "shocks 2: remove-hub"), (80, "1 shock")):
        events = made(8, 2)
        first = events[0]
        assert isinstance(first, ev.SessionStarted)
        config = msgspec.structs.replace(first.header.config, shocks=(parse("2: remove-hub"),))
        events[0] = msgspec.structs.replace(first, header=msgspec.structs.replace(first.header, config=checked(config)))
        app = LiveStage(events=events)
        async with app.run_test(size=(width, 40)) as pilot:
            await pilot.pause()
            assert said in panel(app, "head") and "SIMULATED" in panel(app, "head")


async def test_a_replay_takes_no_shock() -> None:
    from selforg_tui.tui.sources import ReplaySource

    app = Stage(ReplaySource(player(made())))
    async with app.run_test() as pilot:
        await pilot.press("!")
        await pilot.pause()
        assert app.screen is app.run_screen


CONFIG = RunConfig("Run a school kitchen", tuple(Task(f"Plan day {day}", "L1") for day in range(1, 9)), agents=6)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("enter",), "remove-random"),
        (("down", "enter"), "remove-hub"),
        (("down", "down", "enter", "down", "enter"), "swap-model"),
        (("down", "down", "down", "enter", *"No nuts", "enter"), "notice"),
    ],
)
async def test_by_key_in_a_live_run(keys: tuple[str, ...], kind: str) -> None:
    async with in_app((80, 24)) as pilot:
        lab(pilot).start(CONFIG)
        screen = None
        while not isinstance(screen, RunScreen):
            await pilot.pause()
            screen = pilot.app.screen
        source = screen.source
        assert isinstance(source, LiveSource)
        while source.state.header is None or not source.state.tasks:
            await pilot.pause()
        await pilot.press("!")
        await pilot.pause()
        assert "Remove the hub" in shown(pilot) and "Give notice" in shown(pilot)
        for key in keys:
            await pilot.press("space" if key == " " else key)
            await pilot.pause()
        assert pilot.app.screen is screen
        source.session.pace.wait = 0.0
        await pilot.app.workers.wait_for_complete()
        (shock,) = source.state.shocks
        assert (shock.kind, shock.planned) == (kind, False)
        assert shock.notice == ("No nuts" if kind == "notice" else "") and (shock.model != "") == (kind == "swap-model")
        assert shock.model in {"", *(spec.name for spec in source.session.standby)} - {ModelSpec("sim", "strong").name}
