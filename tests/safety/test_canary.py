"""Keys that were planted everywhere come out nowhere, whatever servers do with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selforg_tui.cli.main import main
from tests.safety.canaries import ANTHROPIC, OPENAI, URL, files, leaks
from tests.safety.echoing import Echoing

STRANGER = "0.0.0.0"
"""A name of this machine that does not count as loopback."""

PLANTED = {
    "openai, environment": (lambda server: server.at("openai", host=STRANGER), OPENAI),
    "anthropic, environment": (lambda server: server.at("anthropic", host=STRANGER), ANTHROPIC),
    "openai, URL": (lambda server: server.at("openai", user=f"somebody:{URL}"), URL),
    "anthropic, URL": (lambda server: server.at("anthropic", user=URL), URL),
}
"""Where the key is, and which one the server is told."""

Capture = pytest.CaptureFixture[str]


def told(words: list[str], capfd: Capture) -> dict[str, str]:
    """What a command prints."""
    code = main(words)
    out, err = capfd.readouterr()
    return {f"{words[0]} out": f"{code}\n{out}", f"{words[0]} err": err}


@pytest.mark.parametrize("form", ["--json", "--plain"])
@pytest.mark.parametrize("where", PLANTED)
def test_a_run_and_all_that_is_told_of_it_later(server: Echoing, own_world: Path, capfd: Capture, where: str, form: str) -> None:
    make, key = PLANTED[where]
    model = make(server)
    ran = told(["run", "Keep a secret", "-p", "shared", "-n", "4", "-m", model, "-j", model, form, "--yes"], capfd)
    assert key in server.heard, "the server was told the key"
    assert "locksmith" in ran["run out"]
    later = [told(words, capfd) for words in (["sessions", "list"], ["sessions", "show", "last"], ["replay", "last", "--plain"])]
    channels = {**ran, **{name: text for each in later for name, text in each.items()}, **files(own_world)}
    assert sum(name.endswith(".jsonl") for name in channels) == 1
    assert not leaks(channels)
    if form == "--json":
        (task,) = json.loads(ran["run out"].partition("\n")[2])["tasks"]
        assert (task["failed"], task["scores"]["accuracy"]) == (2, 3), "what looks like a key, or was one, breaks nothing"
