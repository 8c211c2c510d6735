"""Prompts made as the engine makes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from selforg_tui import prompts
from selforg_tui.core.calls import Block, Request, StepKind
from selforg_tui.core.fences import fence
from selforg_tui.core.ids import CallId
from selforg_tui.judging.rubric import judge_blocks
from selforg_tui.models.simulated.meaning import sentences
from selforg_tui.models.simulated.phrases import capital
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.respond import respond
from selforg_tui.models.simulated.wording import worded
from selforg_tui.models.simulated.world import Aspect

HOSPITAL = "Move a regional hospital group to zero trust without stopping care"
NONCE = "bcdfghjk"
Written = tuple[str, str, str]
"""Label, role, text."""


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    return prompts.load()


def prompt(
    kind: str = "contribute",
    mission: str = HOSPITAL,
    *,
    level: str = "L3",
    outputs: Sequence[Written] = (),
    intentions: Sequence[Written] = (),
    history: str = "",
    given: str = "",
    seat: str = "05",
    values: Sequence[str] = (),
    extra: Sequence[str] = (),
    words: int = 200,
    nonce: str = NONCE,
) -> tuple[str, ...]:
    """The pieces of a prompt to an agent."""
    texts = _texts()
    about = [prompts.rules(texts), fence("mission", nonce, mission)]
    if values:
        about.append(fence("values", nonce, "\n".join(f"- {value}" for value in values)))
    form = prompts.fill(texts[f"{kind}.txt"], words=words, agents=8, last="08")
    own = [f"You are agent {seat} of 8."]
    if given:
        own.append(f"Your role is given:\n{fence('assignment', nonce, given)}")
    return (
        "\n\n".join(about),
        "\n\n".join([fence("task", nonce, mission, level=level), "Level described.", form]),
        *(fence("output", nonce, f"Role: {role}\n\n{text}", seat=label) for label, role, text in outputs),
        *(fence("intention", nonce, f"Role: {role}\n\n{text}", seat=label) for label, role, text in intentions),
        *([fence("history", nonce, history, task="1")] if history else []),
        "\n".join(own),
        *extra,
    )


def answered(texts: Sequence[str], name: str = "strong", seed: int = 1) -> dict[str, Any]:
    """What a profile replies, read strictly."""
    found: dict[str, Any] = json.loads(respond(texts, profile(name), seed, 0.7))
    return found


def team(
    count: int, mission: str = HOSPITAL, *, level: str = "L3", name: str = "strong", blind: bool = False, start: int = 100
) -> list[Written]:
    """What so many agents wrote in turn; `blind` ones were shown nothing."""
    written: list[Written] = []
    for seat in range(1, count + 1):
        texts = prompt(mission=mission, level=level, outputs=() if blind else written, seat=f"{seat:02d}")
        found = answered(texts, name, start + seat)
        if found["participate"]:
            written.append((f"{seat:02d}", found["role"], found["contribution"]))
    return written


def solution(written: Sequence[Written]) -> str:
    """What the judge is shown of it."""
    return "\n\n".join(text for _, _, text in written)


def verdict(text: str, mission: str = HOSPITAL, *, level: str = "L3", seed: int = 7, values: tuple[str, ...] = ()) -> dict[str, int]:
    """The judge's five scores."""
    blocks = judge_blocks(_texts()["judge.txt"], NONCE, mission, values, mission, level, text)
    found = answered([block.text for block in blocks], "judge", seed)
    return {name: item["score"] for name, item in found.items()}


def mean_verdict(text: str, mission: str = HOSPITAL, *, level: str = "L3") -> dict[str, float]:
    """The scores, meaned over the judge's noise."""
    runs = [verdict(text, mission, level=level, seed=seed) for seed in range(12)]
    return {name: sum(run[name] for run in runs) / len(runs) for name in runs[0]}


def request(
    texts: Sequence[str], *, call: CallId | None = None, kind: StepKind = "contribute", key: str = "k", seed: int = 1, most: int = 4000
) -> Request:
    """A request with these pieces."""
    blocks = tuple(Block.of("fixed", text) for text in texts)
    return Request(call or CallId(1, "contribute", 5), kind, blocks, most, seed, key, 0.7)


def said_of(aspect: Aspect) -> tuple[str, ...]:
    """What the lexicon says about an aspect, in one wording, sentence by sentence."""
    facet = aspect.facet
    texts = (*facet.steps, *(f"Done when {check}." for check in facet.checks), *facet.risks)
    texts += tuple(f"{capital(side)}." for side in facet.sides)
    told = (worded(text, 1).replace("{subject}", "this mission").replace("{matter}", "it") for text in texts)
    return tuple(sentence for text in told for sentence in sentences(text))
