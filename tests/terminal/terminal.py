"""A real terminal: the app in tmux, driven by keys and read off the screen."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from selforg_tui.settings.paths import HOME


class Terminal:
    """A window of this size in a tmux server of its own, closed with the block."""

    def __init__(self, home: Path, columns: int, rows: int) -> None:
        self._socket = f"selforg-test-{os.getpid()}-{id(self)}"
        self._home = home
        self._size = ("-x", str(columns), "-y", str(rows))

    def __enter__(self) -> Terminal:
        shell = f"env -u COLUMNS -u LINES {HOME}={shlex.quote(str(self._home))} TEXTUAL_ANIMATIONS=none PS1='$ ' sh"
        self._tmux("-f", "/dev/null", "new-session", "-d", *self._size, shell)
        self._tmux("set", "-sg", "escape-time", "0")
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def start(self, *words: str) -> None:
        """Type a command of ours."""
        self._tmux("send-keys", "-l", shlex.join([sys.executable, "-m", "selforg_tui", *words]))
        self.keys("Enter")

    def keys(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        for name in names:
            self._tmux("send-keys", name)

    def screen(self) -> str:
        """What a person sees."""
        return self._tmux("capture-pane", "-p")

    def until(self, text: str, seconds: float = 40) -> str:
        """The screen once it shows this text. Raises AssertionError with the screen where it never does."""
        limit = time.monotonic() + seconds
        while text not in (shown := self.screen()):
            assert time.monotonic() < limit, f"{text!r} is not on the screen:\n{shown}"
            time.sleep(0.05)
        return shown

    def process(self) -> int:
        """The id of the program that runs in the window."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[-1])

    def _tmux(self, *words: str) -> str:
        return subprocess.run(["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=False).stdout
