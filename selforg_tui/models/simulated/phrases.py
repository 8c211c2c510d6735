"""Sentences out of `phrases.toml`, chosen by key and filled in."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from selforg_tui.core.keyed import Keyed

_SLOT = re.compile(r"\{(\w+)(?::([\w ]+)\|([\w ]+))?\}")
_HEAD = re.compile(
    r" (?:of|for|between|on|to|with|from|in|at|over|against|hour|once|that|which|by|held|without|near|kept|than|"
    r"before|after|as|bought|under) "
)


class Phrases(msgspec.Struct, frozen=True):
    """The texts by name; `times` by phase."""

    groups: dict[str, list[str]]
    times: list[list[str]]
    verdict: dict[str, list[str]]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """All phrases."""
    found = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    times, verdict = found.pop("times"), found.pop("verdict")
    return Phrases(found, times, verdict)


def filled(text: str, **slots: str) -> str:
    """The text with its slots; a slot in capitals begins with a capital letter."""

    def put(match: re.Match[str]) -> str:
        name, one, several = match.groups()
        if one:
            return several if _several(slots[name]) else one
        return slots[name] if name in slots else capital(slots[name.lower()])

    return capital(_SLOT.sub(put, text))


@lru_cache(maxsize=1024)
def _several(topic: str) -> bool:
    """Whether a verb after this noun phrase is in the plural."""
    if topic.split()[0] in ("what", "who", "how"):
        return False
    head = _HEAD.split(topic)[0]
    return " and " in head or head.endswith("people affected") or (head.endswith("s") and not head.endswith("ss"))


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def say(group: str, draw: Keyed, *key: str | int, **slots: str) -> str:
    """One phrase of a group."""
    return filled(draw.choice(phrases().groups[group], group, *key), **slots)


def say_anew(said: set[str], group: str, draw: Keyed, *key: str | int, **slots: str) -> str:
    """One phrase of a group that has not been said yet, as long as there is one."""
    texts = phrases().groups[group]
    first = draw.below(len(texts), group, *key)
    turned = texts[first:] + texts[:first]
    chosen = next((text for text in turned if text not in said), texts[first])
    said.add(chosen)
    return filled(chosen, **slots)
