"""The tree that is drawn is the one that the edges say, whatever is folded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selforg_tui.core.events import Event
from selforg_tui.core.fold import apply, fold
from selforg_tui.core.state import EdgeState, SessionState, TaskState
from selforg_tui.metrics import structure
from selforg_tui.tui.run.hierarchy.chain import below_chain, hidden, ways
from selforg_tui.tui.run.hierarchy.chain import told as chain_told
from selforg_tui.tui.run.hierarchy.drawing import WIDE, Look, drawn, head, legend
from selforg_tui.tui.run.hierarchy.hierarchy import FRESH, Hierarchy, ends
from selforg_tui.tui.run.hierarchy.rows import GATHER, Folds, Row, place_of, plan, rows
from selforg_tui.tui.run.hierarchy.tree import ALL, MANY, Links, Tree, grown, offered, ranges
from selforg_tui.tui.run.surface.cells import width_of
from selforg_tui.tui.run.view import View
from tests.tui.run.conftest import LiveStage
from tests.tui.run.made_session import made, state_at

HUGE = 10_000
"""Room for any tree."""


def depends(parent: int, child: int, essential: bool = True, used: str = "") -> EdgeState:
    return EdgeState(parent, child, "depends", essential, used)


def team(agents: int, *edges: EdgeState) -> TaskState:
    """A task in which everybody has contributed, with these edges."""
    task = state_at(made(agents)).tasks[0]
    for seat in task.seats.values():
        seat.status, seat.contribution = "in", "Something."
    task.edges = list(edges)
    return task


def seats(found: list[Row]) -> list[int]:
    return [row.seat for row in found if row.seat is not None]


def held(found: list[Row]) -> list[int]:
    """Everybody of whom a line speaks, once, in order."""
    return list(dict.fromkeys(seat for row in found for seat in ((row.seat,) if row.seat is not None else row.seats)))


def told(tree: Tree, folds: Folds | None = None, chosen: int = 0, room: int = HUGE) -> list[tuple[int, str]]:
    """Agents of the tree with what is drawn before them."""
    return [(row.seat, row.lead) for row in rows(tree, folds or Folds(), chosen, room) if row.seat is not None and row.beside is None]


def text_of(
    state: SessionState, width: int, *, links: Links = "further", chosen: int = 0, folds: Folds | None = None, at: float = 0
) -> str:
    """All lines, as text."""
    task = state.tasks[0]
    tree = grown(task, links)
    fresh = frozenset(seat for end, seat in ends(state, task) if at - FRESH < end <= at)
    found = rows(tree, folds or Folds(), chosen, HUGE)
    chain = frozenset((*tree.above(chosen), chosen))
    look = Look(View(state, task, chosen, at), tree, links, chain, fresh, width, hidden=hidden(tree, found))
    lines = [head(tree, width), *(drawn(look, row, row.seat == chosen) for row in found)]
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


TEAMS = st.integers(2, 60).flatmap(
    lambda n: st.lists(
        st.builds(
            EdgeState, st.integers(1, n), st.integers(1, n), st.sampled_from(("depends", "assigned", "clone")), st.booleans(), st.just("x")
        ),
        max_size=3 * n,
    ).map(lambda edges: team(n, *edges))
)
"""Any edges, with circles and loops."""
FOLDS = st.builds(Folds, st.sampled_from(("fit", "open", "folded")), st.dictionaries(st.integers(1, 60), st.booleans()))


@given(TEAMS, st.sampled_from(ALL))
@settings(max_examples=50, deadline=None)
def test_every_contributor_stands_in_the_open_tree_exactly_once(task: TaskState, links: Links) -> None:
    tree = grown(task, links)
    assert sorted(seat for seat, _ in told(tree, Folds("open"))) == sorted(task.seats)
    assert tree.depth == structure.hierarchy_depth(task) and tree.hub == structure.hub(task)
    assert sum(tree.nodes[root].size for root in tree.roots) == len(tree.nodes)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=41))
@settings(max_examples=50, deadline=None)
def test_where_everybody_built_on_one_at_most_the_tree_is_as_high_as_the_hierarchy_is_deep(draws: list[int]) -> None:
    edges = [depends(draw % (child - 1) + 1, child) for child, draw in enumerate(draws, 2) if draw % child]
    task = team(len(draws) + 1, *edges)
    assert max(node.height for node in grown(task).nodes.values()) == structure.hierarchy_depth(task)


@given(TEAMS, FOLDS, st.data())
@settings(max_examples=50, deadline=None)
def test_folding_hides_exactly_the_subtree_and_never_the_chosen_agent(task: TaskState, folds: Folds, data: st.DataObject) -> None:
    tree = grown(task)
    chosen, folded = (data.draw(st.sampled_from(sorted(tree.nodes))) for _ in range(2))
    room = data.draw(st.integers(1, 60))
    before = rows(tree, folds, chosen, room)
    assert sum(row.holds(chosen) for row in before) >= 1
    if folded in tree.above(chosen) or folded not in seats(before) or not tree.nodes[folded].children:
        return
    folds.turned[folded] = True
    opener = held(rows(tree, folds, chosen, room))
    folds.turned[folded] = False
    closed = held(rows(tree, folds, chosen, room))
    hidden = set(opener) - set(closed)
    assert hidden == {seat for seat in opener if folded in tree.above(seat)}
    assert [seat for seat in opener if seat not in hidden] == closed


@given(TEAMS, st.integers(4, 40), st.integers(0, 60))
@settings(max_examples=50, deadline=None)
def test_what_is_much_higher_than_the_room_is_folded_to_fit(task: TaskState, room: int, chosen: int) -> None:
    tree = grown(task)
    found = rows(tree, Folds(), 0, room)
    if len(tree.nodes) > 1.5 * room:
        first = max((tree.nodes[root] for root in tree.roots), key=lambda node: node.size)
        assert len(found) <= max(room, sum(1 for root in tree.roots if tree.nodes[root].children) + GATHER + len(first.children))
        assert not first.children or any(row.seat in first.children or first.children[0] in row.seats for row in found)
    else:
        assert len(found) == len(tree.nodes)
    assert set(tree.above(chosen)) <= plan(tree, Folds(), chosen, room).open


@given(TEAMS, FOLDS, st.integers(0, 60), st.integers(2, 60))
@settings(max_examples=50, deadline=None)
def test_every_agent_of_the_longest_chain_is_marked_on_a_line_and_its_ways_show_all(
    task: TaskState, folds: Folds, chosen: int, room: int
) -> None:
    tree = grown(task)
    assert len(tree.chain) == (tree.depth if tree.depth > 1 else 0)
    found = below_chain(tree, folds, chosen, room)
    assert bool(found and found[0].chain) == bool(tree.chain)
    under = hidden(tree, found[1:])
    folded = {row.seat for row in found if row.open is False}
    assert set(under) <= folded, "what hides some of it is a folded line"
    spoken_of = {seat for row in found for seat in (row.seat, *row.seats)}
    places = {tree.places[seat] for seat in spoken_of if seat in tree.places} | {place for some in under.values() for place in some}
    assert places == set(tree.places.values())
    folds.turned.update(dict.fromkeys(ways(tree, tree.chain), True))
    opened = below_chain(tree, folds, chosen, room)
    assert not hidden(tree, opened[1:]) and all(row.open is None for row in opened if row.chain)


def test_the_longest_chain_is_told_as_far_as_there_is_room_and_says_where_the_tree_does_not_follow() -> None:
    tree = grown(team(12, depends(4, 11), depends(3, 12), depends(11, 12, False)))
    assert tree.chain == (4, 11, 12)

    def said(width: int, of: Tree = tree) -> str:
        return "".join(text for text, _ in chain_told(of, Row(chain=of.chain), width))

    assert said(60) == "  ▴ longest chain 04 → 11 +→ 12" and said(29) == "  ▴ longest chain 04→11+→12"
    long = grown(team(60, *(depends(seat, seat + 1) for seat in range(1, 60))))
    assert said(40, long) == "  ▴ longest chain 01→02→03→04→05→06→…→60" and said(24, long) == "  ▴ longest chain …60"
    view = View(state_at(made(12)), team(12), 1, 0.0)
    look = Look(view, tree, "further", frozenset(), frozenset(), 60)
    assert "▴3 +11" in "".join(text for text, _ in drawn(look, Row(12), False))


def test_leaves_that_do_not_fit_share_a_line_which_opens() -> None:
    tree = grown(team(60, *(depends(1, child) for child in range(2, 50)), depends(2, 50)))
    found = rows(tree, Folds(), 30, 20)
    assert [row.seat for row in found] == [1, 2, 50, None, *range(51, 55), *range(55, 61)]
    leaves = found[3]
    assert leaves.seats == tuple(range(3, 50)) and leaves.lead == "└─" and place_of(found, 30, None) == 3
    found = rows(tree, Folds(turned={leaves.group or 0: True}), 30, 20)
    assert sorted(seats(found)) == sorted(tree.nodes) and found[place_of(found, 30, None) or 0].lead == "├─"
    crowd = rows(grown(team(60)), Folds(), 5, 20)
    assert len(crowd) == 1 and crowd[0].group == 0 and len(crowd[0].seats) == 60


@given(
    TEAMS, st.sampled_from(ALL), st.integers(12, 170), st.integers(0, 60),
    st.text(max_size=60) | st.sampled_from(["語" * 80, "\x1b[31m[bold]red"]), st.booleans(), FOLDS,
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_no_line_is_wider_than_its_room(
    task: TaskState, links: Links, width: int, chosen: int, role: str, large: bool, folds: Folds
) -> None:
    state = fold(made(60)[:1])
    for number, seat in task.seats.items():
        seat.role, seat.calls, seat.removed = role, [], number % 3 == 0
        if number % 5 == 0:
            seat.status, seat.contribution, seat.reason = "out", "", role
    tree = grown(task, links)
    view = View(state, task, chosen, 0.0, large=large)
    look = Look(view, tree, links, frozenset((*tree.above(chosen), chosen)), frozenset({1, 2, 3}), width)
    assert width_of(head(tree, width, True, large)) <= width and len(legend(view, links, width)) <= width
    for row in below_chain(tree, folds, chosen, 20, large):
        line = drawn(look, row, True)
        assert width_of(line) <= width, line


def test_a_child_stands_under_its_essential_parent_and_names_the_others() -> None:
    tree = grown(team(5, depends(1, 4, False, "b"), depends(2, 4, True, "a"), depends(4, 5)))
    assert told(tree) == [(1, ""), (2, ""), (4, "└─"), (5, "  └─"), (3, "")]
    assert tree.nodes[4].further == (1,) and tree.nodes[4].used == {2: "a", 1: "b"}
    assert (tree.nodes[2].size, tree.nodes[2].height) == (3, 3)


def test_a_circle_in_a_damaged_file_is_cut_above_its_lowest_seat() -> None:
    tree = grown(team(5, depends(4, 2), depends(3, 4), depends(2, 3), depends(4, 5), depends(1, 1)))
    assert told(tree) == [(1, ""), (2, ""), (3, "└─"), (4, "  └─"), (5, "    └─")]


def test_an_assignment_and_a_clone_are_drawn_otherwise_and_a_dependence_goes_before_them() -> None:
    edges = [EdgeState(1, seat, "assigned", False, "") for seat in (1, 2, 4)] + [EdgeState(2, 3, "clone", False, "")]
    task = team(4, *edges, depends(2, 4))
    assert told(grown(task)) == [(1, ""), (2, "└┄"), (3, "  ├≈"), (4, "  └─")]
    assert told(grown(task, "further")) == [(1, ""), (2, ""), (4, "└─"), (3, "")]
    assert offered(task) == ("essential", "further", "assigned", "clone", "seen")
    assert offered(team(3)) == ("essential", "seen")


def test_beyond_many_the_largest_subtrees_come_first() -> None:
    chain = [depends(20, child) for child in range(21, 24)] + [depends(5, 6)]
    assert grown(team(MANY, *chain)).roots[0] == 1
    assert grown(team(MANY + 1, *chain)).roots[:4] == (20, 5, 1, 2)


def test_who_fared_alike_is_gathered_in_a_line_that_opens() -> None:
    tree = grown(state_at(made(24)).tasks[0])
    assert tree.beside == {"out": (3, 8, 13, 18, 23), "failed": (6,)} and len(tree.beside["out"]) >= GATHER
    found = rows(tree, Folds(), 13, HUGE)
    gathered = next(row for row in found if row.seats)
    assert gathered.key == "out" and found[place_of(found, 13, None) or 0] is gathered
    found = rows(tree, Folds(turned={"out": True}), 13, HUGE)
    inside = place_of(found, 13, None)
    assert inside is not None and found[inside].seat == 13 and found[place_of(found, 13, "out") or 0].seats
    assert place_of(found, 12, "out") is not None and found[place_of(found, 12, "out") or 0].seat == 12


def test_seats_are_listed_briefly() -> None:
    assert ranges((1, 2, 4, 5, 6, 9, 100)) == "01 02 04–06 09 100" and ranges(()) == ""


def test_what_the_lines_say() -> None:
    state = state_at(made(24))
    narrow = text_of(state, 68, chosen=16)
    assert narrow.startswith(" depth 6 · hub 01 (17") and " build on it) · 18 in · 5 out · 1 failed" in narrow
    assert "▸ ○ 5 stayed out: 03 08 13 18 23" in narrow and "✗ 06 failed" in narrow
    assert text_of(state, 34).splitlines()[0] == " depth 6 · hub 01 · ●18 ○5 ✗1"
    assert "5 stayed out ◂ 13: 03" in text_of(state, 60, chosen=13)
    tree = grown(state.tasks[0])
    deep = next(seat for seat, node in tree.nodes.items() if node.height == 1 and tree.above(seat))
    lines = text_of(state, 60, chosen=deep).splitlines()
    assert [line.split()[1] for line in lines if "◂" in line] == [f"{seat:02d}" for seat in (*tree.above(deep), deep)]
    folded = text_of(state, 60, folds=Folds("folded"))
    below = f"(+{tree.nodes[1].size - 1} below, depth {tree.nodes[1].height})"
    assert f"▸ 01 identity architect  {below} ▴1… ◆ hub" in folded
    wide = text_of(state, 140, folds=Folds("folded"))
    assert "▴1, 2–6 below" in wide and "▴" not in text_of(state_at(made(1)), 60)
    wide = text_of(state, WIDE + 30)
    assert "what it used" in wide and "01 “the order of wards”" in wide and "t" in wide.splitlines()[1][-2:]


def test_links_are_told_apart_by_sign_and_word() -> None:
    state = state_at(made(16))
    task = state.tasks[0]
    view = View(state, task, 1, 0.0)
    child = next(edge for edge in task.edges if not edge.essential)
    plus = f"+{child.parent:02d}"
    assert plus in text_of(state, 60) and plus not in text_of(state, 60, links="essential")
    assert "· saw " in text_of(state, 60, links="seen") and "saw" not in text_of(state, 60)
    assert "+" not in legend(replace(view, large=True), "seen", 80)
    assert "· saw 02" in next(line for line in text_of(state, WIDE, links="seen").splitlines() if "04" in line and "steward" in line)
    assert legend(view, "essential", 80) == "z fold · l links: ─ essential parent only"
    assert (
        "+ further" in legend(view, "further", 80)
        and "· saw, unused" in legend(view, "seen", 80)
        and legend(view, "seen", 20) == "l: ─ + · saw, unused"
    )


def test_who_has_just_contributed_is_new_for_a_second() -> None:
    events = made(8)
    state, last = SessionState(), 0.0
    for event in events:
        if isinstance(event, Event) and event.t > 4:
            break
        apply(state, event)
        last = event.t
    end, seat = ends(state, state.tasks[0])[-1]
    assert end <= last and f"{seat:02d}" in next(line for line in text_of(state, 60, at=end + 0.5).splitlines() if " new" in line)
    assert " new" not in text_of(state, 60, at=end + FRESH)
    panel, task = Hierarchy(), state.tasks[0]
    parent = task.parents(seat)[0]
    look = Look(View(state, task, 1, end), grown(task), "further", frozenset(), frozenset({seat}), 70, frozenset({parent}))
    assert " new below" in "".join(text for text, _ in drawn(look, Row(parent, open=False), False))
    just, later = View(state, task, 1, end + 0.5, True), View(state, task, 1, end + FRESH, True)
    assert panel.key(just) != panel.key(later) and panel.key(just) == panel.key(replace(just, at=end + 0.6))


@pytest.mark.parametrize("size", [(80, 26), (120, 40)])
async def test_keys_fold_links_and_choose_both_ways(size: tuple[int, int]) -> None:
    app = LiveStage(24)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("h")
        await pilot.pause()
        tree = app.run_screen.query_one(Hierarchy)

        def lines() -> list[str]:
            return ["".join(text for text, _ in line) for line in tree.lines]

        await pilot.press("up", "up", "up")
        assert app.run_screen.view().chosen == 1 and tree.chosen == 1 and "▴ longest chain 01" in lines()[1]
        await pilot.press("down")
        await pilot.pause()
        whole = lines()
        await pilot.press("z")
        await pilot.pause()
        assert "▸ 01" in lines()[2] and "(+17" in lines()[2] and len(lines()) < len(whole)
        await pilot.press("z")
        await pilot.pause()
        assert lines() == whole
        await pilot.press("down", "down", "down", "z")  # a leaf folds what it is a leaf of
        await pilot.pause()
        assert app.run_screen.view().chosen == 7 and "▸ 07" in lines()[4]
        await pilot.press("Z")
        await pilot.pause()
        everything = lines()
        assert not any("▸" in line for line in everything)
        await pilot.press("up", "up", "Z")
        await pilot.pause()
        assert len(lines()) < len(everything) and any("▸ 01" in line for line in lines())
        subtitle = str(tree.border_subtitle)
        await pilot.press("z", "l")
        await pilot.pause()
        assert str(tree.border_subtitle) != subtitle
        assert any("·" in line for line in lines()[3:]) or size[0] == 120, "little room is for the place in the chain"
        app.run_screen.post_message(Hierarchy.Chosen(23))
        await pilot.pause()
        assert tree.chosen is not None and "◂ 23" in lines()[tree.chosen]
        await pilot.press("z", "down", "down")
        await pilot.pause()
        assert app.run_screen.view().chosen == 8 and "○ 08 stays out" in lines()[tree.chosen]
        app.run_screen.post_message(Hierarchy.Chosen(1))
        await pilot.pause()
        await pilot.press("up", "z")  # on the line of the chain: the way to all of it
        await pilot.pause()
        assert tree.chosen == 1 and lines()[1].startswith("▌  ▴") and app.run_screen.view().chosen == 1
        assert all(f"▴{place}" in "\n".join(lines()) for place in range(1, 7))
        await pilot.press("enter")
        await pilot.pause()
        assert app.run_screen.query_one("#detail").display


async def test_the_head_stays_where_the_tree_is_scrolled() -> None:
    app = LiveStage(60)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("h", "Z", *["pagedown"] * 8)
        await pilot.pause()
        tree = app.run_screen.query_one(Hierarchy)
        assert tree.scroll_offset.y > 0 and tree.render_line(0).text.startswith(" depth ")
        assert tree.chosen is not None and tree.scroll_offset.y < tree.chosen < tree.scroll_offset.y + tree.size.height


def test_presented_to_a_room_roots_stand_apart_and_say_less() -> None:
    state = state_at(made(8))
    view = View(state, state.tasks[0], 1, 0.0, large=True)
    tree = grown(state.tasks[0])
    found = rows(tree, Folds(), 1, HUGE, large=True)
    roots = [number for number, row in enumerate(found) if row.seat in tree.roots]
    assert all(found[number - 1].key is None for number in roots[1:])
    texts = [
        "".join(text for text, _ in drawn(Look(replace(view), tree, "seen", frozenset(), frozenset(), 100), row, False)) for row in found
    ]
    assert not any("+0" in text or "saw" in text or "“" in text for text in texts)
