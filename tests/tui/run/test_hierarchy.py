"""The tree that is drawn is the one that the edges say."""

from __future__ import annotations

from selforg_tui.core.state import EdgeState
from selforg_tui.tui.run.hierarchy.hierarchy import branches
from tests.tui.run.made_session import made, state_at


def test_everybody_who_spoke_stands_in_the_tree_once() -> None:
    task = state_at(made(16)).tasks[0]
    rows = [seat for seat, _, _ in branches(task) if seat is not None]
    settled = [seat.seat for seat in task.seats.values() if seat.status not in ("waiting", "deciding")]
    assert sorted(rows) == sorted(settled)


def test_a_child_stands_under_its_essential_parent_and_names_the_others() -> None:
    task = state_at(made(8)).tasks[0]
    task.edges = [EdgeState(1, 4, "depends", False, ""), EdgeState(2, 4, "depends", True, "")]
    rows = branches(task)
    place = next(index for index, row in enumerate(rows) if row[0] == 4)
    assert rows[place - 1][0] == 2 and rows[place] == (4, "└─ ", (1,))


def test_a_circle_in_a_damaged_file_does_not_hang() -> None:
    task = state_at(made(8)).tasks[0]
    task.edges = [EdgeState(1, 2, "depends", True, ""), EdgeState(2, 1, "depends", True, "")]
    assert {1, 2} <= {seat for seat, _, _ in branches(task)}


def test_an_assignment_is_drawn_otherwise_and_a_dependence_goes_before_it() -> None:
    task = state_at(made(5)).tasks[0]
    task.edges = [EdgeState(1, seat, "assigned", False, "") for seat in (1, 2, 4)] + [EdgeState(2, 4, "depends", True, "")]
    assert branches(task)[:3] == [(1, "", ()), (2, "└┄ ", ()), (4, "   └─ ", ())]
