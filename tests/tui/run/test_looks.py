"""Pictures of the Run screen; few, because each new Textual moves them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.run.conftest import LiveStage, Stage


@pytest.mark.parametrize(
    ("size", "stage"),
    [
        pytest.param((120, 40), lambda: LiveStage(tasks=2, part=0.8), id="in-flight"),
        pytest.param((80, 24), lambda: LiveStage(theme="lab-light"), id="done-light-small"),
        pytest.param((160, 45), lambda: LiveStage(64, part=0.7, models=("sim:strong=32", "sim:weak=32")), id="chips"),
        pytest.param((100, 30), lambda: LiveStage(256, part=0.5), id="mosaic"),
    ],
)
def test_it_looks_like_this(size: tuple[int, int], stage: Callable[[], Stage], snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(stage(), terminal_size=size)
