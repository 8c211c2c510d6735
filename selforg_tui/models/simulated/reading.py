"""A prompt as a simulated model understands it. What is asked for is seen from the JSON keys that the text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from selforg_tui.core.fences import Section, nonce_in, split

Asked = Literal["assignments", "accuracy", "contribution", "intention", "intensity", "ratings", "write-up", "prose"]
_KEYS: tuple[Asked, ...] = ("assignments", "accuracy", "contribution", "intention", "intensity", "ratings")
_SEAT = re.compile(r"You are agent (\d{1,3}) of (\d{1,3})")
_AGENTS = re.compile(r"each of the (\d{1,3}) agents")
_GONE = re.compile(r"No longer in the team: ([\d, ]+)\.")
_WORDS = re.compile(r"about (\d{2,4}) words")
_ROLE = re.compile(r"(?:Role|Topic): *(.*)")
_EVERYBODY = re.compile(r"\bnobody (?:stays|may stay) out\b", re.IGNORECASE)
_REMEMBERED = re.compile(r"(\d{1,3}): (.{1,90})")
_USUAL_WORDS = 200


class Piece(msgspec.Struct, frozen=True):
    """Something that another wrote."""

    label: str
    role: str
    text: str
    shortened: bool = False
    strength: float = 1.0
    """How strongly it is meant, in [0, 1], as far as that is told."""


class Situation(msgspec.Struct, frozen=True):
    """All that a prompt says."""

    asked: Asked
    mission: str
    task: str
    level: str
    values: tuple[str, ...]
    outputs: tuple[Piece, ...]
    intentions: tuple[Piece, ...]
    remembered: tuple[Piece, ...]
    """Roles of earlier tasks."""
    solution: str
    given: Piece | None
    """A role that is handed out, with its brief as text."""
    seat: str
    gone: frozenset[int]
    """Seats that are no longer in the team, where that is told."""
    agents: int
    words: int
    repairs: bool
    """Its last reply could not be used."""
    last: str
    """The last paragraph of a prompt that is not ours."""
    signals: tuple[Piece, ...] = ()
    """Roles that others tend to, with their strength."""
    marks: tuple[Piece, ...] = ()
    """Topics on a work that all share, with their strength."""
    free: bool = True
    """It may stay out."""
    parts: tuple[str, ...] = ()
    """Of a solution that is to be written up."""


@lru_cache(maxsize=8_192)
def _parsed(text: str, nonce: str) -> tuple[tuple[Section, ...], str]:
    return split(text, nonce)


def situation(texts: Sequence[str]) -> Situation:
    """Read a prompt, whether it comes in blocks or joined."""
    nonce = next((seen for text in texts if (seen := nonce_in(text))), "")
    sections: list[Section] = []
    outside: list[str] = []
    for text in texts:
        found, rest = _parsed(text, nonce)
        sections += found
        outside.append(rest)
    said = "\n".join(outside)
    mission = task = solution = ""
    level, repairs = "", False
    values: tuple[str, ...] = ()
    given: Piece | None = None
    outputs: list[Piece] = []
    intentions: list[Piece] = []
    remembered: list[Piece] = []
    signals: list[Piece] = []
    marks: list[Piece] = []
    parts: list[str] = []
    for section in sections:
        match section.name:
            case "mission":
                mission = section.text
            case "task":
                task, level = section.text, section.attributes.get("level", "")
            case "values":
                values += tuple(line.removeprefix("- ").strip() for line in section.text.splitlines() if line.strip())
            case "notice":
                values += (" ".join(section.text.split()),)
            case "output":
                outputs.append(_piece(section))
            case "intention":
                intentions.append(_piece(section))
            case "history":
                old, more = _history(section)
                remembered += old
                outputs += more
            case "signal":
                signals.append(_piece(section))
            case "mark":
                marks.append(_piece(section))
            case "assignment":
                given = _piece(section)
            case "solution":
                solution = section.text
            case "part":
                parts.append(section.text)
            case "reply":
                repairs = True
            case _:
                pass
    asked: Asked = next((key for key in _KEYS if f'"{key}"' in said), "write-up" if parts else "prose") if mission else "prose"
    seat, agents = _SEAT.search(said), _AGENTS.search(said)
    words, gone = _WORDS.search(said), _GONE.search(said)
    return Situation(
        asked=asked,
        mission=mission,
        task=task or mission,
        level=level,
        values=values,
        outputs=tuple(outputs),
        intentions=tuple(intentions),
        remembered=tuple(remembered),
        solution=solution,
        given=given,
        seat=seat.group(1) if seat else "",
        gone=frozenset(int(seat) for seat in re.findall(r"\d+", gone.group(1))) if gone else frozenset(),
        agents=int(agents.group(1) if agents else seat.group(2) if seat else 1),
        words=int(words.group(1)) if words else _USUAL_WORDS,
        repairs=repairs,
        last="\n\n".join(texts).strip().split("\n\n")[-1] if not mission else "",
        signals=tuple(signals),
        marks=tuple(marks),
        free=not _EVERYBODY.search(said),
        parts=tuple(parts),
    )


@lru_cache(maxsize=8_192)
def _split_role(text: str) -> tuple[str, str]:
    head, _, rest = text.partition("\n")
    found = _ROLE.match(head)
    return (found.group(1).strip(), rest.strip()) if found else ("", text.strip())


def _piece(section: Section) -> Piece:
    role, text = _split_role(section.text)
    told = section.attributes
    strength = _strength(told.get("intensity", told.get("strength", "1")))
    return Piece(told.get("seat", told.get("label", "")), role, text, "shortened" in told, strength)


def _strength(told: str) -> float:
    try:
        return min(1.0, max(0.0, float(told)))
    except ValueError:
        return 1.0


def _history(section: Section) -> tuple[list[Piece], list[Piece]]:
    """Roles that were remembered; whatever else stands there is read as what it is, work that was done."""
    roles: list[Piece] = []
    rest: list[str] = []
    for line in section.text.splitlines():
        found = _REMEMBERED.fullmatch(line.strip())
        if found:
            roles.append(Piece(found.group(1), found.group(2), ""))
        else:
            rest.append(line)
    text = "\n".join(rest).strip()
    return roles, ([Piece("", *_split_role(text))] if text else [])
