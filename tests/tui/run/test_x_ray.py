"""The X-ray: what an agent is shown is in clear, nothing else can be read, copied or guessed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import takewhile
from typing import Any

import pytest
from textual.selection import SELECT_ALL

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.fold import fold
from selforg_tui.core.ids import label
from selforg_tui.core.state import SessionState
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from selforg_tui.tui.run.agent import sights as sights_file
from selforg_tui.tui.run.agent.beside import NOTHING, SELF, SOME, WHOLE, sight_of, strip
from selforg_tui.tui.run.agent.copied import in_text
from selforg_tui.tui.run.agent.detail import Detail
from selforg_tui.tui.run.agent.sights import Sights, find
from selforg_tui.tui.run.agent.x_ray import BLACK, x_ray
from selforg_tui.tui.run.surface.cells import width_of
from selforg_tui.tui.run.view import View
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import made

TASKS = (Task("Count the boats", "L1"), Task("Mend the pier", "L3"))


@cache
def simulated(protocol: str, agents: int = 8, **settings: Any) -> SessionState:
    config = RunConfig("Keep the harbour open", TASKS, protocol=protocol, agents=agents, judge=None, **settings)
    return run_unwatched(config, keys=Keys({}), folder=None).state


def drawn(state: SessionState, seat: int, width: int = 100, under: str = "", number: int = 0) -> str:
    """The picture as text, everything found out, and every line within its width."""
    task = state.tasks[number - 1]
    view, known = View(state, task, seat, state.t), Sights()
    found, known.names = find(known.missing(view, task, known.listed(state.started.config.protocol, under)))
    known.take(state, task, found)
    lines = x_ray(view, width, known, under)
    assert all(width_of(line) <= width for line in lines), max(lines, key=width_of)
    return in_text(lines)


def part(text: str, name: str) -> list[str]:
    """The lines of a section."""
    lines = text.split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith(f" {name}"))
    return list(takewhile(lambda line: line[1:2] == " " or line.startswith(" ▶"), lines[start + 1 :]))


def test_what_was_seen_is_in_clear_and_what_came_later_is_black() -> None:
    state = simulated("sequential")
    said = drawn(state, 5)
    for seat in state.tasks[1].seats.values():
        line = next(line for line in said.split("\n") if re.match(rf" [ ▶] ?{label(seat.seat)} ", line))
        if seat.seat == 5:
            assert line == " ▶ 05 is here"
        elif not seat.contribution:
            assert "stays out" in line
        elif seat.seat < 5:
            assert f"● {seat.role} {seat.contribution[:20]}" in line
        else:
            assert re.fullmatch(rf"   {label(seat.seat)} {BLACK}+ hidden, written later", line)
    assert "There is no plan and no intentions under Sequential." in " ".join(said.split())
    seen = [seat for seat in state.tasks[1].seats.values() if seat.contribution and seat.seat < 5]
    others = sum(bool(seat.contribution) for seat in state.tasks[1].seats.values() if seat.seat != 5)
    assert f"05 sees {len(seen)} of {others} outputs · 0 of 1 earlier task" in said


@pytest.mark.parametrize("under", ["", "sequential", "coordinator", "broadcast", "shared", "stigmergic", "clonal", "solo"])
@pytest.mark.parametrize("protocol", registry.OURS)
def test_no_word_of_what_is_hidden_is_in_the_picture(protocol: str, under: str) -> None:
    state = simulated(protocol)
    task, known = state.tasks[1], Sights()
    shown = under or protocol
    for seat in (1, 3, 5, 8):
        said = drawn(state, seat, under=under if under != protocol else "")
        view = View(state, task, seat, state.t)
        case = known.case(state, task, shown)
        look = find([case])[0][case].look(seat)
        sees = look.sees if look is not None else ()
        for other in task.seats.values():
            if other.contribution and other.seat != seat and label(other.seat) not in sees:
                assert other.contribution[:24] not in said, (seat, other.seat)
            if other.seat != seat and other.assignment is not None and other.assignment.brief:
                assert other.assignment.brief[:40] not in said
        assert view.calls(seat) or "not asked" in said or protocol == "solo"


@pytest.mark.parametrize("width", [2, 10, 24, 44, 58, 80, 150])
def test_lines_keep_any_width_with_few_and_many_agents(width: int) -> None:
    for state in (simulated("broadcast"), simulated("clonal", seed=2), fold(made(256, 2)), fold(made(40, 2)[:300])):
        for seat in (1, 8, 39):
            if seat in state.tasks[-1].seats:
                for under in ("", "coordinator", "broadcast", "stigmergic", "morphogenetic"):
                    drawn(state, seat, width, under)


def test_what_would_have_been_says_so() -> None:
    said = drawn(simulated("sequential"), 5, under="broadcast")
    assert "Under Broadcast 05 would have decided after seeing 8 intentions. There is no plan." in " ".join(said.split())
    assert "01–08 · 8 intentions ● in clear (in this session nobody was asked for any)" in said
    assert "The words are those of this session" in said


def test_protocols_stand_beside_each_other_a_sign_for_each_agent() -> None:
    state = simulated("sequential")
    task = state.tasks[1]
    known = Sights()
    cases = {name: known.case(state, task, name) for name in registry.OURS}
    found = find(list(cases.values()))[0]
    history = [seat.seat for seat in state.tasks[0].seats.values() if seat.contribution]
    signs = {name: sight_of(found[case], 5, 8, history) for name, case in cases.items()}
    given = [bool(task.seats[seat].contribution) for seat in range(1, 5)]
    assert signs["sequential"] == [*(WHOLE if there else NOTHING for there in given), SELF, NOTHING, NOTHING, NOTHING]
    assert signs["coordinator"] == signs["solo"] == [*[NOTHING] * 4, SELF, *[NOTHING] * 3]
    assert signs["broadcast"] == [*[SOME] * 4, SELF, *[SOME] * 3]
    assert signs["shared"] == [SELF if seat == 5 else SOME if seat in history else NOTHING for seat in range(1, 9)]
    assert "".join(text for text, _ in strip(signs["broadcast"], 4)[0]) == SOME * 2 + SELF + SOME
    assert strip([NOTHING, NOTHING, WHOLE, NOTHING], 2) == ([(NOTHING, "hidden"), (WHOLE, "in")], 2)


def test_a_protocol_that_breaks_on_paper_leaves_what_the_log_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [*made(8)]
    monkeypatch.setattr(registry, "find", lambda name: (_ for _ in ()).throw(ConfigError(f"There is no protocol '{name}'.")))
    said = drawn(fold(events), 5)
    assert "unknown" in said and "There is no protocol 'sequential'." in said
    assert "05 decided after seeing 01 02 04 in full." in said and "01 ● identity architect" in said
    assert "There is no plan" not in said, "that is not known"
    assert "01 ●" not in drawn(fold(events), 5, under="broadcast")


def test_what_models_wrote_stays_text() -> None:
    nasty = "\x1b[31m[red]\x07 a\u202eb \u200b\ud800 [/red]\x9b2J" + "語" * 300
    said = drawn(fold(made(8, text=nasty, role=nasty)), 5, 60)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Cf") for letter in said.replace("\n", ""))


async def settled(app: Stage, pilot: Any) -> Detail:
    """Once what the X-ray needs is found out."""
    await pilot.pause()
    while looking := [worker for worker in app.workers if worker.group == "sights" and not worker.is_finished]:
        await app.workers.wait_for_complete(looking)
        await pilot.pause()
    return app.run_screen.query_one(Detail)


async def test_a_key_flips_through_what_it_would_have_seen_and_another_copies_it() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("down", "down", "down", "down", "x")
        detail = await settled(app, pilot)
        assert str(detail.border_title) == "X-ray of 05 incident drill designer ── Sequential"
        assert "05 decided after seeing 01 02 04 in full." in in_text(detail.lines)
        everything = detail.get_selection(SELECT_ALL)
        assert everything is not None and BLACK in everything[0] and "hidden" in everything[0]
        await pilot.press("y")
        assert "▶ 05 is here" in app.clipboard and BLACK in app.clipboard
        titles = []
        for _ in registry.OURS:
            await pilot.press("u")
            await settled(app, pilot)
            titles.append(str(detail.border_title).partition(" ── ")[2])
        assert titles[:3] == [f"what it would have seen under {title}" for title in ("Coordinator", "Broadcast", "Shared")]
        assert titles[-1] == "Sequential"
        await pilot.press("u", "1", "x")
        assert str(detail.border_title).endswith("── Sequential"), "it begins with the session's own"


async def test_it_is_found_off_the_frame_and_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selforg_tui.tui.run.agent.detail.AGAIN", 0)
    asked: list[int] = []

    def counted(cases: Any) -> Any:
        import threading

        assert threading.current_thread() is not threading.main_thread()
        asked.append(len(cases))
        return find(cases)

    monkeypatch.setattr("selforg_tui.tui.run.agent.detail.find", counted)
    app = LiveStage(part=0.5)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("x")
        detail = await settled(app, pilot)
        app.run_screen._chosen, app.run_screen._following = 8, False
        app.run_screen.wake()
        await settled(app, pilot)
        assert asked == [len(registry.OURS)], "another agent is not another case"
        app.session.let(10_000)
        app.run_screen.wake()
        await settled(app, pilot)
        assert "08 decided after seeing 01 02 04 05 07 in full" in " ".join(in_text(detail.lines).split())
        assert len(asked) >= 2
        assert sum(asked) < sights_file.MOST_KEPT


async def test_in_a_low_terminal_the_picture_takes_all_the_room() -> None:
    app = LiveStage()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("x")
        detail = await settled(app, pilot)
        assert detail.size.height > 12
        await pilot.press("escape")
        await pilot.pause()
        assert app.run_screen.query_one("#board").display
