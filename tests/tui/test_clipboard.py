"""Copying reaches the machine's clipboard, and the program that holds it is given no keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from selforg_tui.tui import clipboard


@pytest.fixture
def xclip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name which keeps what it is given, in this folder."""
    program = tmp_path / "xclip"
    program.write_text(f'#!/bin/sh\n/bin/cat > "{tmp_path}/text"\n/usr/bin/env > "{tmp_path}/env"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_text_arrives_and_no_key_does(xclip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert clipboard.copy("Wards first: é 語")
    assert (xclip / "text").read_text("utf-8") == "Wards first: é 語"
    assert "DISPLAY=:0" in (xclip / "env").read_text()
    assert "canary" not in (xclip / "env").read_text()


def test_over_ssh_it_would_be_another_machine_s(xclip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    assert not clipboard.copy("x")


def test_a_program_that_fails_is_no_fault(xclip: Path) -> None:
    (xclip / "xclip").write_text("#!/bin/sh\nexit 3\n")
    assert not clipboard.copy("x")
