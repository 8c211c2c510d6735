"""Hold the app under replay for long: `python -m scripts.soak [--minutes 60] [--agents 256] [--speed 16]`.

A session of many simulated agents is played again and again in the real app in a pseudo-terminal of 200×60, while keys of all kinds are
pressed and the terminal changes its size. A line a minute says how it goes. Exit code 1 where the app ended, recorded a fault, left a
key unanswered for five seconds, or kept on taking memory. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from selforg_tui.settings.paths import HOME, log_file, sessions_folder
from tests.terminal.pseudo import Pseudo

MISSION = "Move a regional hospital group to zero trust without stopping care"
SIZE = (200, 60)
OTHER_SIZES = ((120, 40), (80, 24), (160, 45))
ALIVE = 5.0
"""Seconds within which a key must be answered."""
ESCAPE = 0.3
"""Seconds after an Esc: what comes sooner would be taken for one key with it."""
GROWTH = 8.0
"""MB by which the last quarter's resident size may lie above that of the first quarter after warm-up: the allocator's own coming and
going is about half of it, and a leak of one object of 100 bytes per painted frame is 4 MB an hour."""
SPELLS = (
    "a h", "a h z z", "a h l l l", "a h Z Z", "a r", "a c c", "a j j", "a s down down", "a e down", "a M down", "a x", "a 1",
    "a 2 pagedown", "a 3", "a 4", "a 5", "a d d", "a down down up", "a right left", "a o o o o o", "[ ]", "n p", "+ -",
    "left right", "home", "end", "f", "a f5 pagedown pagedown pageup f5", "a s escape", "a r escape", "a M escape", "tab tab tab",
)  # fmt: skip
"""Keys one after another; what an Esc leaves was opened just before it, so that none leaves the screen."""


@dataclass
class Soak:
    """What was seen: seconds since the start with resident MB, milliseconds until keys were answered, and what went wrong."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    rounds: int = 0
    problem: str = ""

    def growth(self, warm: float) -> float:
        """MB from the first quarter after `warm` seconds to the last quarter."""
        sizes = [size for at, size in self.memory if at >= warm]
        quarter = max(1, len(sizes) // 4)
        return median(sizes[-quarter:]) - median(sizes[:quarter])

    def late(self) -> float:
        """Milliseconds within which 99 of 100 keys were answered."""
        return sorted(self.keys)[int(len(self.keys) * 0.99)] if self.keys else 0.0


def soak(
    session: Path, seconds: float, warm: float, *, speed: float = 16.0, pause: float = 0.4, say: Callable[[str], None] = print
) -> Soak:
    """Play the session for so long; the first `warm` seconds do not count for memory. Folders are those of this process."""
    found, chance = Soak(), random.Random(7)
    command = [sys.executable, "-m", "selforg_tui", "replay", str(session), "--speed", str(speed)]
    began, told, turn = time.monotonic(), 0, 0
    spells: list[str] = []
    with Pseudo(command, SIZE) as app:
        try:
            app.until(lambda: app.shows("Hierarchy"), 30)
            while (now := time.monotonic() - began) < seconds:
                spells = spells or chance.sample(SPELLS, len(SPELLS))
                for key in spells.pop().split():
                    app.press(key)
                    app.during(ESCAPE if key == "escape" else pause / 4)
                found.keys.append(answered(app) * 1000)
                app.press("a")
                app.during(pause)
                found.memory.append((now, app.resident()))
                if app.shows(" ■ ") or app.shows(" ▮▮ "):
                    found.rounds += app.shows(" ■ ")
                    app.press(" ")
                turn += 1
                if turn % 12 in (0, 3):
                    app.resize(*(SIZE if turn % 12 else chance.choice(OTHER_SIZES)))
                if now // 60 > told:
                    told += 1
                    say(line(found, now))
            app.press("ctrl+c")
            app.until(lambda: not app.read(0.1), 10)
        except TimeoutError as problem:
            if app.exit is None:
                found.problem = f"A key was not answered within {ALIVE:g} seconds. The screen:\n{problem}"
    if not found.problem and app.exit != 0:
        found.problem = f"The app ended with {app.exit}; its last words:\n" + "\n".join(app.rows)
    if log_file().exists():
        found.problem += f"\nFaults were recorded:\n{log_file().read_text('utf-8')[-3000:]}"
    elif not found.problem and found.growth(warm) > GROWTH:
        found.problem = f"Memory grew by {found.growth(warm):.1f} MB after warm-up; {GROWTH:g} are allowed."
    return found


def answered(app: Pseudo) -> float:
    """Seconds until another side of the agent is shown, to and fro. Raises TimeoutError."""
    app.press("2")
    first = app.until(lambda: app.shows("[2"), ALIVE)
    app.press("1")
    return max(first, app.until(lambda: app.shows("[1"), ALIVE))


def line(found: Soak, now: float) -> str:
    """How it goes."""
    keys = f"{len(found.keys)} keys, 99 % within {found.late():.0f} ms"
    return f"{now / 60:6.1f} min  {found.memory[-1][1]:6.1f} MB  {keys}  played to the end {found.rounds} times"


def recorded(agents: int) -> Path:
    """A session of two tasks, made now by simulated models."""
    from selforg_tui.core.config import ModelSpec, RunConfig, Task
    from selforg_tui.sessions.live import run_unwatched
    from selforg_tui.settings.keys import Keys

    tasks = (Task("Plan the change", "L3"), Task("Train the staff", "L3"))
    config = RunConfig(MISSION, tasks=tasks, protocol="sequential", agents=agents, models=(ModelSpec("sim", "strong"),))
    path = run_unwatched(config, keys=Keys({}), folder=sessions_folder()).path
    assert path is not None
    return path


def main() -> int:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description="Hold the app under replay for long.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--agents", type=int, default=256)
    parser.add_argument("--speed", type=float, default=16.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="selforg-soak") as home:
        os.environ[HOME] = home
        seconds = args.minutes * 60
        warm = min(seconds / 4, 600.0)
        found = soak(recorded(args.agents), seconds, warm, speed=args.speed, say=lambda text: print(text, flush=True))
        print(line(found, found.memory[-1][0]) if found.memory else "nothing was seen")
        print(found.problem or f"all is well: memory {found.growth(warm):+.1f} MB after {warm / 60:.0f} minutes of warm-up")
    return 1 if found.problem else 0


if __name__ == "__main__":
    sys.exit(main())
