from __future__ import annotations

from collections import Counter

import pytest

from selforg_tui.core.config import LEVELS, RunConfig, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import clean
from selforg_tui.missions import bank, example
from selforg_tui.models.simulated.lexicon import GENERAL, domains
from selforg_tui.models.simulated.world import world_of


def test_the_first_example_is_the_hospital_group() -> None:
    assert bank()[0].mission == "Move a regional hospital group to zero trust without stopping care"


def test_every_mission_has_one_task_of_each_level() -> None:
    levels = Counter(task.level for one in bank() for task in one.tasks)
    assert len(bank()) >= 12
    assert all(levels[level] >= 10 for level in LEVELS), levels
    assert all(tuple(task.level for task in one.tasks) == tuple(LEVELS) for one in bank())


def test_every_domain_is_the_nearest_or_second_nearest_of_some_task() -> None:
    found = {
        aspect.domain.name
        for one in bank()
        for task in one.tasks
        for aspect in world_of(one.mission, task.text, task.level, one.values).aspects
    }
    assert set(domains()) - {GENERAL} <= found


def test_every_example_can_be_run_as_it_is() -> None:
    for one in bank():
        config = checked(RunConfig(one.mission, one.tasks, one.values))
        assert config.tasks == one.tasks
        assert len(one.values) == 3


def test_texts_are_clean_and_unlike_each_other() -> None:
    texts = [text for one in bank() for text in (one.mission, *one.values, *(task.text for task in one.tasks))]
    assert all(clean(text) == text == " ".join(text.split()) for text in texts)
    assert len(set(texts)) == len(texts)
    names = [one.name for one in bank()]
    titles = [one.title for one in bank()]
    assert len(set(names)) == len(set(titles)) == len(bank())
    assert all(len(title) <= 34 for title in titles)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert example("comet-watch").title == "A comet watch for everyone"
    with pytest.raises(ConfigError, match="did you mean 'comet-watch'"):
        example("comet-wach")
