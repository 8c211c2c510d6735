"""Sentences out of `voices/` and `phrases.toml`, chosen by key, worded and filled in."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.wording import worded

_SLOT = re.compile(r"\{(\w+)(?::([\w ]+)\|([\w ]+))?\}")
_HEAD = re.compile(
    r" (?:of|for|between|on|to|with|from|in|at|over|against|hour|once|that|which|by|held|without|near(?! miss)|kept|than|"
    r"before|after|as|bought|under|through|inside|into|among|where|who) "
)
_BITS = 1 << 63


class Voice(msgspec.Struct, frozen=True):
    """How one agent writes: its kinds of sentences in their order, and its words for each."""

    name: str
    order: tuple[str, ...]
    groups: dict[str, list[str]]


class Phrases(msgspec.Struct, frozen=True):
    """What all voices share; `times` by phase."""

    groups: dict[str, list[str]]
    times: list[list[str]]
    verdict: dict[str, list[str]]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """All shared phrases."""
    found = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    times, verdict = found.pop("times"), found.pop("verdict")
    return Phrases(found, times, verdict)


@lru_cache(maxsize=1)
def voices() -> tuple[Voice, ...]:
    """All voices, by name."""
    found = []
    for file in sorted(files(__package__).joinpath("voices").iterdir(), key=lambda file: file.name):
        name, _, ending = file.name.rpartition(".")
        if ending == "toml":
            groups = tomllib.loads(file.read_text("utf-8"))
            found.append(Voice(name, tuple(groups.pop("order").split()), groups))
    return tuple(found)


class Speech:
    """What one agent says: in one voice, no phrase twice as long as there are others."""

    def __init__(self, draw: Keyed) -> None:
        self._draw = draw
        self._said: set[str] = set()
        self.voice = draw.choice(voices(), "voice")

    def say(self, group: str, *key: str | int, **slots: str) -> str:
        """One phrase of a group, of its voice or shared."""
        texts = self.voice.groups.get(group) or phrases().groups[group]
        number = self._draw.below(_BITS, group, *key)
        first = number % len(texts)
        chosen = next((text for text in (*texts[first:], *texts[:first]) if text not in self._said), texts[first])
        self._said.add(chosen)
        return filled(worded(chosen, number), **slots)

    def worded(self, text: str, *key: str | int) -> str:
        """A text in one of its wordings."""
        return worded(text, self._draw.below(_BITS, "worded", *key))


def filled(text: str, **slots: str) -> str:
    """The text with its slots; a slot in capitals begins with a capital letter."""

    def put(match: re.Match[str]) -> str:
        name, one, several = match.groups()
        if one:
            return several if _several(slots[name.lower()]) else one
        return slots[name] if name in slots else capital(slots[name.lower()])

    return capital(_SLOT.sub(put, text))


@lru_cache(maxsize=4096)
def _several(topic: str) -> bool:
    """Whether a verb after this noun phrase is in the plural."""
    if topic.split()[0] in ("what", "who", "how"):
        return False
    head = _HEAD.split(topic)[0]
    return " and " in head or head.endswith(("people", "people affected")) or (head.endswith("s") and not head.endswith(("ss", "us", "is")))


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]
