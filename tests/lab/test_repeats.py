from __future__ import annotations

import pytest

from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.lab import repeats
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys


def test_each_repeat_has_the_next_seed_and_nothing_else_changes() -> None:
    config = RunConfig("Bees", agents=3, seed=5)
    found = list(repeats.configs(config, 3))
    assert [each.seed for each in found] == [5, 6, 7]
    assert {each.agents for each in found} == {3}
    with pytest.raises(ConfigError, match="0 times"):
        list(repeats.configs(config, 0))


def test_mean_and_spread_of_what_is_known() -> None:
    runs: list[dict[str, float | None]] = [{"q": 0.5, "cost_usd": None}, {"q": 1.0, "cost_usd": None}, {"q": None, "cost_usd": 2.0}]
    found = repeats.figures(runs)
    assert found["q"] == repeats.Figure(2, 0.75, 0.125**0.5, 0.5, 1.0)
    assert found["cost_usd"] == repeats.Figure(1, 2.0, None, 2.0, 2.0)
    assert repeats.figures([]) == {}
    assert repeats.figures([{"q": None}])["q"] == repeats.Figure(0, None, None, None, None)


def test_tokens_and_money_are_those_of_team_and_judge_together() -> None:
    state = run_unwatched(RunConfig("Bees", agents=2), keys=Keys({}), folder=None).state
    found = repeats.measures(state)
    assert found["tokens"] == sum(call.usage.input + call.usage.output for call in state.calls.values() if call.usage)
    assert found["cost_usd"] == pytest.approx(sum(call.cost_usd or 0 for call in state.calls.values()))
    assert len(state.calls) == 3
    task = state.tasks[0]
    assert task.scores is not None and found["mission"] == task.scores["mission"].score / 4
