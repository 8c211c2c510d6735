"""A run that may be expensive is asked about before anything is sent."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot

from selforg_tui.core.config import ModelSpec
from selforg_tui.tui.screens.consent import ConsentPrompt
from selforg_tui.tui.screens.home import HomeScreen
from selforg_tui.tui.screens.run import RunScreen
from tests.tui.in_app import in_app, lab, settled, shown


async def asked(pilot: Pilot[None], agents: int = 256) -> None:
    """Start a team of a dear model from Home."""
    app = lab(pilot)
    app.keys.paste("anthropic", "sk-not-a-real-key-12345")
    model = ModelSpec("anthropic", "claude-opus-4-8")
    app.draft = msgspec.structs.replace(app.draft, mission="Keep bees", agents=agents, models=(model,), judge=None)
    app.start(app.draft)
    while not isinstance(app.screen, ConsentPrompt | RunScreen):  # prices are loaded in a thread
        await pilot.pause(0.02)
    await pilot.pause()


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_dear_run_is_asked_about_and_no_is_no(key: str) -> None:
    async with in_app() as pilot:
        await asked(pilot)
        assert isinstance(pilot.app.screen, ConsentPrompt)
        assert "may cost $" in shown(pilot) and "256 calls" in shown(pilot)
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_the_sum_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFORG_TUI_ASK_USD", "0.000001")
    async with in_app() as pilot:
        await asked(pilot, agents=1)
        assert isinstance(pilot.app.screen, ConsentPrompt)


async def test_simulated_models_are_never_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFORG_TUI_ASK_USD", "0.000001")
    async with in_app() as pilot:
        lab(pilot).start(msgspec.structs.replace(lab(pilot).draft, mission="Keep bees"))
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
