"""Pictures of the screens; few, because each new Textual moves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from selforg_tui.core.events import Simulated
from selforg_tui.sessions.store import SessionInfo
from selforg_tui.tui import themes
from selforg_tui.tui.app import LabApp
from selforg_tui.tui.screens.home import HomeScreen
from tests.tui.in_app import settled

INFOS = [
    SessionInfo(
        "20261121-140501-ab12", Path("/home/me/20261121-140501-ab12.jsonl"), "2026-11-21T14:05:01+00:00", "Keep bees", "sequential", 8,
        ("sim:strong",), 1, "done", 0.8125, 1.0, 12_345, 0.0231, 31.5, Simulated(True, True),
    ),
    SessionInfo(
        "20261120-090000-cd34", Path("/home/me/20261120-090000-cd34.jsonl"), "2026-11-20T09:00:00+00:00", "Bake bread", "broadcast", 16,
        ("openai:gpt-4o",), 3, "interrupted", None, None, 900, None, 4.0, Simulated(False, False),
    ),
    SessionInfo("broken", Path("/home/me/broken.jsonl"), "2026-11-19T09:00:00+00:00", problem="This file cannot be read as a session."),
]  # fmt: skip


@pytest.fixture(autouse=True)
def known_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabApp, "sessions", lambda self: INFOS)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)


@pytest.mark.parametrize(
    ("theme", "size", "keys"),
    [
        ("lab-dark", (120, 40), ()),
        ("lab-light", (80, 24), ()),
        ("lab-dark", (80, 24), ("ctrl+o",)),
        ("lab-dark", (120, 40), ("ctrl+l",)),
    ],
    ids=["home", "home-light-small", "setup-small", "sessions"],
)
def test_it_looks_like_this(
    theme: str, size: tuple[int, int], keys: tuple[str, ...], snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(themes, "DEFAULT", theme)

    async def ready(pilot: Pilot[None]) -> None:
        home = pilot.app.screen
        assert isinstance(home, HomeScreen)
        await home.furnished.wait()
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    assert snap_compare(LabApp(), terminal_size=size, run_before=ready)
