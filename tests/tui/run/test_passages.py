"""Which agent a sentence of the solution came from."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from selforg_tui.core.state import EdgeState, SessionState, TaskState
from selforg_tui.tui.run.solution.origin import brief, origin
from selforg_tui.tui.run.solution.passages import HERE, matching, passages, rows
from selforg_tui.tui.run.solution.solution import Solution
from selforg_tui.tui.run.solution.written_up import written_up
from selforg_tui.tui.run.surface.cells import Line, width_of
from selforg_tui.tui.run.view import View
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import TEXT, made, state_at
from tests.tui.run.test_live import shown

LISTED = "# Wards\n\nWards **first**.\n\n- one\n- two"


def plain(lines: list[Line] | tuple[Line, ...]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def task_of(**about: str) -> tuple[SessionState, TaskState]:
    state = state_at(made(8, **about))  # type: ignore[arg-type]
    return state, state.tasks[0]


def test_each_paragraph_is_its_seats_and_a_failed_seat_stands_at_its_place() -> None:
    _, task = task_of()
    found = passages(task)
    assert [(one.seat, one.place) for one in found] == [
        (seat, place) for seat in (1, 2, 4, 5, 6, 7) for place in range(1 if seat == 6 else 2)
    ]
    assert [one.text for one in found if one.seat == 2] == TEXT.split("\n\n")
    assert [one.seat for one in found if one.failed] == [6]
    assert "06 failed: its part is missing here" in plain(rows(found[8], 60, 2, " ", ()))[0]


def test_items_of_a_list_are_passages_without_a_gap() -> None:
    found = [one for one in passages(task_of(text=LISTED)[1]) if one.seat == 1]
    assert [one.text for one in found] == ["# Wards", "Wards **first**.", "- one", "- two"]
    assert [one.tight for one in found] == [False, False, False, True]


def test_the_gutter_names_the_seat_once_and_keeps_the_width() -> None:
    lines = rows(passages(task_of()[1])[0], 40, 2, HERE, ())
    assert plain(lines)[0] == "▸01█ identity architect" and plain(lines)[1].startswith("   █ Wards first")
    assert max(map(width_of, lines)) <= 40


def test_words_are_found_in_any_case_also_across_marks_and_stand_out() -> None:
    found = passages(task_of(text=LISTED)[1])
    assert [found[place].seat for place in matching(found, ("WARDS", "first"))] == [1, 2, 4, 5, 7]
    assert matching(found, ("wards", "absent")) == [] and matching(found, ()) == []
    marked = [text for line in rows(found[1], 40, 2, " ", ("fir",)) for text, style in line if style == "mark"]
    assert marked == ["fir"]
    assert matching(found, (".*",)) == []


@pytest.mark.parametrize("width", [38, 78])
def test_the_card_tells_reason_parents_with_their_words_and_children(width: int) -> None:
    state, task = task_of()
    task.edges = [EdgeState(2, 4, "depends", False, "a rehearsed way back"), EdgeState(1, 4, "depends", True, "the order of wards")]
    lines = plain(origin(View(state, task, 4, 0.0), width))
    text = " ".join(" ".join(lines).split())
    assert "because Nobody has yet looked" in text
    assert text.index("01 identity architect: “the order of wards”") < text.index("02 clinical continuity planner") and "way back”" in text
    assert "used by 04" in " ".join(" ".join(plain(origin(View(state, task, 1, 0.0), width))).split())
    assert "2" in text and "the exact prompt" in text
    assert all(cell_len(line) <= width for line in lines)
    task.edges.append(EdgeState(2, 5, "clone", False, ""))
    assert " clone of 02" in plain(origin(View(state, task, 5, 0.0), width))


@pytest.mark.parametrize("height", [1, 3, 5, 8])
def test_a_low_card_keeps_the_agent_and_what_it_built_on(height: int) -> None:
    state, task = task_of()
    lines = plain(brief(View(state, task, 4, 0.0), 76, height))
    assert len(lines) <= height and "04 legacy device steward" in lines[0]
    assert height < 5 or any("built on" in line for line in lines)


def test_a_write_up_says_what_it_is_and_claims_nobody() -> None:
    task = TaskState(1, "L3", "Plan", {}, 0.0, write_up="# Plan\n\nOne *readable* text.", written_by="sim:strong")
    lines = plain(written_up(task, 80))
    assert lines == [" A write-up by sim:strong, made of the solution; never judged.", "", " Plan", " ", " One readable text."]


async def test_a_passage_that_began_further_up_still_names_its_seat() -> None:
    app = LiveStage(text="word " * 400)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "down", "down")
        await pilot.pause()
        panel = app.run_screen.query_one(Solution)
        assert panel.scroll_offset.y and "identity" not in shown(app, "solution")
        assert panel.render_line(0).text.startswith("▸01█ word") and panel.render_line(1).text.startswith("   █ word")


async def test_from_a_sentence_to_its_agent_and_back() -> None:
    app = LiveStage()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        screen = app.run_screen
        panel = screen.query_one(Solution)
        for _ in range(4):
            await pilot.press("down")
            await pilot.pause()
        assert screen.view().chosen == 4 and "▸04█ legacy device steward" in shown(app, "solution")
        assert "↳02▌" in shown(app, "solution") or "↳01▌" in shown(app, "solution")
        assert "because" in shown(app, "provenance") and "legacy device steward" in shown(app, "provenance")
        await pilot.press("slash", "d", "r", "i", "l", "l", "enter")
        await pilot.pause()
        assert screen.view().chosen == 5 and "/drill" in str(panel.border_subtitle)
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert "05 incident drill designer" in shown(app, "detail")
        await pilot.press("2")
        await pilot.pause()
        assert "You are one of 8 agents." in shown(app, "detail")
        await pilot.press("escape")
        await pilot.pause()
        assert panel.is_on_screen and "▸05█" in shown(app, "solution")
