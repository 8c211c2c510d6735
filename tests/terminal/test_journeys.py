"""Four journeys of somebody who was told nothing: what is pressed, where the screen names that key, and what must then be on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from selforg_tui.core.ids import label
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.sessions.reader import read
from selforg_tui.sessions.store import Store
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.tmux
sizes = pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)], ids=["large", "small"])
MISSION = "Reopen the city library"


@dataclass(frozen=True)
class Step:
    """`named` is the text by which the screen tells of the key before it is pressed; `shown` what it must show afterwards."""

    named: str
    keys: str
    shown: tuple[str, ...]


def step(named: str, keys: str, *shown: str) -> Step:
    return Step(named, keys, shown)


def go(terminal: Terminal, *steps: Step) -> None:
    """Take the steps. A step that shows nothing new proves nothing, and is an error too."""
    for one in steps:
        before = terminal.until(one.named, 15)
        assert not all(text in before for text in one.shown), f"{one} is shown before its key is pressed"
        terminal.keys(*one.keys.split())
        for text in one.shown:
            terminal.until(text, 15)


def made(terminal: Terminal, home: Path) -> tuple[SessionState, TaskState]:
    """A session of eight agents by the command line, in which 05 stays out, and how it ended; the app is open on its replay."""
    terminal.start("run", MISSION, "-n", "8", "--seed", "1", "--level", "L1", "--plain")
    terminal.until("Saved as")
    (one,) = Store(home / "data" / "sessions").list()
    state = read(one.path).state()
    assert state.tasks[0].seats[5].status == "out"
    terminal.start()
    go(
        terminal,
        step("^l Sessions", "C-l", "⏎ Replay", "1 of 1"),
        step("⏎ Replay", "Enter", "· replay", "01 is deciding", "7 waiting"),
        step("End result", "End", "4 in · 4 out", "Done: all have spoken"),
    )
    return state, state.tasks[0]


@sizes
def test_watch_a_first_run(own_world: Path, columns: int, rows: int) -> None:
    with Terminal(own_world, columns, rows) as terminal:
        terminal.start()
        go(
            terminal,
            step("Enter starts the team", "Enter", "01 is deciding", "7 waiting", "live", "SIMULATED"),
            step("+ faster", "+", "live 2×"),
            step("+ faster", "+ + +", "live 16×"),
            step("live 16×", "", "Done: all have spoken. The judge gives Q ", "ended", "R replays it"),
        )
        go(
            terminal,
            step("s Solution", "s", "Solution ── complete", "Where it comes from", "because"),
            step("Esc back" if columns < 110 else "esc Back", "Escape", "Enter in full"),
            step("R replays it", "R", "· replay", "01 is deciding"),
            step("End result", "End", "Done: all have spoken"),
        )
    (one,) = Store(own_world / "data" / "sessions").list()
    assert one.status == "done"


@sizes
def test_find_out_why_agent_5_stayed_out(own_world: Path, columns: int, rows: int) -> None:
    with Terminal(own_world, columns, rows) as terminal:
        _, task = made(terminal, own_world)
        reason = task.seats[5].reason
        assert reason and reason[:12] in terminal.screen()  # its beginning, on the board
        go(
            terminal,
            step("↑↓ choose", "Down Down Down Down", "▌05 ○ stays out", f"because   {reason[:30]}", reason[-12:]),
            step("5 x-ray", "5", "X-ray of 05", "05 decided after seeing 01 02 03 04 in full"),
            step("2 prompt", "2", "You are one of several agents"),
        )


@sizes
def test_find_what_made_the_run_expensive(own_world: Path, columns: int, rows: int) -> None:
    with Terminal(own_world, columns, rows) as terminal:
        state, task = made(terminal, own_world)
        calls = {seat: state.calls[one.calls[0]] for seat, one in task.seats.items()}
        assert all(len(one.calls) == 1 for one in task.seats.values())
        money = {seat: call.cost_usd or 0.0 for seat, call in calls.items()}
        dearest = max(money, key=lambda seat: money[seat])
        usage = calls[dearest].usage
        assert usage is not None
        name = f"{label(dearest)} {task.seats[dearest].role}"
        share = state.team.input / (state.team.input + state.team.output)
        why = (f"Most of it is input: {share:.0%}".replace("%", " %"), "the dearest", name, f"${money[dearest]:.4f}")
        if columns > 100:
            go(terminal, step("c dearest", "c c", *why))  # to the panel, then into it
        else:
            go(terminal, step("c Cost", "c", *why))
        go(
            terminal,
            step("m by model", "m", "Cost by model", "tokens in", "sim:judge (judge)"),
            step("m by model", "m", "Cost ── imaginary prices"),
            step("Enter its facts", "Enter", f"{name} ── in", f"{usage.input:,} in", "[4 facts]", f"${money[dearest]:.4f}"),
        )


@sizes
def test_say_which_agent_a_sentence_came_from(own_world: Path, columns: int, rows: int) -> None:
    with Terminal(own_world, columns, rows) as terminal:
        _, task = made(terminal, own_world)
        writer = max(seat for seat, one in task.seats.items() if one.contribution)
        others = " ".join(one.contribution for seat, one in task.seats.items() if seat != writer)
        sentence = task.seats[writer].contribution.split(". ")[-1]
        word = next(word for word in sentence.rstrip(".").split() if word.isalpha() and len(word) > 4 and word not in others)
        name = f"{label(writer)} {task.seats[writer].role}"
        go(
            terminal,
            step("s Solution", "s", "Solution ── complete", "● 01 "),
            step("/ search", "/", "/▏"),
            step("/▏", " ".join(word), f"/{word}", "Enter"),
            step("Enter", "Enter", f"● {name}"),
            step("Esc ends", "Escape", "Enter its agent"),
            step("Enter its agent", "Enter", f"{name} ── in", "[1 contribution]"),
            step("2 prompt", "2", "[2 prompt]", "You are one of several agents"),
        )
