"""Keys that were planted everywhere come out nowhere, whatever servers do with them."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selforg_tui.cli.main import main
from selforg_tui.models.openai_wire import OpenAIModel
from selforg_tui.settings.paths import config_file, log_file
from tests.safety.canaries import ANTHROPIC, COMMAND, ENVIRONMENT, OPENAI, QUERY, URL, files, found, leaks
from tests.safety.echoing import Echoing

STRANGER = "0.0.0.0"
"""A name of this machine that does not count as loopback: it is told a provider's key."""

PLANTED: dict[str, tuple[Callable[[Echoing], str], str]] = {
    "openai, environment": (lambda server: server.at("openai", host=STRANGER), OPENAI),
    "anthropic, environment": (lambda server: server.at("anthropic", host=STRANGER), ANTHROPIC),
    "openai, URL": (lambda server: server.at("openai", user=f"somebody:{URL}"), URL),
    "anthropic, URL": (lambda server: server.at("anthropic", user=URL), URL),
}
"""Where the key is, and which one the server is told."""

LATER = (["sessions", "list"], ["sessions", "list", "--json"], ["sessions", "show", "last"], ["replay", "last", "--plain"])


class Mouth:
    """What the program says: on both streams, and what it and the SDKs would log at most."""

    def __init__(self, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
        self._capfd, self._caplog = capfd, caplog
        caplog.set_level(logging.DEBUG)

    def told(self, *words: str) -> dict[str, str]:
        """What a command prints, and its exit code."""
        code = main(words)
        out, err = self._capfd.readouterr()
        return {f"{words[0]} out": out, f"{words[0]} err": err, f"{words[0]} code": str(code), f"{words[0]} logged": self._caplog.text}


@pytest.fixture
def mouth(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Mouth:
    return Mouth(capfd, caplog)


def run(mouth: Mouth, model: str, *more: str) -> dict[str, str]:
    return mouth.told("run", "Keep a secret", "-p", "shared", "-n", "4", "-m", model, "-j", model, "--yes", *more)


def all_of_it(mouth: Mouth, model: str, home: Path, form: str) -> dict[str, str]:
    """A run, and everything that can be said of it later."""
    channels = run(mouth, model, form)
    for words in LATER:
        channels.update({f"{' '.join(words)}: {name}": text for name, text in mouth.told(*words).items()})
    return {**channels, **files(home)}


@pytest.mark.parametrize("form", ["--json", "--plain"])
@pytest.mark.parametrize("where", PLANTED)
def test_a_run_and_all_that_is_told_of_it_later(server: Echoing, own_world: Path, mouth: Mouth, where: str, form: str) -> None:
    make, key = PLANTED[where]
    channels = all_of_it(mouth, make(server), own_world, form)
    assert key in server.heard, "the server was told the key"
    assert "locksmith" in channels["run out"] and "Whoever has the key [removed]" in channels["replay last --plain: replay out"]
    assert sum(name.endswith(".jsonl") for name in channels) == 1
    assert not leaks(channels)
    if form == "--json":
        (task,) = json.loads(channels["run out"])["tasks"]
        assert (task["failed"], task["scores"]["accuracy"]) == (2, 3), "what was a key, or looked like one, breaks nothing"


def test_a_leak_would_be_caught(server: Echoing, own_world: Path, mouth: Mouth, unguarded: None) -> None:
    make, key = PLANTED["anthropic, environment"]
    caught = leaks(all_of_it(mouth, make(server), own_world, "--plain"))
    assert all(seen == {key} for seen in caught.values())
    (log,) = [name for name in caught if name.endswith(".jsonl")]
    assert {"run out", "run logged", "sessions show last: sessions out", "replay last --plain: replay out", log} <= caught.keys()


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_a_key_in_the_query_of_a_url(server: Echoing, own_world: Path, mouth: Mouth, wire: str) -> None:
    model = server.at(wire, query=f"door={QUERY}")
    channels = {
        **run(mouth, model, "--plain"),
        **mouth.told("run", "Keep a secret", "-m", model.replace("http", "ftp")),
        **files(own_world),
    }
    assert not leaks(channels)


def test_the_doctor_says_nothing_of_keys(server: Echoing, own_world: Path, mouth: Mouth) -> None:
    models = [word for make, _ in PLANTED.values() for word in ("-m", make(server))]
    channels = mouth.told("doctor", *models, "--live", "--yes")
    assert {OPENAI, ANTHROPIC, URL} <= server.heard
    assert "echo" in channels["doctor out"]
    assert not leaks({**channels, **mouth.told("doctor", "--json"), **mouth.told("models"), **mouth.told("paths"), **files(own_world)})


class TestCrash:
    """A fault that nobody foresaw, with the key in its words, in a cause and in variables."""

    @staticmethod
    def fail(*_: Any, **__: Any) -> Any:
        secret = OPENAI
        try:
            raise KeyError(f"Basic {secret}", {"Authorization": f"Bearer {secret}"})
        except KeyError as problem:
            raise RuntimeError(secret, f"http://somebody:{URL}@host", f"?key={ANTHROPIC}") from problem

    @pytest.mark.parametrize("where", ["_reading", "_body", "_make_client"])
    def test_in_a_wire(self, server: Echoing, own_world: Path, mouth: Mouth, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        monkeypatch.setattr(OpenAIModel, where, self.fail)
        channels = {
            **run(mouth, server.at("openai", host=STRANGER), "--plain"),
            **mouth.told("sessions", "show", "last"),
            **files(own_world),
        }
        assert "FAILED" in channels["run out"] and "RuntimeError" in channels["run out"]
        assert not leaks(channels)

    def test_in_the_program_itself(self, own_world: Path, mouth: Mouth, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("selforg_tui.cli.run.report", self.fail)
        channels = {**mouth.told("run", "Keep a secret", "-n", "1"), **files(own_world)}
        assert "This is a fault of selforg-tui (RuntimeError)" in channels["run err"]
        assert "RuntimeError" in log_file().read_text(), "the log file has the traceback"
        assert not leaks(channels)

    def test_it_would_be_caught(self, own_world: Path, mouth: Mouth, monkeypatch: pytest.MonkeyPatch, unguarded: None) -> None:
        monkeypatch.setattr("selforg_tui.cli.run.report", self.fail)
        mouth.told("run", "Keep a secret", "-n", "1")
        assert found(log_file().read_text()) == {OPENAI, ANTHROPIC, URL}


def test_a_key_command_is_told_no_key_and_its_own_is_kept(server: Echoing, own_world: Path, mouth: Mouth, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    script = tmp_path / "script.py"
    script.write_text(
        f"import os, pathlib, sys\n"
        f"pathlib.Path({str(told)!r}).write_text(repr(dict(os.environ)) + repr(sys.argv))\n"
        f"print({COMMAND[:9]!r} + {COMMAND[9:]!r}); print({COMMAND!r}, file=sys.stderr)"
    )
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f'[keys]\ndeepseek = "{sys.executable} {script}"\n')
    channels = all_of_it(mouth, server.at("deepseek", host=STRANGER), own_world, "--plain")
    assert COMMAND in server.heard
    assert "PATH" in told.read_text() and not found(told.read_text())
    assert not leaks(channels)


def test_canaries_are_found_in_every_form() -> None:
    assert len({canary[:12] for canary in ENVIRONMENT.values()}) == len(set(ENVIRONMENT.values()))
    for text in (f"x{OPENAI}x", OPENAI[:14], "eHNrLWNhbmFyeS1vcGVuYWk=", "canary~in~url%7E5Bx8MeNq41Zs"):
        assert found(text), text
    assert not found("a canary sings; sk-canary is short")
