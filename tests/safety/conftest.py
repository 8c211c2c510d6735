"""Canaries in the environment, and the server that tells them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from selforg_tui.models.transport import LOGGERS
from tests.safety.canaries import ENVIRONMENT
from tests.safety.echoing import Echoing, echoing


@pytest.fixture(autouse=True)
def planted(own_world: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in every variable that one is looked for in."""
    for name, key in ENVIRONMENT.items():
        monkeypatch.setenv(name, key)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leak on purpose: nothing is taken out of any text, and the SDKs log what they like."""
    monkeypatch.setattr("selforg_tui.models.transport.hush", lambda: None)
    for name in LOGGERS:
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    monkeypatch.setattr("selforg_tui.settings.redact._needles", lambda keys: ())
    monkeypatch.setattr("selforg_tui.settings.redact._SHAPES", ())
    monkeypatch.setattr("selforg_tui.settings.redact._PRIVATE_PART", re.compile("(?!)"))
    monkeypatch.setattr("selforg_tui.core.config._public", lambda url: url)


@pytest.fixture
def server() -> Iterator[Echoing]:
    """It listens on loopback; as 0.0.0.0 it is a stranger's, to whom a provider's key is sent."""
    with echoing() as found:
        yield found
