"""The main job from end to end, in a real terminal, by keys alone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from selforg_tui.sessions.reader import read
from selforg_tui.sessions.store import Store
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.tmux


def sessions(home: Path) -> Path:
    return home / "data" / "sessions"


def test_one_key_from_the_start_to_a_running_team_and_one_to_stop_it(own_world: Path) -> None:
    with Terminal(own_world, 120, 40) as terminal:
        terminal.start()
        terminal.until("Enter starts the team")
        terminal.keys("Enter")
        terminal.until("deciding")
        terminal.keys("+", "+")
        running = terminal.until("2 in · 1 deciding")
        assert "SIMULATED" in running and "Hierarchy" in running and "Judge" in running
        terminal.keys("C-c")
        terminal.until("R replays it")
    (kept,) = Store(sessions(own_world)).list()
    assert kept.status == "interrupted"
    assert sum(seat.status == "in" for seat in read(kept.path).state().tasks[0].seats.values()) >= 2


def test_a_killed_run_keeps_what_the_screen_had_shown(own_world: Path) -> None:
    with Terminal(own_world, 120, 40) as terminal:
        terminal.start()
        terminal.until("Enter starts the team")
        terminal.keys("Enter")
        terminal.until("deciding")
        terminal.keys("+", "+")
        terminal.until("2 in")
        os.kill(terminal.process(), signal.SIGKILL)
        terminal.until("Killed")
    (kept,) = Store(sessions(own_world)).list()
    assert kept.status == "interrupted"
    recording = read(kept.path)
    assert recording.interrupted
    assert sum(seat.status == "in" for seat in recording.state().tasks[0].seats.values()) >= 2


def test_a_saved_session_is_replayed_in_a_small_terminal(own_world: Path) -> None:
    with Terminal(own_world, 80, 24) as terminal:
        terminal.start("run", "Reopen the city library", "-n", "5")
        terminal.until("Saved as")
        terminal.start("replay", "last")
        terminal.until("00:00")
        terminal.keys("End")
        shown = terminal.until("Q ")
        assert "SIMULATED" in shown
        assert all(len(line) <= 80 for line in shown.splitlines())
        terminal.keys("Escape")
        terminal.until("Esc again leaves")
