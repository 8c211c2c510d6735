"""A guess of Q: how it is read, and how it is told beside the verdict."""

from __future__ import annotations

import re

from selforg_tui.core.errors import ConfigError
from selforg_tui.sessions.verdicts import LEAST_Q, Guess
from selforg_tui.tui.run.view import of_four

EXAMPLES = ".7, 11/16 or 70 %"
_FORMS = re.compile(r"(?P<share>\d{0,3}[.,]?\d{1,4})|(?P<percent>\d{1,3}(?:[.,]\d{1,2})?)\s*%|(?P<part>\d{1,3})\s*/\s*(?P<of>\d{1,3})")


def read_guess(text: str) -> float:
    """Q as people write it: `.7`, `0,7`, `70 %`, `11/16`. Raises ConfigError."""
    found = _FORMS.fullmatch(text.strip())
    if found is None or (found["of"] and not int(found["of"])):
        raise ConfigError(f"'{text.strip()[:20]}' cannot be read as Q: write {EXAMPLES}.")
    if found["of"]:
        value = int(found["part"]) / int(found["of"])
    elif found["percent"]:
        value = float(found["percent"].replace(",", ".")) / 100
    else:
        value = float(found["share"].replace(",", "."))
    if not LEAST_Q <= value <= 1:
        raise ConfigError(f"Q lies between .25 (4 of 16) and 1 (16 of 16): write, for example, {EXAMPLES}.")
    return value


def told(guess: Guess | None, q: float | None) -> str:
    """`your guess: Q .70`, and after the verdict how far off it was; empty without a guess. Says where it was made in a replay."""
    if guess is None:
        return ""
    whose = "your guess in a replay" if guess.replayed else "your guess"
    if q is None:
        return f"{whose}: Q {of_four(guess.q)}"
    off = abs(guess.q - q)
    return f"{whose} {of_four(guess.q)}, judge {of_four(q)}: " + ("just right" if off < 0.005 else f"off by {of_four(off)}")
