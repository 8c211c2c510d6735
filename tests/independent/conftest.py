"""One independent server for all tests of a process, and deadlines that a test can wait for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from selforg_tui.core.config import ModelSpec
from selforg_tui.models import registry
from selforg_tui.models.base import Model, Pace
from selforg_tui.models.wire import WireModel
from selforg_tui.settings.keys import Keys
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
        def opened(spec: ModelSpec, keys: Keys, *, pace: Pace | None = None) -> Model:
            model = registry.open_model(spec, keys, pace=pace)
            assert isinstance(model, WireModel)
            model.first_token, model.total = first_token, total
            return model

        monkeypatch.setattr("selforg_tui.engine.answers.open_model", opened)

    return set_to
