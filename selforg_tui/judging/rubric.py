"""The five dimensions of a verdict, the blocks that ask for it, and the reader of the answer."""

from __future__ import annotations

from selforg_tui.core.calls import Block
from selforg_tui.core.decisions import TEXT, strict_object
from selforg_tui.core.events import Score
from selforg_tui.core.fences import fence
from selforg_tui.core.reader import Unreadable, object_in
from selforg_tui.core.text import one_line

DIMENSIONS = ("accuracy", "completeness", "coherence", "actionability", "mission")


SCHEMA = strict_object(**{name: strict_object(rationale=TEXT, score={"type": "integer", "enum": [1, 2, 3, 4]}) for name in DIMENSIONS})
"""The form of a verdict as a JSON schema."""


def solution_of(contributions: list[str]) -> str:
    """What is judged: the contributions in order, without role or seat headings."""
    return "\n\n".join(text.strip() for text in contributions if text.strip())


def judge_blocks(
    instructions: str, nonce: str, mission: str, values: tuple[str, ...], task: str, level: str, solution: str
) -> tuple[Block, ...]:
    """The whole question to a judge: it is shown mission, values, task and solution and nothing else."""
    about = [instructions, fence("mission", nonce, mission)]
    if values:
        about.append(fence("values", nonce, "\n".join(f"- {value}" for value in values)))
    about.append(fence("task", nonce, task, level=level))
    return (
        Block.of("fixed", "\n\n".join(about)),
        Block.of("visible", fence("solution", nonce, solution)),
        Block.of("own", "Judge the solution above as you were told. Answer with the one JSON object."),
    )


def read_verdict(reply: str) -> dict[str, Score]:
    """The five scores. Raises Unreadable unless each dimension has a whole score from 1 to 4."""
    found = object_in(reply)
    if isinstance(found.get("scores"), dict):
        found = found["scores"]
    scores = {}
    for dimension in DIMENSIONS:
        item = found.get(dimension, found.get("mission_relevance") if dimension == "mission" else None)
        value = item.get("score") if isinstance(item, dict) else item
        if isinstance(value, str) and value.strip() in ("1", "2", "3", "4"):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 4:
            raise Unreadable(f'"{dimension}" has no score from 1 to 4')
        rationale = item.get("rationale") if isinstance(item, dict) else None
        scores[dimension] = Score(value, one_line(rationale, 500) if isinstance(rationale, str) else "")
    return scores
