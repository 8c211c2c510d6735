"""Guesses of Q: which one counts, and where they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from selforg_tui.core.errors import StorageError
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.guesses import Guesses


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"the log")
    return file


def counting(log: Path, session: str = "s") -> tuple[float, bool] | None:
    found = Guesses.beside(log, session).of(1)
    return None if found is None else (found.q, found.replayed)


def test_the_latest_blind_guess_counts_whatever_is_guessed_in_a_replay(log: Path) -> None:
    guesses = Guesses(log, "s")
    for q, replayed, then in [(0.5, True, (0.5, True)), (0.6, True, (0.6, True)), (0.7, False, (0.7, False)), (0.8, True, (0.7, False))]:
        guesses.add(1, q, replayed=replayed)
        found = guesses.of(1)
        assert found is not None and (found.q, found.replayed) == then == counting(log)
    guesses.add(1, 0.9, replayed=False)
    assert counting(log) == (0.9, False) and guesses.of(2) is None
    assert log.read_bytes() == b"the log" and len(verdicts.read(log).guesses) == 5


def test_guesses_about_another_session_whose_file_had_this_name_say_nothing(log: Path) -> None:
    Guesses(log, "s").add(1, 0.5, replayed=False)
    assert counting(log, "t") is None


def test_without_a_log_a_guess_holds_and_leaves_nothing(tmp_path: Path) -> None:
    for log in (None, tmp_path / "gone.jsonl"):
        guesses = Guesses(log, "s")
        guesses.add(1, 0.5, replayed=False)
        assert guesses.of(1) is not None and not list(tmp_path.iterdir())


def test_a_guess_that_cannot_be_kept_holds_and_says_so(log: Path) -> None:
    verdicts.path_beside(log).write_bytes(b"something else")
    guesses = Guesses(log, "s")
    with pytest.raises(StorageError, match="no verdicts"):
        guesses.add(1, 0.5, replayed=False)
    assert guesses.of(1) is not None
