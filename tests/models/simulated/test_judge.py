"""The judge scores what is there, from the text alone."""

from __future__ import annotations

from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.wording import worded
from tests.models.simulated.made import HOSPITAL, mean_verdict, said_of, solution, team, verdict

DIMENSIONS = {"accuracy", "completeness", "coherence", "actionability", "mission"}


def total(scores: dict[str, float]) -> float:
    return sum(scores.values())


def test_all_five_are_scored_from_1_to_4() -> None:
    for text in (solution(team(4)), "", "🙂", "Bread.", "x" * 5000):
        scores = verdict(text)
        assert set(scores) == DIMENSIONS
        assert all(1 <= score <= 4 for score in scores.values())


def test_more_of_the_task_is_more_complete() -> None:
    means = [mean_verdict(solution(team(count)))["completeness"] for count in (1, 3, 8)]
    assert means[0] < means[1] < means[2]


def test_contradictions_cost_accuracy_and_coherence_unless_they_are_settled() -> None:
    reader = reader_of(HOSPITAL, HOSPITAL, "L1", ())
    rows = [" ".join(said_of(aspect)) for aspect in reader.world.aspects]
    ways = [
        [f"For {aspect.facet.topic}, let it be {worded(aspect.facet.choices[number], 1)}." for aspect in reader.world.aspects]
        for number in (0, 1)
    ]
    one = "\n\n".join([*rows, *ways[0]])
    both = "\n\n".join([*rows, *ways[0], *ways[1]])
    weighed = [
        f"For {aspect.facet.topic}, {worded(aspect.facet.choices[0], 1)} goes before {worded(aspect.facet.choices[1], 1)}."
        for aspect in reader.world.aspects
    ]
    settled = "\n\n".join([both, *weighed])
    scores = [mean_verdict(text, level="L1") for text in (one, both, settled)]
    assert scores[1]["accuracy"] < scores[0]["accuracy"]
    assert scores[1]["coherence"] < scores[0]["coherence"]
    assert scores[2]["accuracy"] > scores[1]["accuracy"]


def test_wrong_statements_cost_accuracy() -> None:
    text = solution(team(6))
    slips = " ".join(aspect.facet.slip for aspect in reader_of(HOSPITAL, HOSPITAL, "L3", ()).world.aspects[:5])
    assert mean_verdict(f"{text}\n\n{slips}")["accuracy"] < mean_verdict(text)["accuracy"]


def test_a_solution_to_another_task_is_worth_little() -> None:
    other = solution(team(8, "Plan a wedding in two languages"))
    assert total(mean_verdict(other)) < 0.75 * total(mean_verdict(solution(team(8))))
