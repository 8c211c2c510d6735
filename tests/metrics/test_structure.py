from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.metrics.roles import normalised, role_gini, role_persistence, role_uniqueness, roles
from selforg_tui.metrics.structure import hierarchy_depth, longest_chain
from tests.sessions.builders import decided, header, numbered

ROLES = st.lists(st.sampled_from(["planner", "Planners", "risk analyst", "analyst risk", "coder", "Coder!", "nurse"]), max_size=12)


def depends(parent: int, child: int, kind: str = "depends") -> ev.Edge:
    return ev.Edge(task=1, parent=parent, child=child, kind="depends" if kind == "depends" else "assigned")


def worked(*events: ev.AnyEvent, agents: int = 3) -> TaskState:
    first = (ev.SessionStarted(header=header(agents)), ev.TaskStarted(task=1, level="L1", text="t"))
    return fold(numbered([*first, *events])).tasks[0]


def took_part(*tasks: dict[int, str], agents: int = 3) -> SessionState:
    """Tasks with roles by seat."""
    events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(agents))]
    for number, taken in enumerate(tasks, 1):
        events.append(ev.TaskStarted(task=number, level="L1", text="t"))
        events += [decided(seat, role=role, task=number) for seat, role in taken.items()]
    return fold(numbered(events))


def test_depth_counts_agents_on_the_longest_chain_of_declared_dependencies() -> None:
    assert hierarchy_depth(worked()) == 0
    assert hierarchy_depth(worked(decided(1))) == 1
    assert hierarchy_depth(worked(decided(1), decided(2), decided(3))) == 1
    assert hierarchy_depth(worked(decided(1), decided(2), depends(1, 2))) == 2
    assert hierarchy_depth(worked(decided(1), decided(2), depends(1, 2), decided(3), depends(1, 3))) == 2
    assert hierarchy_depth(worked(decided(1), decided(2), depends(1, 2), decided(3), depends(1, 3), depends(2, 3))) == 3


def test_assignments_and_those_who_gave_nothing_do_not_count() -> None:
    assert hierarchy_depth(worked(decided(1), decided(2), depends(1, 2, "assigned"))) == 1
    stays_out = ev.Abstained(task=1, seat=2, kind="voluntary")
    assert hierarchy_depth(worked(decided(1), stays_out, depends(1, 2), decided(3), depends(2, 3))) == 1


def test_of_several_longest_chains_that_through_essential_parents_is_told() -> None:
    given = [decided(seat) for seat in (1, 2, 3, 4)]
    further = ev.Edge(task=1, parent=1, child=3, kind="depends")
    essential = ev.Edge(task=1, parent=2, child=3, kind="depends", essential=True)
    assert longest_chain(worked()) == () and longest_chain(worked(*given, agents=4)) == (1,)
    for edges in ((further, essential), (essential, further)):
        assert longest_chain(worked(*given, *edges, agents=4)) == (2, 3)
        assert longest_chain(worked(*given, *edges, depends(1, 4), agents=4)) == (2, 3)


@given(st.sets(st.tuples(st.integers(1, 8), st.integers(1, 8)).filter(lambda edge: edge[0] < edge[1])), st.permutations(range(1, 9)))
def test_depth_is_that_of_the_longest_path(pairs: set[tuple[int, int]], order: list[int]) -> None:
    """Agents speak in any order; each builds on some who spoke before."""
    edges = {(order[before - 1], order[after - 1]) for before, after in pairs}
    events: list[ev.AnyEvent] = []
    for seat in order:
        events += [decided(seat), *(depends(parent, child) for parent, child in edges if child == seat)]
    chain = longest_chain(worked(*events, agents=8))
    assert len(chain) == hierarchy_depth(worked(*events, agents=8)) and set(itertools.pairwise(chain)) <= edges
    longest = max(
        length
        for length in range(1, 9)
        for chosen in [sorted({seat for edge in edges for seat in edge}, key=order.index)]
        if length == 1 or any(all(pair in edges for pair in itertools.pairwise(path)) for path in itertools.combinations(chosen, length))
    )
    assert hierarchy_depth(worked(*events, agents=8)) == longest


def test_roles_are_those_of_contributions_by_seat() -> None:
    task = worked(decided(3, role="c"), decided(1, role="a"), ev.Abstained(task=1, seat=2, kind="voluntary", role="b"))
    assert roles(task) == ["a", "c"]


@pytest.mark.parametrize(
    ("role", "same"),
    [
        ("Risk Analyst", "risk analysts"),
        ("risk-analyst", "analyst, risk"),
        ("ward  planner!", "Planner (ward)"),
        ("STRASSE", "straße"),
    ],
)
def test_roles_are_the_same_but_for_case_punctuation_plural_and_order(role: str, same: str) -> None:
    assert normalised(role) == normalised(same)


@pytest.mark.parametrize(("role", "other"), [("planner", "planer"), ("access", "acces"), ("risk analyst", "risk"), ("", "a")])
def test_other_roles_are_not(role: str, other: str) -> None:
    assert normalised(role) != normalised(other)


def test_uniqueness_and_gini() -> None:
    assert role_uniqueness([]) is None and role_gini([]) is None
    assert role_uniqueness(["a", "b", "c", "A"]) == 3 / 4
    assert role_gini(["a", "b", "c"]) == 0
    assert role_gini(["a", "a", "a", "b"]) == pytest.approx(0.25)


@given(ROLES.filter(bool))
def test_gini_is_the_mean_difference_by_definition(taken: list[str]) -> None:
    names = [normalised(role) for role in taken]
    counts = [names.count(name) for name in set(names)]
    differences = sum(abs(one - other) for one in counts for other in counts)
    gini = role_gini(taken)
    assert gini == pytest.approx(differences / (2 * len(counts) * sum(counts)))
    assert gini is not None and 0 <= gini < 1


@given(ROLES)
def test_uniqueness_is_a_share(taken: list[str]) -> None:
    unique = role_uniqueness(taken)
    assert (unique is None) is (not taken)
    assert unique is None or unique * len(taken) == pytest.approx(len({normalised(role) for role in taken}))
    assert unique is None or 0 < unique <= 1


def test_persistence_is_the_share_of_roles_kept_from_one_task_to_the_next() -> None:
    assert role_persistence(took_part({1: "a", 2: "b"})) is None
    assert role_persistence(took_part({1: "a"}, {2: "b"})) is None
    assert role_persistence(took_part({1: "a", 2: "b"}, {1: "A", 2: "c"})) == 1 / 2
    assert role_persistence(took_part({1: "a"}, {}, {1: "a"})) == 1, "a task without it does not interrupt"
    assert role_persistence(took_part({1: "a", 2: "b"}, {1: "b", 2: "a"}, {1: "b"})) == 1 / 3


@given(st.lists(st.dictionaries(st.integers(1, 3), st.sampled_from("ab")), min_size=1, max_size=2))
def test_persistence_is_a_share_or_undefined(tasks: list[dict[int, str]]) -> None:
    share = role_persistence(took_part(*tasks))
    both = set(tasks[0]) & set(tasks[-1]) if len(tasks) == 2 else set()
    assert share == (sum(tasks[0][seat] == tasks[1][seat] for seat in both) / len(both) if both else None)
