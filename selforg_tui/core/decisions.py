"""What agents reply, read tolerantly: decisions, plans and intentions."""

from __future__ import annotations

import math
import re
from collections.abc import Container
from typing import Any

import msgspec

from selforg_tui.core.calls import StepKind
from selforg_tui.core.reader import Unreadable, object_in
from selforg_tui.core.text import clean, one_line

MOST_PARENTS = 3
MOST_ROLE = 80
MOST_REASON = 400


class Dependence(msgspec.Struct, frozen=True):
    """A declared use of another's output: its label as printed in the prompt, and the few words of what was used."""

    label: str
    used: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What an agent makes of its turn. An agent that stays out has a reason and no contribution."""

    participate: bool
    role: str
    reason: str
    depends_on: tuple[Dependence, ...] = ()
    contribution: str = ""


class Assignment(msgspec.Struct, frozen=True):
    """What a coordinator gives to one seat. Phases count from 1."""

    seat: int
    role: str
    phase: int = 1
    brief: str = ""


class Intention(msgspec.Struct, frozen=True):
    """What an agent announces before the work. `participate` false: it means to stay out, which nobody is shown."""

    participate: bool
    role: str
    intention: str


def strict_object(**properties: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object that has exactly these properties, in the form that strict servers want."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TEXT: dict[str, Any] = {"type": "string"}
_TRUTH: dict[str, Any] = {"type": "boolean"}
_USED = strict_object(output=TEXT, used=TEXT)
_RATED = strict_object(output=TEXT, affinity={"type": "integer"})
_GIVEN = strict_object(seat=TEXT, role=TEXT, phase={"type": "integer"}, brief=TEXT)

SCHEMAS: dict[StepKind, dict[str, Any]] = {
    "contribute": strict_object(
        participate=_TRUTH, role=TEXT, reason=TEXT, depends_on={"type": "array", "items": _USED}, contribution=TEXT
    ),
    "intend": strict_object(participate=_TRUTH, role=TEXT, intention=TEXT),
    "signal": strict_object(role=TEXT, intensity={"type": "number"}),
    "rate": strict_object(ratings={"type": "array", "items": _RATED}),
    "plan": strict_object(assignments={"type": "array", "items": _GIVEN}),
}
"""The form of each kind of reply as a JSON schema. It says what the prompts' texts say; the readers below take more than that."""


def read_decision(reply: str) -> Decision:
    """The decision in a reply. Raises Unreadable with words that tell the model what is wrong."""
    found = object_in(reply)
    participate = _truth(found.get("participate"))
    contribution = clean(_words(found.get("contribution"))).strip()
    role = one_line(_words(found.get("role")), MOST_ROLE)
    reason = one_line(_words(found.get("reason")), MOST_REASON)
    if participate is None:
        if not contribution:
            raise Unreadable('it has neither "participate" (true or false) nor a "contribution"')
        participate = True
    if not participate:
        return Decision(False, role, reason)
    if not contribution:
        raise Unreadable('"participate" is true but "contribution" is empty')
    if not role:
        raise Unreadable('"role" is empty')
    return Decision(True, role, reason, _dependences(found.get("depends_on")), contribution)


def read_plan(reply: str, seats: int) -> tuple[Assignment, ...]:
    """The assignments in a reply, by seat, at most one a seat; unknown seats are dropped. Raises Unreadable."""
    found = object_in(reply).get("assignments")
    if not isinstance(found, list):
        raise Unreadable('it has no list "assignments"')
    plan: dict[int, Assignment] = {}
    for item in found:
        if not isinstance(item, dict):
            continue
        seat, role = _seat(item.get("seat")), one_line(_words(item.get("role")), MOST_ROLE)
        if seat is None or not 1 <= seat <= seats or not role or seat in plan:
            continue
        phase = item.get("phase")
        plan[seat] = Assignment(
            seat, role, phase if isinstance(phase, int) and 1 <= phase <= seats else 1, one_line(_words(item.get("brief")), MOST_REASON)
        )
    if not plan:
        raise Unreadable('"assignments" names no seat of the team with a role')
    return tuple(plan[seat] for seat in sorted(plan))


def read_intention(reply: str) -> Intention:
    """The intention in a reply. Raises Unreadable."""
    found = object_in(reply)
    participate = _truth(found.get("participate"))
    role = one_line(_words(found.get("role")), MOST_ROLE)
    intention = one_line(_words(found.get("intention")), MOST_REASON)
    if participate is False:
        return Intention(False, role, intention)
    if not role or not intention:
        raise Unreadable('"role" or "intention" is empty')
    return Intention(True, role, intention)


def read_signal(reply: str) -> tuple[str, float]:
    """The role in a reply, and its intensity in [0, 1]. Raises Unreadable."""
    found = object_in(reply)
    role, intensity = one_line(_words(found.get("role")), MOST_ROLE), _number(found.get("intensity"))
    if not role:
        raise Unreadable('"role" is empty')
    if intensity is None:
        raise Unreadable('"intensity" is no number from 0 to 1')
    return role, min(1.0, max(0.0, intensity))


def read_ratings(reply: str, shown: Container[int]) -> dict[int, int]:
    """By seat, the rating from 1 to 10 of an output that was shown; others are dropped. Raises Unreadable where none is left."""
    listed = object_in(reply).get("ratings")
    found: dict[int, int] = {}
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            seat, affinity = _seat(item.get("output", item.get("seat"))), _number(item.get("affinity", item.get("rating")))
            if seat is not None and affinity is not None and seat in shown:
                found.setdefault(seat, round(min(10.0, max(1.0, affinity))))
    if not found:
        raise Unreadable('"ratings" rates none of the outputs that were shown')
    return found


def _number(found: Any) -> float | None:
    if isinstance(found, str):
        try:
            found = float(found)
        except ValueError:
            return None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found) else None


def _dependences(found: Any) -> tuple[Dependence, ...]:
    items = found if isinstance(found, list) else []
    read: dict[str, Dependence] = {}
    for item in items[:20]:
        if isinstance(item, dict):
            name, used = item.get("output", item.get("seat", item.get("label"))), _words(item.get("used", ""))
        else:
            name, used = item, ""
        if isinstance(name, bool) or not isinstance(name, str | int):
            continue
        text = one_line(str(name), 40)
        if text:
            read.setdefault(text, Dependence(text, one_line(used, 120)))
    return tuple(read.values())[:MOST_PARENTS]


def _truth(found: Any) -> bool | None:
    if isinstance(found, bool):
        return found
    word = str(found).strip().lower() if isinstance(found, str) else ""
    return {"true": True, "yes": True, "false": False, "no": False}.get(word)


def _words(found: Any) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        return "\n".join(item for item in found if isinstance(item, str))
    return "" if found is None or isinstance(found, dict) else str(found)


def _seat(found: Any) -> int | None:
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    match = re.search(r"\d{1,3}", found) if isinstance(found, str) else None
    return int(match.group()) if match else None


def seat_of(label: str) -> int | None:
    """The seat that a printed label (`03`, `output 3`) names, None where it names none."""
    return _seat(label)
