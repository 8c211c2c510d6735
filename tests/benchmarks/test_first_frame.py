"""From the start of the process to a typed character on the screen, in a pseudo-terminal, against a bare Textual app."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.benchmarks.floor import report

pytestmark = pytest.mark.benchmark
ROUNDS = 9
TYPED = "ж".encode()
BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Input

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Input()

Bare().run()
"""


def until_echoed(command: list[str], home: Path) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"SELFORG_TUI_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        os.execv(command[0], command)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    shown, typed = b"", 0.0
    try:
        while TYPED not in shown:
            if select.select([terminal], [], [], 0.005)[0]:
                shown += os.read(terminal, 65536)
            if b"\x1b[?1049h" in shown and time.perf_counter() - typed > 0.02:  # before that the terminal itself would echo
                typed = time.perf_counter()
                os.write(terminal, TYPED)
            if time.perf_counter() - started > 20:
                raise TimeoutError(shown[-500:])
        return (time.perf_counter() - started) * 1000
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def test_first_frame(tmp_path: Path) -> None:
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        bare.append(until_echoed([sys.executable, "-c", BARE], tmp_path))
        ours.append(until_echoed([sys.executable, "-m", "selforg_tui"], tmp_path))
    assert report("first frame, process start to an echoed character", ours, bare, "ms", 1.4) <= 1.4
