"""A program in a pseudo-terminal, watched from outside: what stands on its screen, its frames, its keys, its share of a core."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from fcntl import ioctl
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
ASKS_SYNC, HAS_SYNC = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""The question whether the terminal knows synchronized output, and yes."""
FRAME_ENDS = b"\x1b[?2026l"
_PLACED = re.compile(r"\x1b\[(\d+);(\d+)H([^\x1b\n\r]*(?:\x1b\[[\d;:]*m[^\x1b\n\r]*)*)")
_STYLE = re.compile(r"\x1b\[[\d;:]*m")
KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "f5": "\x1b[15~", "enter": "\r", "tab": "\t", "escape": "\x1b", "ctrl+c": "\x03",
}  # fmt: skip
"""Of those keys that are not what they write."""


class Pseudo:
    """Runs a command. The screen is kept in cells of one character each, which holds for what is looked at here.

    `on_frame(rows)` is told after each frame which rows it painted, with the columns (from, to) where the painting lies.
    """

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (200, 60), more: Mapping[str, str] | None = None) -> None:
        self.size = size
        self.rows = [" " * size[0]] * size[1]
        self.on_frame: Callable[[list[tuple[int, int, int]]], None] | None = None
        self.frames = 0
        self.written = 0
        """Bytes."""
        self.exit: int | None = None
        """The exit code, negative for a signal; None while it runs."""
        self._rest = b""
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            ours = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **(more or {})}
            os.execvpe(command[0], list(command), {**os.environ, **ours})  # nothing that a library has put there: readline sets COLUMNS
        self.resize(*size)

    def __enter__(self) -> Pseudo:
        return self

    def __exit__(self, *_: object) -> None:
        if self.exit is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self._terminal)

    def resize(self, columns: int, rows: int) -> None:
        """Another size; the program is told."""
        self.size = columns, rows
        self.rows = [row[:columns].ljust(columns) for row in self.rows[:rows]] + [" " * columns] * (rows - len(self.rows))
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, key: str) -> None:
        """By Textual's name of the key."""
        os.write(self._terminal, KEYS.get(key, key).encode())

    def read(self, seconds: float) -> bool:
        """Take what comes within this time, at most one piece. False once the program has ended."""
        if self.exit is not None:
            return False
        if select.select([self._terminal], [], [], max(0.0, seconds))[0]:
            try:
                new = os.read(self._terminal, 1 << 20)
            except OSError:  # the other side is closed
                new = b""
            if not new:
                self.exit = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
                return False
            self.written += len(new)
            if ASKS_SYNC in new:
                os.write(self._terminal, HAS_SYNC)
            self._rest += new
            *whole, self._rest = self._rest.split(FRAME_ENDS)
            for frame in whole:
                self._show(frame.decode("utf-8", "replace"))
        return True

    def during(self, seconds: float) -> None:
        """Go on for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.read(left):
            pass

    def until(self, holds: Callable[[], bool], seconds: float) -> float:
        """Go on until this holds; gives the seconds that it took. Raises TimeoutError with the screen."""
        began = time.monotonic()
        while not holds():
            left = began + seconds - time.monotonic()
            if left <= 0 or not self.read(left):
                raise TimeoutError(f"exit {self.exit}; " + "\n".join(self.rows) + self._rest[-3000:].decode("utf-8", "replace"))
        return time.monotonic() - began

    def shows(self, text: str) -> bool:
        """Whether a row has this text."""
        return any(text in row for row in self.rows)

    def cpu(self) -> float:
        """Seconds of CPU so far, in steps of a hundredth."""
        return cpu_of(self.process)

    def resident(self) -> float:
        """MB of memory that are in use now."""
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * PAGE / 1e6

    def _show(self, frame: str) -> None:
        self.frames += 1
        painted = []
        columns, rows = self.size
        for found in _PLACED.finditer(frame):
            row, column = int(found[1]) - 1, int(found[2]) - 1
            text = _STYLE.sub("", found[3])
            if 0 <= row < rows and column < columns and text:
                before = self.rows[row]
                self.rows[row] = (before[:column] + text + before[column + len(text) :])[:columns]
                painted.append((row, column, column + len(text)))
        if self.on_frame is not None:
            self.on_frame(painted)


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used, in steps of a hundredth."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
