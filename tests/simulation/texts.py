"""What simulated agents write, and simple ways to compare texts that know nothing of the lexicon."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from scipy.optimize import linear_sum_assignment

from selforg_tui.core.state import SeatState, SessionState
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.simulation.cells import Cell, Held, config

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@lru_cache(maxsize=512)
def state(cell: Cell, mission: Held, seed: int) -> SessionState:
    """One run, whole."""
    return run_unwatched(config(cell, mission, seed), keys=Keys({}), folder=None).state


def taking_part(found: SessionState) -> list[SeatState]:
    """The seats of the last task that contributed."""
    return [seat for seat in found.tasks[-1].seats.values() if seat.contribution]


def words(text: str) -> list[str]:
    """Words in small letters."""
    return [word.lower() for word in WORD.findall(text)]


def fives(text: str) -> set[tuple[str, ...]]:
    """All sequences of five words within sentences."""
    rows = [words(sentence) for sentence in re.split(r"(?<=[.?!:])\s+", text)]
    return {tuple(row[at : at + 5]) for row in rows for at in range(len(row) - 4)}


def vectors(texts: Sequence[str], hidden: Iterable[str] = ()) -> list[dict[str, float]]:
    """Normalised tf-idf over words of four letters and more, without the hidden ones; words are cut to their first six letters."""
    left_out = {word[:6] for word in hidden}
    bags = [Counter(word[:6] for word in words(text) if len(word) > 3 and word[:6] not in left_out) for text in texts]
    seen = Counter(word for bag in bags for word in bag)
    found = []
    for bag in bags:
        raw = {word: (1 + math.log(count)) * math.log(len(texts) / seen[word] + 0.05) for word, count in bag.items()}
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        found.append({word: value / length for word, value in raw.items()})
    return found


def alike(one: dict[str, float], other: dict[str, float]) -> float:
    """Cosine of two vectors."""
    return sum(value * other.get(word, 0.0) for word, value in one.items())


def matched(ones: Sequence[dict[str, float]], others: Sequence[dict[str, float]]) -> float:
    """Share of pairs that the best one-to-one assignment puts together; both come in the same order."""
    rows, columns = linear_sum_assignment([[-alike(one, other) for other in others] for one in ones])
    return sum(int(row) == int(column) for row, column in zip(rows, columns, strict=True)) / len(ones)


def slips(text: str) -> list[str]:
    """What is no clean prose in a contribution: slots, spaces, doubled words, broken or endless sentences."""
    found = [match.group() for match in re.finditer(r"[{}\[\]|]|  | [,.;:?!]|\b(\w+) \1\b", text, re.IGNORECASE)]
    for sentence in re.split(r"(?<=[.?!])\s+|(?<=[.?!]”)\s+(?=[A-Z])|\n+", text):
        if not re.match(r"[“(]?[A-Z0-9]", sentence) or not re.search(r"[.?!]”?$", sentence) or not 2 <= len(sentence.split()) <= 60:
            found.append(sentence)
    return found
