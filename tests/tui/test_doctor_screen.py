"""The doctor on its screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from selforg_tui.core.calls import Price
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.doctor.findings import ModelFinding
from selforg_tui.tui.screens.doctor import DoctorScreen
from selforg_tui.tui.widgets.findings import Findings, model_rows, rows
from tests.models.asking import CANARY, simulating
from tests.tui.in_app import in_app, lab, settled, shown


async def opened(pilot: Pilot[None]) -> DoctorScreen:
    lab(pilot).action_doctor()
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, DoctorScreen)
    async with asyncio.timeout(10):
        await screen.done.wait()
    await settled(pilot)
    return screen


@pytest.mark.parametrize("size", [(120, 60), (80, 24)])
async def test_from_the_palette_and_back(size: tuple[int, int]) -> None:
    async with in_app(size) as pilot:
        await pilot.press("ctrl+p", *"doctor")
        await settled(pilot)
        await pilot.press("enter")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, DoctorScreen)
        async with asyncio.timeout(10):
            await screen.done.wait()
        await settled(pilot)
        assert "● ok    Python" in shown(pilot)
        await pilot.press("end")
        await settled(pilot)
        assert "no key, not asked" in shown(pilot)
        assert "not running" in shown(pilot)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, DoctorScreen)


async def test_what_fails_is_said_with_what_to_do_and_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    async with in_app((120, 60)) as pilot:
        screen = await opened(pilot)
        assert "✗ fails Anthropic" in shown(pilot)
        assert "key: ANTHROPIC_API_KEY · offline" in shown(pilot)
        assert "simulated models work without" in shown(pilot)
        assert "something fails" in shown(pilot)
        assert CANARY[:12] not in shown(pilot)
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        await pilot.press("ctrl+r")
        async with asyncio.timeout(10):
            await screen.done.wait()
        await settled(pilot)
        assert "✗ fails" not in shown(pilot)


async def test_the_models_that_are_set_up_are_looked_at() -> None:
    async with simulating() as (_, url):
        config = RunConfig("x", models=(ModelSpec("openai", "sim-strong", f"{url}/v1"),), judge=None)
        async with in_app((120, 60), config=config) as pilot:
            await opened(pilot)
            assert "runs here, with" in shown(pilot)
            assert f"openai:sim-strong@{url}/v1 · listed" in shown(pilot)


async def test_a_model_that_cannot_exist_is_told(own_world: Path) -> None:
    async with in_app(config=RunConfig("x", models=(ModelSpec("nobody", "x"),), judge=None)) as pilot:
        await opened(pilot)
        assert any("There is no provider 'nobody'" in note.message for note in lab(pilot)._notifications)


def test_long_texts_are_broken_under_themselves() -> None:
    lines = [line.plain for line in rows("trouble", "Anthropic", "word " * 30, "Do this and that.", 60)]
    assert lines[0].startswith("✗ fails Anthropic      word")
    assert all(line.startswith(" " * 23 + "w") for line in lines[1:-1])
    assert lines[-1] == " " * 23 + "Do this and that."
    assert max(map(len, lines)) <= 60
    assert [line.plain for line in rows("fine", "A name that is long", "text", "", 60)] == [
        "● ok    A name that is long",
        " " * 23 + "text",
    ]


def test_a_model_s_line() -> None:
    model = ModelFinding("openai:gpt-5.4", True, True, Price(2.5, 15), 1_050_000, ("schema", "text"), False)
    whole = model_rows(model, 120)
    assert [line.plain.strip() for line in whole] == [
        "openai:gpt-5.4 · listed · $2.5/$15 · window 1,050,000 · JSON schema · no temperature"
    ]
    assert all(len(line.plain) <= 60 for line in model_rows(model, 60))


def test_markup_in_what_others_said_is_text() -> None:
    assert rows("note", "[red]x", "[bold]y", "", 80)[0].plain == "▲ note  [red]x         [bold]y"
    assert Findings(id="places")._lines(80) == []
