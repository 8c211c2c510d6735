"""Canaries in the environment, and the server that tells them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.safety.canaries import ENVIRONMENT
from tests.safety.echoing import Echoing, echoing


@pytest.fixture(autouse=True)
def planted(own_world: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in every variable that one is looked for in."""
    for name, key in ENVIRONMENT.items():
        monkeypatch.setenv(name, key)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[Echoing]:
    """It listens on loopback; as 0.0.0.0 it is a stranger's, to whom a provider's key is sent."""
    with echoing() as found:
        yield found
