"""The registry: complete, consistent with what it is measured with, and the only source of what is written about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.config import RunConfig
from selforg_tui.core.fold import fold
from selforg_tui.metrics import measures, page
from selforg_tui.metrics.balance import WEIGHTS
from selforg_tui.metrics.measure import PAPER, SHARE, Value, explained, shown, unit
from selforg_tui.metrics.measures import BY_NAME, MEASURES
from selforg_tui.metrics.summary import summary
from tests.sessions.builders import session

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_each_says_what_it_is() -> None:
    assert len(BY_NAME) == len(MEASURES) and len({measure.title for measure in MEASURES}) == len(MEASURES)
    for measure in MEASURES:
        texts = (measure.title, measure.meaning, measure.formula, measure.range, measure.unit, measure.source)
        assert all(texts) and re.fullmatch("[a-z_]+", measure.name)
        assert measure.meaning.endswith(".") and not measure.meaning.endswith("..") and ". " not in measure.meaning
        assert PAPER in measure.source or "ours" in measure.source
        assert measure.task or measure.session
        assert (measure.session is None) == (not measure.over), measure.name
        assert measure.better in ("higher", "lower", "neutral")


def test_groups_stand_together() -> None:
    assert [measure for group in page.groups().values() for measure in group] == list(MEASURES)


def test_all_of_the_paper_are_there() -> None:
    wanted = {
        "q", "mission", "seconds", "tokens_used", "risk", "balance", "objective", "hierarchy_depth", "voluntary_rate", "directed_rate",
        "role_persistence", "role_uniqueness", "unique_roles", "roles_used_once", "role_gini", "overhead", "resilience", "recovery_tasks",
    }  # fmt: skip
    assert wanted <= BY_NAME.keys()


def test_formulas_name_the_weights_that_count() -> None:
    for name in ("balance", "objective"):
        found = [float(number) for number in re.findall(r"0\.\d+", BY_NAME[name].formula)]
        assert found == list(WEIGHTS.values())


@given(st.integers(1, len(session())))
def test_values_can_be_had_at_any_moment_and_shares_are_shares(events: int) -> None:
    state = fold(session()[:events])
    for values in (measures.of_session(state), *(measures.of_task(state, task) for task in state.tasks)):
        for name, value in values.items():
            assert shown(BY_NAME[name], value) and not isinstance(value, bool)
            assert BY_NAME[name].unit != SHARE or value is None or (isinstance(value, float | int) and 0 <= value <= 1)


def test_the_summary_reads_them() -> None:
    state = fold(session())
    found = summary(state)
    assert found["measures"] == measures.of_session(state)
    for task, each in zip(state.tasks, found["tasks"], strict=True):
        assert each["measures"] == measures.of_task(state, task)
        assert {name: each[name] for name in ("q", "balance", "overhead")} == {
            name: each["measures"][name] for name in ("q", "balance", "overhead")
        }
    assert found["tasks"][0]["role_names"] == {"planner": {"planner": 1}, "reviewer": {"reviewer": 1}}
    assert found["resilience_index"] == found["measures"]["resilience"] and found["recovery"] == found["measures"]["recovery_tasks"]


def test_values_of_a_real_run_lie_in_their_ranges() -> None:
    from selforg_tui.core.config import Limits, Task
    from selforg_tui.sessions.live import run_unwatched
    from selforg_tui.settings.keys import Keys

    config = RunConfig("Plan a harbour", (Task("a", "L1"), Task("b", "L3")), agents=6, limits=Limits(tokens=10**6, seconds=1000))
    state = run_unwatched(config, keys=Keys({}), folder=None).state
    whole = measures.of_session(state)
    undefined = {name for name, value in whole.items() if value is None}
    assert undefined == {"resilience", "recovery_tasks"}, "without shocks; everything else is known"
    for values in (whole, *(measures.of_task(state, task) for task in state.tasks)):
        for measure in MEASURES:
            value = values.get(measure.name)
            low = re.match(r"(−?[\d.]+) to ([\d.]+)", measure.range)
            if low and isinstance(value, int | float) and measure.name != "objective":
                assert float(low[1]) <= value <= float(low[2]), measure.name
    assert unit(BY_NAME["cost_usd"], state) == "US dollars, imaginary"


def test_how_values_are_written() -> None:
    written: dict[str, tuple[Value, str]] = {
        "q": (0.75, "0.750"), "hub": (3, "03"), "cost_usd": (0.0117, "$0.0117"), "seconds": (1234.56, "1,234.6"),
        "tokens_used": (12345, "12,345"), "widths": ([3, 2, 1], "3 2 1"), "tokens_per_contribution": (1234.5, "1,234.5"),
    }  # fmt: skip
    for name, (value, text) in written.items():
        assert shown(BY_NAME[name], value) == text
        assert shown(BY_NAME[name], None) == "–"
    assert shown(BY_NAME["widths"], []) == "–"


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page.renewed(text) == text, "run: python scripts/metrics_page.py"
    for measure in MEASURES:
        assert all(said in text for _, said in explained(measure))
    assert all(f"{weight:.2f}" in text for weight in WEIGHTS.values())
    assert "<!-- comparison -->" in text and "<!-- /comparison -->" in text


def test_a_page_that_is_not_up_to_date_is_seen_and_one_without_marks_refused() -> None:
    text = PAGE.read_text(encoding="utf-8")
    older = text.replace(BY_NAME["q"].formula, "something else")
    assert older != text and page.renewed(older) == text
    with pytest.raises(ValueError, match="measures"):
        page.renewed("nothing")
