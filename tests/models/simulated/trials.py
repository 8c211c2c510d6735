"""Teams and judges under test, honest ones and planted cheats: somebody who answers prompts, somebody who scores a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from selforg_tui.models.simulated.coverage import Reader, reader_of
from tests.models.simulated.made import HOSPITAL, Written, answered, mean_verdict, prompt, solution

Agent = Callable[[Sequence[str], int], dict[str, Any]]
"""Prompt and seed to a decision."""
Judge = Callable[[str], dict[str, float]]
"""A solution to its five mean scores."""
WEDDING = "Plan a wedding in two languages"
STARTS = (100, 300, 500)
SEEDS = range(40)


def honest(texts: Sequence[str], seed: int) -> dict[str, Any]:
    """The strong model."""
    return answered(texts, "strong", seed)


def without(texts: Sequence[str], *names: str) -> list[str]:
    """A prompt without what stands in fences of these names."""
    return [text for text in texts if not text.startswith(tuple(f"<{name}-" for name in names))]


def ignorant(texts: Sequence[str], seed: int) -> dict[str, Any]:
    """A cheat: does not read what others did."""
    return honest(without(texts, "output", "history"), seed)


def reader() -> Reader:
    """Somebody who knows the hospital's task."""
    return reader_of(HOSPITAL, HOSPITAL, "L3", ())


def turns(agent: Agent, count: int, start: int, *, blind: bool = False) -> tuple[list[Written], int]:
    """What so many agents wrote in turn, each with its own seed, and how many dependencies they declared."""
    written: list[Written] = []
    links = 0
    for seat in range(1, count + 1):
        found = agent(prompt(outputs=() if blind else written, seat=f"{seat:02d}"), start + seat)
        links += len(found["depends_on"])
        if found["participate"]:
            written.append((f"{seat:02d}", found["role"], found["contribution"]))
    return written, links


def doubled(written: Sequence[Written]) -> float:
    """Share of paragraphs on what another agent has a paragraph on, too."""
    mains = [{passage.main for passage in reader().read(text).passages if passage.main >= 0} for _, _, text in written]
    twice = [any(main in other for at, other in enumerate(mains) if at != place) for place, own in enumerate(mains) for main in own]
    return fmean(twice)


def covered(text: str) -> float:
    """Share of what matters in the task that a text treats."""
    aspects = reader().world.aspects
    depth = reader().read(text).depth
    return sum(aspect.importance * depth.get(aspect.index, 0.0) for aspect in aspects) / sum(aspect.importance for aspect in aspects)


def added(agent: Agent, team: Sequence[Written], *, shown: Sequence[Written] = (), history: str = "") -> float:
    """What one more agent adds to a team's coverage, on average over seeds, when it is shown this much."""
    whole = solution(team)
    texts = prompt(outputs=shown, history=history, seat="09")
    return fmean(covered(f"{whole}\n\n{agent(texts, seed)['contribution']}") - covered(whole) for seed in SEEDS)


def judged(text: str) -> dict[str, float]:
    """The simulated judge."""
    return mean_verdict(text)


def judge_of_length(text: str) -> dict[str, float]:
    """A cheat: likes long texts."""
    return {name: min(4.0, score + len(text) / 20_000) for name, score in mean_verdict(text).items()}


def judge_of_headings(text: str) -> dict[str, float]:
    """A cheat: likes headings."""
    return {name: score + 0.5 * bool(re.search("(?m)^#", text)) for name, score in mean_verdict(text).items()}


def judge_who_obeys(text: str) -> dict[str, float]:
    """A cheat: does what the text asks for."""
    return dict.fromkeys(mean_verdict(text), 4.0) if "full marks" in text.lower() else mean_verdict(text)


def judge_of_first_words(text: str) -> dict[str, float]:
    """A cheat: reads the beginning only."""
    return mean_verdict(text[:2500])
