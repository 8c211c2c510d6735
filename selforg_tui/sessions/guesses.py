"""What was guessed of Q before a judge spoke: one guess a task counts, kept beside the log with the later verdicts.

A guess in a session that runs is blind: there is no verdict yet. In a replay the verdict stands in the log, and whoever guesses may have
seen it elsewhere; such a guess is marked, and never takes the place of a blind one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from selforg_tui.sessions import verdicts
from selforg_tui.sessions.verdicts import Guess
from selforg_tui.settings.keys import every_key
from selforg_tui.settings.redact import redact


class Guesses:
    """Those of one session. Without a log on the disk they hold for as long as this object does."""

    def __init__(self, log: Path | None, session: str, known: Iterable[Guess] = ()) -> None:
        self._log, self._session = log, session
        self._counting: dict[int, Guess] = {}
        for guess in known:
            self._take(guess)

    @classmethod
    def beside(cls, log: Path, session: str) -> Guesses:
        """With those that are kept beside a log; `session` is its id. Raises StorageError."""
        return cls(log, session, verdicts.read(log).guesses)

    def of(self, task: int) -> Guess | None:
        """The guess that counts."""
        return self._counting.get(task)

    def add(self, task: int, q: float, *, replayed: bool) -> None:
        """Take a guess, and keep it where there is a log. Raises StorageError after it was taken."""
        guess = Guess(at=verdicts.now(), task=task, q=q, session=self._session, replayed=replayed)
        self._take(guess)
        if self._log is not None and self._log.is_file():
            verdicts.append(self._log, [guess], lambda text: redact(text, every_key()))

    def _take(self, guess: Guess) -> None:
        """The latest counts, but for one in a replay after a blind one; those of another session of that name do not."""
        before = self._counting.get(guess.task)
        if guess.session == self._session and (before is None or before.replayed or not guess.replayed):
            self._counting[guess.task] = guess
