"""How much of a long Sequential run's input a prefix-caching server finds in its cache."""

from __future__ import annotations

import pytest

from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.models.simserver import SimServer
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys
from tests.benchmarks.floor import MISSION

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_cached_share_of_a_sequential_run(wire: str) -> None:
    server = SimServer()
    url = await server.start()
    try:
        base = f"{url}/v1" if wire == "openai" else url
        config = RunConfig(MISSION, agents=64, models=(ModelSpec(wire, "sim-strong", base),), judge=None)
        session = LiveSession(config, keys=Keys({}), folder=None)
        await session.run()
        team = session.state.team
        assert team.cached == sum(entry.cached for entry in server.journal.entries)
        print(f"\nSequential, N=64, {wire} wire: {team.cached / team.input:.1%} of {team.input:,} input tokens cached (to reach: 90 %)")
        assert team.cached / team.input >= 0.9
    finally:
        await server.stop()
