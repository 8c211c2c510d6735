"""What a mission is about, in phrases that fit into sentences."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from selforg_tui.models.simulated.meaning import listed

_TOKEN = re.compile(r"\S+")
_EDGE = "\"'“”„«»‹›()[]{}<>.,;:!?…"


class Subject(msgspec.Struct, frozen=True):
    """Phrases of one mission and task."""

    name: str
    """With its article, as it stands inside a sentence: "the regional hospital group"."""
    noun: str
    """One word to put before a role: "hospital"; empty where none fits."""
    limit: str
    """A condition that the mission itself sets: "without stopping care"; empty where it sets none."""
    matters: tuple[str, ...]
    """Further noun phrases of mission and task."""


@lru_cache(maxsize=256)
def subject_of(mission: str, task: str) -> Subject:
    """The phrases of a mission and a task, in any language; where the words give no phrase, the mission is "this mission"."""
    head = _first_line(mission)
    name, matters, limit = _phrases(head)
    task_name, task_matters, task_limit = _phrases(_first_line(task)) if task.strip() and task.strip() != mission.strip() else ("", (), "")
    latin = sum(letter.isascii() for letter in head) * 4 > len(head) * 3
    if not latin:
        name, matters, limit, task_name, task_matters, task_limit = "", (), "", "", (), ""
    noun = _noun(name)
    rest = tuple(dict.fromkeys(phrase for phrase in (task_name, *task_matters, *matters) if phrase and phrase != name and " " in phrase))
    return Subject(name or "this mission", noun, limit or task_limit, rest)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    line = lines[0] if lines else ""
    return re.split(r"(?<=[.!?])\s", line)[0][:300]


def _phrases(line: str) -> tuple[str, tuple[str, ...], str]:
    """The first noun phrase, further ones, and the condition."""
    pieces: list[tuple[str, list[str]]] = [("", [])]
    for token in _TOKEN.findall(line):
        word = token.strip(_EDGE)
        if word.lower() in listed("breaks"):
            pieces.append((word.lower(), []))
        elif word:
            pieces[-1][1].append(word)
        if token[-1] in ",;:.!?" and pieces[-1][1]:
            pieces.append((",", []))
    limit = ""
    found: list[str] = []
    for place, (opener, words) in enumerate(pieces):
        if opener in listed("limits") and words and words[0].lower().endswith("ing"):
            tail = [part for later, more in _until_comma(pieces[place + 1 :]) for part in (later, *more)]
            limit = limit or " ".join([opener, *words, *tail])
            break
        if place == 0 and words and words[0].lower() in listed("verbs") and len(words) > 1:
            words = words[1:]
        elif place == 0 and words:
            words = [words[0] if words[0].isupper() or not words[0][1:].islower() else words[0][0].lower() + words[0][1:], *words[1:]]
        if opener in ("to", "and", ",", "or") and words and words[0].lower() in listed("verbs"):
            words = words[1:]
        if opener in ("that", "who", "which", "while", "because", "if", "when", "where", "whether", "than", "so"):
            continue
        if (phrase := _noun_phrase(words)) and phrase not in ("half", "time"):
            found.append(phrase)
    return (found[0] if found else ""), tuple(found[1:4]), limit


def _until_comma(pieces: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    ends = next((at for at, (opener, _) in enumerate(pieces) if opener == ","), len(pieces))
    return pieces[:ends]


def _noun_phrase(words: list[str]) -> str:
    """The words as a definite noun phrase, or nothing where they are hardly one."""
    while words and words[-1].lower() in listed("articles"):
        words = words[:-1]
    if (
        not words
        or len(words) > 7
        or words[0].lower() in listed("verbs") | listed("not_nouns")
        or (words[0].lower().endswith("ing") and len(words) > 2)
    ):
        return ""
    if words[0].lower() in ("a", "an", "one"):
        words = ["the", *words[1:]]
    if len(words) == 1 and words[0].lower() in listed("articles"):
        return ""
    if words[0].lower() in listed("articles"):
        words = [words[0].lower(), *words[1:]]
    return " ".join(words)


def _noun(name: str) -> str:
    """The word of a phrase that best stands before a role: the one before its last noun, or a single last one."""
    words = [word for word in re.split(r"\s+of\s+", name)[0].split() if word.lower() not in listed("articles")]
    if not words or not all(word.replace("-", "").isalpha() for word in words):
        return ""
    word = words[-2] if len(words) > 2 else words[-1]
    if word.lower() in listed("fields"):
        return word
    return "" if word.lower().endswith(("ing", "ed", "al", "ic", "ive", "ous", "ly", "s")) or len(word) > 14 else word
