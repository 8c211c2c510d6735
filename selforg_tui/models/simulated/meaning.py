"""Words to what they mean, as far as words allow: stems and common synonyms; case, order and punctuation do not matter."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]+")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n+")


@lru_cache(maxsize=16)
def listed(name: str) -> frozenset[str]:
    """A list of words out of `words.toml`."""
    return frozenset(tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))[name].split())


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    lines = files(__package__).joinpath("synonyms.txt").read_text("utf-8").splitlines()
    table: dict[str, str] = {}
    for line in lines:
        group = line.partition("#")[0].split()
        for word in group[1:]:
            table.setdefault(_trimmed(word), _trimmed(group[0]))
    return table


def _trimmed(word: str) -> str:
    """An English word without its inflection; other words as they are."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if len(word) > 4 and word.endswith("er") and word[-3] != "e":
        word = word[:-2] if len(word) > 5 else word
        if word[-1] == word[-2] and word[-1] not in "lsz":
            word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """What stands for this word and those that mean about the same; empty where it says nothing by itself."""
    if word in listed("stop") or (len(word) < 2 and word.isascii()):
        return ""
    short = _trimmed(word.removesuffix("'s"))
    return _synonyms().get(short, short)


def plain(text: str) -> str:
    """In one form of letters, without case, with one kind of apostrophe."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‑", "-")


@lru_cache(maxsize=16_384)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a text in order, those that say nothing left out. East Asian runs count by pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(plain(text)):
        if not word.isascii() and _WIDE.search(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        elif root := stem(word):
            found.append(root)
    return tuple(found)


@lru_cache(maxsize=16_384)
def bag(text: str) -> tuple[str, ...]:
    """The different stems of a text, in the order in which they come first."""
    return tuple(dict.fromkeys(stems(text)))


@lru_cache(maxsize=8_192)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text."""
    return tuple(piece.strip() for piece in _SENTENCE.split(text) if piece and piece.strip())
