"""Agreement of judges, against another implementation, a published example and cases worked by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence

import krippendorff
import pytest

from selforg_tui.core.events import Score
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.metrics.agreement import LEAST_ITEMS, agreement, alpha, in_words, noise

NAN = float("nan")
PUBLISHED = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
"""Four observers, twelve units: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section C."""


def verdict(*scores: int) -> dict[str, Score]:
    return {name: Score(score, "") for name, score in zip(DIMENSIONS, scores, strict=True)}


def by_item(raters: Sequence[Sequence[int | None]]) -> list[list[int]]:
    return [[score for score in item if score is not None] for item in zip(*raters, strict=True)]


def test_alpha_of_the_published_example() -> None:
    assert alpha(by_item(PUBLISHED)) == pytest.approx(0.815, abs=0.0005)


@pytest.mark.parametrize("seed", range(40))
def test_alpha_is_that_of_another_implementation(seed: int) -> None:
    draw = random.Random(seed)
    judges, items = draw.randint(2, 6), draw.randint(3, 40)
    raters = [[None if draw.random() < 0.2 else draw.choice((1, 2, 3, 3, 4)) for _ in range(items)] for _ in range(judges)]
    data = [[NAN if score is None else float(score) for score in row] for row in raters]
    expected = krippendorff.alpha(data, level_of_measurement="ordinal")
    assert alpha(by_item(raters)) == pytest.approx(float(expected))


def test_alpha_is_unknown_where_nothing_could_differ() -> None:
    assert alpha([[3, 3], [3, 3], [3, 3]]) is None
    assert alpha([[1, 4]]) is None
    assert alpha([]) is None
    assert alpha([[1, 1], [4, 4]]) == 1.0


def test_shares_are_of_pairs_of_judges() -> None:
    found = agreement([[verdict(1, 2, 3, 4, 4), verdict(1, 3, 3, 2, 4), verdict(1, 2, 3, 4, 3)]])
    assert found.items == 5
    assert found.exact == pytest.approx((3 + 1 + 3 + 1 + 1) / 15)
    assert found.within_one == pytest.approx((3 + 3 + 3 + 1 + 3) / 15)
    assert found.alpha is None, "five items say more of chance than of judges"


def test_alpha_needs_enough_items() -> None:
    pair = [verdict(1, 2, 3, 4, 4), verdict(1, 3, 3, 2, 4)]
    assert agreement([pair] * 1).alpha is None
    assert agreement([pair] * (LEAST_ITEMS // 5)).alpha is not None


def test_a_judge_alone_agrees_with_nobody() -> None:
    found = agreement([[verdict(1, 2, 3, 4, 4)], []])
    assert (found.items, found.exact, found.within_one, found.alpha) == (0, None, None, None)


def test_noise_is_pooled_within_tasks() -> None:
    """Tasks of different quality are no noise: only what varies within one is."""
    steady = [("a", verdict(1, 1, 1, 1, 1)), ("a", verdict(1, 1, 1, 1, 1))]
    shaky = [("a", verdict(3, 4, 4, 4, 4)), ("a", verdict(1, 4, 4, 4, 2)), ("b", verdict(4, 4, 4, 4, 4))]
    (found,) = noise([steady, shaky])
    assert (found.model, found.verdicts) == ("a", 4)
    assert found.sd["accuracy"] == pytest.approx((2 / 2) ** 0.5) and found.sd["mission"] == pytest.approx(1.0)
    assert found.sd["completeness"] == 0
    assert found.sd["q"] == pytest.approx(((15 / 16 - 14 / 16) ** 2 * 2 / 2) ** 0.5)
    assert found.gap == pytest.approx(2.7719 * found.sd["q"], rel=1e-4)


def test_few_verdicts_tell_nothing_of_a_gap() -> None:
    few, many = (noise([[("a", verdict(1, 1, 1, 1, 1)), *[("a", verdict(2, 1, 1, 1, 1))] * times]])[0] for times in (1, 4))
    assert "ask it at least 3 times more" in in_words(few, "a") and "apart" not in in_words(few, "a")
    assert f"more than {many.gap:.2f} apart" in in_words(many, "a")
    steady = noise([[("a", verdict(1, 1, 1, 1, 1))] * 5])[0]
    assert "the same Q each time" in in_words(steady, "a")


def test_one_verdict_has_no_noise() -> None:
    assert noise([[("a", verdict(1, 1, 1, 1, 1)), ("b", verdict(1, 1, 1, 1, 1))], [("a", verdict(2, 2, 2, 2, 2))]]) == []
