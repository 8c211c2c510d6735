"""Looking for words in a text, by keys: what is typed, and what that means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Outcome = Literal["", "typed", "next", "previous", "ended"]
"""What a key did: nothing here, it changed the words, it asked for the next place or the one before, it ended the search."""

STEPS: dict[str, Outcome] = {"enter": "next", "down": "next", "up": "previous"}


class Search:
    """Words that are typed while `active`."""

    def __init__(self) -> None:
        self.active = False
        self.text = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for; each has to be found."""
        return tuple(self.text.split())

    def begin(self) -> None:
        """Take keys as letters from now on."""
        self.active = True

    def end(self) -> None:
        """Take keys as commands again, and look for nothing."""
        self.active, self.text = False, ""

    def press(self, key: str, character: str | None) -> Outcome:
        """Take a key, if it is one for the search."""
        if not self.active:
            return ""
        if key == "escape":
            self.end()
            return "ended"
        if key in STEPS:
            return STEPS[key]
        if key == "backspace":
            self.text = self.text[:-1]
            return "typed"
        if character is not None and character.isprintable():
            self.text += character
            return "typed"
        return ""

    def told(self, found: Sequence[int], here: int | None, nowhere: str = "nowhere") -> str:
        """The line that a person types in, with how many places were found and which one is `here`; `nowhere`: said of none."""
        if not self.words:
            hits = "type words"
        elif not found:
            hits = nowhere
        else:
            hits = (f"{found.index(here) + 1} of {len(found)}" if here in found else f"in {len(found)}") + " · Enter next"
        return f"/{self.text}▏ {hits} · Esc ends"


def previous_of(found: Sequence[int], here: int | None) -> int | None:
    """The place before `here`, from the first one on to the last; None where there is none."""
    return next((place for place in reversed(found) if here is not None and place < here), found[-1] if found else None)


def next_of(found: Sequence[int], here: int | None) -> int | None:
    """The next place after `here`, from the last one on to the first; None where there is none."""
    after = here if here is not None else -1
    return next((place for place in found if place > after), found[0] if found else None)
