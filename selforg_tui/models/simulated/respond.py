"""From the pieces of a prompt to a reply: a pure function of text, profile, seed and temperature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.agent import Agent
from selforg_tui.models.simulated.judge import Verdict
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.rating import rate
from selforg_tui.models.simulated.reading import Situation, situation
from selforg_tui.models.simulated.write_up import written_up

_WARNED = 0.3
"""How much of its carelessness with the format is left once it was told."""


def respond(texts: Sequence[str], profile: Profile, seed: int, temperature: float | None) -> str:
    """The reply to a prompt, whether it comes as blocks or joined."""
    found = situation(texts)
    draw = Keyed(seed)
    match found.asked:
        case "assignments":
            answer = Agent(found, profile, draw, temperature).plan()
        case "contribution":
            answer = Agent(found, profile, draw, temperature).contribute()
        case "intention":
            answer = Agent(found, profile, draw, temperature).intend()
        case "intensity":
            answer = Agent(found, profile, draw, temperature).signal()
        case "ratings":
            answer = rate(found, profile, draw)
        case "accuracy":
            answer = Verdict(found, profile, draw).scores()
        case "write-up":
            return written_up(found)
        case _:
            return _prose(found, profile, draw, temperature)
    return _written(answer, found, profile, draw)


def _written(answer: dict[str, Any], found: Situation, profile: Profile, draw: Keyed) -> str:
    """The answer as JSON, as well as the profile keeps to a format."""
    text = msgspec.json.format(msgspec.json.encode(answer), indent=1).decode()
    carelessness = (1 - profile.format_discipline) * (_WARNED if found.repairs else 1.0)
    if draw.unit("format") >= carelessness:
        return text
    match draw.below(4, "how it breaks"):
        case 0:
            return f"Of course! Here is my answer:\n```json\n{text[:-2]},\n}}\n```\nI hope that this helps."
        case 1:
            return text[: len(text) * 2 // 3]
        case 2:
            return str(answer.get("contribution") or answer.get("intention") or answer.get("reason") or "I have thought about it.")
        case _:
            return msgspec.json.encode({"answer": next(iter(answer.values()))}).decode()


def _prose(found: Situation, profile: Profile, draw: Keyed, temperature: float | None) -> str:
    """To somebody who did not ask for one of our formats: some sentences about what was said last."""
    text = found.last.strip()
    if not text:
        return "I am a simulated model. Nothing was asked, so there is nothing to answer."
    asked = Situation("contribution", text, text, "L1", (), (), (), (), "", None, "", frozenset(), 1, 120, False, text)
    said: str = Agent(asked, profile, draw, temperature).contribute()["contribution"]
    return f"I am a simulated model; this is an illustration and no advice.\n\n{said}"
