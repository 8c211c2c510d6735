"""The program as people start it: a process of its own, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**more: str) -> dict[str, str]:
    """This test's environment, in which the package is found from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Runs `selforg-tui WORDS…` to its end; `before` is Python to run first in that process."""

    def run(*words: str, given: bytes = b"", before: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys\n{before}\nfrom selforg_tui.cli.main import main\nsys.exit(main(sys.argv[1:]))"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], input=given, capture_output=True, cwd=tmp_path, env=environment(**more), timeout=60
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
