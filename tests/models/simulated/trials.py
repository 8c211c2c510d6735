"""Teams and judges under test, honest ones and planted cheats: somebody who answers prompts, somebody who scores a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from msgspec import structs

from selforg_tui.models.simulated.coverage import Reader, reader_of
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.respond import respond
from selforg_tui.protocols import registry
from tests.models.simulated.made import HOSPITAL, Written, answered, mean_verdict, prompt, solution, team

Agent = Callable[[Sequence[str], int], dict[str, Any]]
"""Prompt and seed to a decision."""
Judge = Callable[[str], dict[str, float]]
"""A solution to its five mean scores."""
WEDDING = "Plan a wedding in two languages"
STARTS = (100, 300, 500, 700, 900, 1100)
SEEDS = range(24)


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


def headed(written: Sequence[Written], heading: str) -> str:
    """A solution with a heading over each part."""
    return "\n\n".join(
        f"{heading.format(place=place, label=label, role=role)}\n\n{text}" for place, (label, role, text) in enumerate(written, 1)
    )


def lost(judge: Judge) -> dict[str, float]:
    """What each dimension loses when the sentences on one facet are gone, on average over teams and their four weightiest facets."""
    know, drops = reader(), []
    for start in STARTS:
        text = solution(team(8, start=start))
        plain, depth = judge(text), know.read(text).depth
        for place in sorted(depth, key=lambda at: -depth[at] * know.world.aspects[at].importance)[:4]:
            kept = (" ".join(said for said in sentences(part) if know.told(said).about != place) for part in text.split("\n\n"))
            less = judge("\n\n".join(kept))
            drops.append({name: plain[name] - less[name] for name in plain})
    return {name: fmean(drop[name] for drop in drops) for name in drops[0]}


def facets(found: dict[str, Any], mission: str) -> list[str]:
    """What its paragraphs are about."""
    know = reader_of(mission, mission, "L3", ())
    return [know.world.aspects[passage.main].facet.id for passage in know.read(found["contribution"]).passages if passage.main >= 0]


def with_reading(skill: float) -> Agent:
    """The strong model with another skill in reading."""
    skilled = structs.replace(profile("strong"), reading=skill)
    return lambda texts, seed: dict(json.loads(respond(texts, skilled, seed, 0.7)))


def knows_names(texts: Sequence[str], seed: int) -> dict[str, Any]:
    """A cheat: knows the names of protocols."""
    return honest(texts, seed + 7 * any(name in text for name in registry.names() for text in texts))
