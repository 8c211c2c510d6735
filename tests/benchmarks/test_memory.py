"""Memory of a run with 256 agents above the imports of what it uses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.benchmarks import floor

pytestmark = pytest.mark.benchmark

RUN = """
import asyncio, sys
from pathlib import Path
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.models.base import Pace
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings import paths
from selforg_tui.settings.keys import Keys

def resident():  # MB of physical memory now, and at most
    with open("/proc/self/status") as status:
        found = dict(line.split(":", 1) for line in status)
    return tuple(int(found[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

def run(agents):
    config = RunConfig("Move a hospital group to zero trust", protocol="{protocol}", agents=agents, models=({model},), judge=None)
    session = LiveSession(config, keys=Keys({{}}), folder=paths.sessions_folder(), pace=Pace(0))
    assert asyncio.run(session.run()) == "done", session.state.ended
run(1)  # loads what a run uses
before, _ = resident()
run(256)
_, most = resident()
print(most - before)
"""


@pytest.mark.parametrize("protocol", ["sequential", "shared"])
@pytest.mark.parametrize("provider", ["sim", "openai"])
def test_memory_of_256_agents(protocol: str, provider: str) -> None:
    with floor.canned_server() as url:
        model = 'ModelSpec("sim", "strong")' if provider == "sim" else f'ModelSpec("openai", "bench", "{url}/v1")'
        code = RUN.format(protocol=protocol, model=model)
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown = float(shown.stdout)
    print(f"\n{protocol}, N=256, {provider}: {grown:.1f} MB above the imports (to reach: 40 MB)")
    assert grown <= 40
