"""What is said of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from selforg_tui.doctor.findings import Finding
from selforg_tui.doctor.machine import machine
from selforg_tui.models import tokenizer

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def found(about: str, environment: dict[str, str] | None = None, size: tuple[int, int] = (120, 40)) -> Finding:
    return next(each for each in machine(environment or GOOD, size) if each.about == about)


def test_a_good_machine_has_nothing_to_mend() -> None:
    assert {each.state for each in machine(GOOD, (120, 40)) if each.about != "letters"} == {"fine"}


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({"TERM": "xterm-256color"}, "fine"),
        ({"TERM": "dumb"}, "note"),
        ({"TERM": "vt100"}, "note"),
        ({}, "note"),
        ({**GOOD, "NO_COLOR": "1"}, "note"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="colours are known there")
def test_colours(environment: dict[str, str], state: str) -> None:
    assert found("colours", environment or {"X": "y"}).state == state


@pytest.mark.parametrize(("size", "state"), [((59, 40), "trouble"), ((60, 16), "note"), ((79, 24), "note"), ((80, 24), "fine")])
def test_size(size: tuple[int, int], state: str) -> None:
    assert found("size", size=size).state == state


def test_a_folder_that_cannot_be_made_is_said(own_world: Path) -> None:
    own_world.mkdir()
    (own_world / "data").write_text("in the way")
    told = found("sessions")
    assert told.state == "trouble"
    assert "a file is in its way" in told.text
    assert "SELFORG_TUI_HOME" in told.advice
    assert found("settings").state == "fine"
    assert not (own_world / "config").exists()  # looking makes no folder


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[run", "not TOML"),
        ("[run]\nagent = 3", "Did you mean 'agents'"),
        ('[run]\nmodels = "sim:strnog"', "sim:strong"),
        ('[keys]\nopnai = "pass show"', "'opnai' in [keys]"),
        ("[models]\ndiscover = 3", "true or false"),
    ],
)
def test_mistakes_in_the_config_are_said(own_world: Path, text: str, sentence: str) -> None:
    file = own_world / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    told = found("config.toml")
    assert told.state == "trouble"
    assert sentence in told.text


def test_a_prompt_that_cannot_be_used_is_said(own_world: Path) -> None:
    folder = own_world / "config" / "prompts"
    folder.mkdir(parents=True)
    (folder / "levels.toml").write_text("L1 = 'only'")
    assert "says nothing about L2" in found("prompts").text


@pytest.mark.parametrize(("name", "about"), [("prices.toml", "prices"), ("providers.toml", "providers")])
def test_other_files_of_the_user_are_looked_at(own_world: Path, name: str, about: str) -> None:
    folder = own_world / "config"
    folder.mkdir(parents=True)
    (folder / name).write_text("[openai")
    told = found(about)
    assert told.state == "trouble"
    assert name in told.text


def test_a_vocabulary_that_is_not_there_is_said(own_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("tokenizer").state == "fine"
    monkeypatch.setattr(tokenizer, "load", lambda _: False)
    assert "tokens are estimated" in found("tokenizer").text
