"""What the independent server answers to our prompts: a team that agrees, with a usage of its own for every call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.independent.aimock import Fixture, Tokens

OUT = 3
"""The seat that stays out."""
UNNEEDED = 4
"""The seat that the plan leaves out."""
SCORES = {"accuracy": 4, "completeness": 2, "coherence": 3, "actionability": 1, "mission": 3}
_MARKS = {
    "plan": '"assignments"',
    "intend": '"intention"',
    "contribute": '"contribution"',
    "judge": '"actionability"',
    "signal": '"intensity"',
    "rate": '"ratings"',
}
"""What tells the kinds of prompts apart."""


def team(agents: int) -> Iterator[Fixture]:
    """An answer to whatever a team of this size is asked."""
    yield _fixture("judge", None, {name: {"rationale": "It reads well.", "score": score} for name, score in SCORES.items()})
    assigned = [
        {"seat": f"{seat:02d}", "role": f"planned role {seat}", "phase": 1, "brief": f"Work out part {seat}."}
        for seat in range(1, agents + 1)
        if seat != UNNEEDED
    ]
    yield _fixture("plan", 1, {"assignments": assigned})
    for seat in range(1, agents + 1):
        yield _fixture("intend", seat, {"participate": seat != OUT, "role": f"role {seat}", "intention": f"I mean to do part {seat}."})
        yield _fixture("contribute", seat, decision(seat))
        yield _fixture("signal", seat, {"role": f"role {seat}", "intensity": seat / 10})
        rated = [{"output": f"{other:02d}", "affinity": 1 + other % 10} for other in range(1, agents + 1)]
        yield _fixture("rate", seat, {"ratings": rated})


def decision(seat: int) -> dict[str, Any]:
    """What a seat contributes."""
    if seat == OUT:
        return {"participate": False, "role": "", "reason": "The others cover it.", "depends_on": [], "contribution": ""}
    depends = [{"output": "01", "used": "the first part"}] if seat > 1 else []
    return {"participate": True, "role": f"role {seat}", "reason": "It is needed.", "depends_on": depends, "contribution": part(seat)}


def part(seat: int) -> str:
    """The text that a seat adds to the solution, in some pieces of a stream."""
    return f"Part {seat} of the work: " + "what has to be done, by whom and until when. " * 4 + f"This was part {seat}."


def tokens(kind: str, seat: int) -> Tokens:
    """What such a call takes. No two differ by the same, so that sums tell a missing call from a doubled one."""
    place = 1 + list(_MARKS).index(kind)
    return Tokens(10_000 * place + 7 * seat * seat + seat, 1_000 * place + 3 * seat * seat + 1)


def of_seat(kind: str, seat: int | None) -> dict[str, Any]:
    """What matches the prompts of this kind to this seat."""
    match: dict[str, Any] = {"systemMessage": _MARKS[kind]}
    if seat is not None:
        match["userMessage"] = f"You are agent {seat:02d} of "
    return match


def _fixture(kind: str, seat: int | None, content: dict[str, Any]) -> Fixture:
    usage = tokens(kind, seat or 0)
    counts = {"prompt_tokens": usage.input, "completion_tokens": usage.output, "total_tokens": usage.input + usage.output}
    return {"match": of_seat(kind, seat), "response": {"content": json.dumps(content), "usage": counts}}
