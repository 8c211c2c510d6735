from __future__ import annotations

from collections import Counter

import pytest

from selforg_tui.core.config import LEVELS, RunConfig, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import clean
from selforg_tui.missions import bank, example


def test_the_first_example_is_the_hospital_group() -> None:
    assert bank()[0].mission == "Move a regional hospital group to zero trust without stopping care"


def test_every_level_has_tasks_of_varied_missions() -> None:
    levels = Counter(task.level for one in bank() for task in one.tasks)
    assert len(bank()) >= 6
    assert all(levels[level] >= 5 for level in LEVELS), levels


def test_every_example_can_be_run_as_it_is() -> None:
    for one in bank():
        config = checked(RunConfig(one.mission, one.tasks, one.values))
        assert len(config.tasks) >= 3
        assert one.values


def test_texts_are_clean_and_unlike_each_other() -> None:
    texts = [text for one in bank() for text in (one.mission, *one.values, *(task.text for task in one.tasks))]
    assert all(clean(text) == text == " ".join(text.split()) for text in texts)
    assert len(set(texts)) == len(texts)
    names = [one.name for one in bank()]
    assert len(set(names)) == len(names)
    assert all(len(one.title) <= 40 for one in bank())


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert example("comet-watch").title == "A comet watch for everyone"
    with pytest.raises(ConfigError, match="did you mean 'comet-watch'"):
        example("comet-wach")
