"""One independent server for all tests of a process, and deadlines that a test can wait for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.independent.aimock import Aimock, running
from tests.independent.runs import Deadlines


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    """A server that has no answers yet: begin with `reset`."""
    with running(tmp_path_factory.mktemp("aimock")) as server:
        yield server


@pytest.fixture
def deadlines(monkeypatch: pytest.MonkeyPatch) -> Deadlines:
    """Every model that is opened from here on has these deadlines."""

    def set_to(*, first_token: float = 120.0, total: float = 600.0) -> None:
        monkeypatch.setenv("SELFORG_TUI_FIRST_TOKEN_SECONDS", str(first_token))
        monkeypatch.setenv("SELFORG_TUI_CALL_SECONDS", str(total))

    return set_to
