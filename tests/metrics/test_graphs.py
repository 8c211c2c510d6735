"""The graph measures against networkx, on random graphs of dependencies."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import TaskState
from selforg_tui.metrics.structure import density, dependents, depths, hierarchy_depth, hub, hub_share, links, roots, width, widths
from tests.sessions.builders import decided, header, numbered

AGENTS = 10


@st.composite
def graphs(draw: st.DrawFn) -> tuple[TaskState, nx.DiGraph]:
    """A task in which some contribute in some order and build on earlier ones, and the same as networkx has it."""
    order = draw(st.permutations(range(1, AGENTS + 1)))
    given = draw(st.sets(st.sampled_from(order)))
    graph = nx.DiGraph()
    graph.add_nodes_from(given)
    events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(AGENTS)), ev.TaskStarted(task=1, level="L1", text="t")]
    for place, seat in enumerate(order):
        if seat not in given:
            events.append(ev.Abstained(task=1, seat=seat, kind="voluntary"))
        else:
            events.append(decided(seat))
        for parent in draw(st.sets(st.sampled_from(order[:place]), max_size=3)) if place else set():
            kind = draw(st.sampled_from(["depends", "depends", "depends", "assigned", "clone"]))
            events.append(ev.Edge(task=1, parent=parent, child=seat, kind=kind))  # type: ignore[arg-type]
            if kind == "depends" and {parent, seat} <= given:
                graph.add_edge(parent, seat)
    return fold(numbered(events)).tasks[0], graph


@given(graphs())
def test_they_agree_with_networkx(found: tuple[TaskState, nx.DiGraph]) -> None:
    task, graph = found
    n = graph.number_of_nodes()
    levels = [len(level) for level in nx.topological_generations(graph)]
    assert links(task) == set(graph.edges)
    assert hierarchy_depth(task) == (nx.dag_longest_path_length(graph) + 1 if n else 0)
    assert widths(task) == levels and width(task) == max(levels, default=0) and sum(levels) == n
    assert roots(task) == sum(degree == 0 for _, degree in graph.in_degree)
    assert density(task) == (pytest.approx(2 * nx.density(graph)) if n > 1 else None)
    most = max((degree for _, degree in graph.out_degree), default=0)
    its = hub(task)
    assert (its.dependents if its else 0) == most
    assert its is None or its.seat == min(seat for seat, degree in graph.out_degree if degree == most)
    assert hub_share(task) == (pytest.approx(max(nx.out_degree_centrality(graph).values())) if n > 1 else None)


@given(graphs())
def test_ranges(found: tuple[TaskState, nx.DiGraph]) -> None:
    task, graph = found
    n = graph.number_of_nodes()
    assert 0 <= hierarchy_depth(task) <= n and roots(task) <= n and (n == 0) == (roots(task) == 0)
    assert all(0 <= value <= 1 for value in (density(task), hub_share(task)) if value is not None)


@given(graphs())
def test_another_link_makes_nothing_shallower_or_sparser(found: tuple[TaskState, nx.DiGraph]) -> None:
    task, graph = found
    before = hierarchy_depth(task), density(task) or 0, -roots(task)
    if graph.number_of_nodes() < 2:
        return
    *_, parent, child = [seat for seat in task.seats if task.seats[seat].contribution]
    levels = depths(task)
    if levels[parent] > levels[child]:
        parent, child = child, parent
    graph.add_edge(parent, child)
    if nx.is_directed_acyclic_graph(graph):
        events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(AGENTS)), ev.TaskStarted(task=1, level="L1", text="t")]
        for seat in nx.topological_sort(graph):
            events += [decided(seat), *(ev.Edge(task=1, parent=one, child=seat, kind="depends") for one in graph.predecessors(seat))]
        after = fold(numbered(events)).tasks[0]
        assert all(old <= new for old, new in zip(before, (hierarchy_depth(after), density(after) or 0, -roots(after)), strict=True))


def worked(*events: ev.AnyEvent) -> TaskState:
    return fold(numbered([ev.SessionStarted(header=header(4)), ev.TaskStarted(task=1, level="L1", text="t"), *events])).tasks[0]


def on(parent: int, child: int) -> ev.Edge:
    return ev.Edge(task=1, parent=parent, child=child, kind="depends")


def test_worked_by_hand() -> None:
    #  1 ── 2 ── 4
    #   └── 3
    task = worked(decided(1), decided(2), on(1, 2), decided(3), on(1, 3), decided(4), on(2, 4))
    assert (hierarchy_depth(task), widths(task), width(task), roots(task)) == (3, [1, 2, 1], 2, 1)
    found = hub(task)
    assert found is not None and (found.seat, found.dependents, hub_share(task)) == (1, 2, 2 / 3)
    assert density(task) == 3 / 6, "three of the six pairs of four"


def test_undefined() -> None:
    nobody, one, flat = worked(), worked(decided(1)), worked(decided(1), decided(2))
    assert (hierarchy_depth(nobody), widths(nobody), roots(nobody), hub(nobody), hub_share(nobody), density(nobody)) == (
        0,
        [],
        0,
        None,
        None,
        None,
    )
    assert (hierarchy_depth(one), widths(one), hub(one), hub_share(one), density(one)) == (1, [1], None, None, None)
    assert (hub(flat), hub_share(flat), density(flat)) == (None, 0, 0)


def test_the_hub_of_several_tasks_is_counted_over_them() -> None:
    first, second = worked(decided(1), decided(2), on(1, 2)), worked(decided(2), decided(3), on(2, 3), decided(4), on(2, 4))
    assert dependents(first, second) == {1: 1, 2: 2}
    found = hub(first, second)
    assert found is not None and (found.seat, found.dependents) == (2, 2)
    assert hub() is None


def test_two_who_go_over_their_drafts_in_turn_are_one_pair() -> None:
    task = worked(decided(1), decided(2), on(1, 2), decided(1), on(2, 1))
    assert density(task) == 1
