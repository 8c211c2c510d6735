"""One independent server for all tests of a process, and a config that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.independent.aimock import Aimock, running


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    """A server that has no answers yet: begin with `reset`."""
    with running(tmp_path_factory.mktemp("aimock")) as server:
        yield server
