"""All that a simulated model knows is the text of the prompt, its profile and the seed."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selforg_tui.core.fences import fence
from selforg_tui.core.ids import CallId
from selforg_tui.engine.clock import run_virtual
from selforg_tui.models import simulated
from selforg_tui.models.base import Pace
from selforg_tui.models.simulated.model import SimulatedModel
from selforg_tui.models.simulated.profiles import names, profile
from selforg_tui.models.simulated.respond import respond
from selforg_tui.protocols import registry
from tests.models.simulated.made import NONCE, prompt, request, team

SOURCES = sorted(Path(next(iter(simulated.__path__))).rglob("*.py"))
ASKED = {
    "plan": prompt("plan"),
    "intend": prompt("intend", outputs=team(1)),
    "contribute": prompt(outputs=team(3)),
    "draft": prompt(outputs=team(1), seat="01"),
    "announced": prompt(
        intentions=[("01", "identity architect", "I will work out identity and sign-in."), ("05", "pilot designer", "A first trial.")]
    ),
    "signal": prompt("signal", extra=[fence("signal", NONCE, "Role: identity architect", seat="04", intensity="0.80")]),
    "rate": prompt("rate", outputs=team(3)),
    "marked": prompt(extra=[fence("mark", NONCE, "Topic: identity architect", label="m1", strength="1.80")]),
    "given": prompt(given="Role: identity architect\nPhase: 2\nBrief: Say how identity and sign-in should work here."),
}


def told_in(source: str) -> set[str]:
    """The names that a source uses, and the strings it compares or keeps."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return {text.lower() for text in found}


def test_no_source_knows_a_protocol() -> None:
    protocols = {name for entry in registry.names() for name in (entry, entry.replace("-", "_"))}
    assert "sequential" in protocols
    for source in SOURCES:
        assert not protocols & told_in(source.read_text("utf-8")), source.name


def test_the_search_for_protocols_would_find_one() -> None:
    assert "sequential" in told_in("def f(x):\n    return x.name == 'Sequential'")


def test_the_model_reads_nothing_of_a_request_but_its_text_seed_temperature_and_room() -> None:
    used = {
        node.attr
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request"
    }
    assert used == {"blocks", "seed", "temperature", "max_tokens"}


@pytest.mark.parametrize("asked", ASKED)
def test_identifiers_change_nothing(asked: str) -> None:
    model = SimulatedModel(profile("strong"), pace=Pace(0))
    first = request(ASKED[asked])
    other = request(ASKED[asked], call=CallId(7, "wave2", 1, 3), kind="judge", key="another")
    assert run_virtual(model.answer(first, None)) == run_virtual(model.answer(other, None))


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", names())
def test_blocks_and_one_joined_text_are_answered_alike(asked: str, name: str) -> None:
    texts = ASKED[asked]
    for seed in range(5):
        reply = respond(texts, profile(name), seed, 0.7)
        assert reply == respond(["\n\n".join(texts)], profile(name), seed, 0.7)
        assert reply == respond(["\n\n".join(texts[:2]), "\n\n".join(texts[2:])], profile(name), seed, 0.7)


@pytest.mark.parametrize("asked", ASKED)
def test_the_nonce_changes_neither_reply_nor_count(asked: str) -> None:
    model = SimulatedModel(profile("strong"), pace=Pace(0))
    texts = ASKED[asked]
    other = [text.replace(NONCE, "zxwvtsrq") for text in texts]
    assert run_virtual(model.answer(request(texts), None)) == run_virtual(model.answer(request(other), None))


def test_another_seed_gives_another_reply() -> None:
    assert len({respond(ASKED["contribute"], profile("strong"), seed, 0.7) for seed in range(10)}) > 5


def test_replies_do_not_depend_on_the_order_of_hashes() -> None:
    code = (
        "import hashlib;from tests.models.simulated.made import *;"
        "print(hashlib.sha256(''.join(text for n in ('strong','efficient') for _,_,text in team(5,name=n)).encode()).hexdigest())"
    )
    here = hashlib.sha256("".join(text for name in ("strong", "efficient") for _, _, text in team(5, name=name)).encode()).hexdigest()
    for salt in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": str(Path(__file__).parents[3])}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == here
