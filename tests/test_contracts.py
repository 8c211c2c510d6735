"""What is loaded when: nothing below the screens knows of them, and no SDK is paid for before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCREENS = {"textual", "rich"}
SDKS = {"openai", "anthropic", "httpx2", "aiohttp", "genai_prices", "tiktoken", "pydantic"}
SIMULATED_RUN = """
from selforg_tui.core.config import RunConfig
from selforg_tui.engine.estimate import estimate
from selforg_tui.metrics.summary import summary
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.sessions.player import Player
from selforg_tui.sessions.reader import read
from selforg_tui.settings import paths
from selforg_tui.settings.keys import Keys
config = RunConfig("Sail", agents=2)
estimate(config)
session = run_unwatched(config, keys=Keys(), folder=paths.sessions_folder())
summary(session.state)
Player(read(session.path)).seek(1)
"""


def loaded_after(code: str) -> set[str]:
    """Top-level modules that this code loads in a fresh interpreter."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('LOADED', *sorted({{name.partition('.')[0] for name in sys.modules}}))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(shown.rpartition("LOADED")[2].split())


def test_a_simulated_run_and_its_replay_load_no_screen_and_no_sdk() -> None:
    assert not loaded_after(SIMULATED_RUN) & (SCREENS | SDKS)


@pytest.mark.parametrize(
    "module",
    [
        "cli.main",
        "models.registry",
        "models.prices",
        "engine.run",
        "lab",
        "lab.presets",
        "lab.verdict",
        "sessions.store",
        "models.discovery",
        "doctor.check",
        "doctor.live",
    ],
)
def test_importing_loads_no_screen_and_no_sdk(module: str) -> None:
    assert not loaded_after(f"import selforg_tui.{module}") & (SCREENS | SDKS)


def test_looking_around_on_this_machine_loads_no_sdk() -> None:
    code = "from selforg_tui.models import discovery, reach; discovery.discover(discovery.places()); reach.by_proxy('example.org')"
    assert not loaded_after(code) & (SCREENS | SDKS)


def test_the_app_loads_no_sdk() -> None:
    loaded = loaded_after("import selforg_tui.tui.app")
    assert "textual" in loaded
    assert not loaded & SDKS


def test_the_probe_sees_what_is_loaded() -> None:
    assert "aiohttp" in loaded_after("import aiohttp")
