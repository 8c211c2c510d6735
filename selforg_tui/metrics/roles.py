"""Roles as agents named them, and as names that mean the same: persistence, uniqueness, diversity."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from selforg_tui.core.state import SessionState, TaskState

SHORTEST_PLURAL = 5
"""Letters from which a word that ends in s may be a plural: `news`, `fils` and `bias` are not cut."""
_NO_PLURAL = ("ss", "us", "is")
_SOFT = ("che", "she", "xe", "sse")
_POSSESSIVE = re.compile("['’ʼ]s(?!\\w)")


def roles(task: TaskState) -> list[str]:
    """The roles of those who contributed, by seat, as they were named."""
    return [seat.role for _, seat in sorted(task.seats.items()) if seat.contribution]


def session_roles(state: SessionState) -> list[str]:
    """The roles of all contributions of a session, task by task, as they were named."""
    return [role for task in state.tasks for role in roles(task)]


@lru_cache(4096)
def normalised(role: str) -> str:
    """A role's name without case, punctuation, plural and word order: `Risk Analysts` and `analyst, risk` are `analyst risk`.

    Plurals are cut from words in the letters a to z only, and from short ones not at all: elsewhere a final s may be anything.
    + and # stay with the letter before them (`C++`, `C#`). A name without letters and digits stays as it is. Doing it twice is
    doing it once, and the order of words does not matter.
    """
    folded = _folded(role)
    words = _words(_POSSESSIVE.sub("", folded))
    return " ".join(sorted(map(_singular, words))) or " ".join(folded.split())


def names(taken: Iterable[str]) -> dict[str, Counter[str]]:
    """By normalised name, the raw names that stand behind it and how often each was used; most used first."""
    found: dict[str, Counter[str]] = {}
    for role in taken:
        found.setdefault(normalised(role), Counter())[role] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1].total(), item[0])))


def unique_roles(taken: Iterable[str]) -> int:
    """Number of different roles (normalised); 0 or more; arXiv:2603.28990."""
    return len({normalised(role) for role in taken})


def role_uniqueness(taken: Sequence[str]) -> float | None:
    """Unique roles / roles taken, in (0, 1] (ours; the paper's figures of its spectral experiments). None where no role was taken."""
    return unique_roles(taken) / len(taken) if taken else None


def used_once(taken: Iterable[str]) -> float | None:
    """Roles used exactly once / unique roles, in [0, 1]; arXiv:2603.28990. None where no role was taken."""
    counts = Counter(normalised(role) for role in taken)
    return sum(count == 1 for count in counts.values()) / len(counts) if counts else None


def role_gini(taken: Iterable[str]) -> float | None:
    """Gini coefficient of how often each role was used, in [0, 1): 0 where all were used equally often; arXiv:2603.28990.

    Σ (2i − n − 1) cᵢ / (n Σ cᵢ) over the n roles' counts in ascending order. None where no role was taken.
    """
    counts = sorted(Counter(normalised(role) for role in taken).values())
    n, total = len(counts), sum(counts)
    if not total:
        return None
    return sum((2 * place - n - 1) * count for place, count in enumerate(counts, 1)) / (n * total)


def role_persistence(state: SessionState) -> float | None:
    """Over each agent's consecutive tasks in which it took part, the share where it kept its role; in [0, 1] (ours).

    The paper's RSI in free self-organization, which tends to 0. None where no agent took part twice.
    """
    kept = pairs = 0
    for seat in range(1, state.started.config.agents + 1):
        taken = [normalised(task.seats[seat].role) for task in state.tasks if task.seats[seat].contribution]
        pairs += max(0, len(taken) - 1)
        kept += sum(before == after for before, after in itertools.pairwise(taken))
    return kept / pairs if pairs else None


def _folded(text: str) -> str:
    """Without case and without differences of encoding; doing it twice changes nothing."""
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.casefold())
    return text


def _words(text: str) -> list[str]:
    """Runs of letters, digits and the marks that belong to letters."""
    words, word = [], ""
    for sign in text:
        if sign.isalnum() or (word and (sign in "+#" or unicodedata.category(sign).startswith("M"))):
            word += sign
        elif word:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def _singular(word: str) -> str:
    """`strategies` and `strategy` become the same, as do `coaches` and `coach`, `movies` and `movie`."""
    if len(word) < SHORTEST_PLURAL or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("s") and not word.endswith(_NO_PLURAL):
        word = word[:-1]
    if word.endswith("ie"):
        return word[:-2] + "y"
    return word[:-1] if word.endswith(_SOFT) else word
