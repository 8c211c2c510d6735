"""Pictures of the Run screen: a few, because each new Textual moves them. `scripts/gallery.py` makes all there are, for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.tui.run.conftest import LiveStage, Stage

MIXED = ("sim:strong=32", "sim:weak=32")
LOOKS: dict[str, tuple[tuple[int, int], Callable[[], Stage], tuple[str, ...]]] = {
    "in-flight": ((120, 40), lambda: LiveStage(tasks=2, part=0.8), ()),
    "done-light-small": ((80, 24), lambda: LiveStage(theme="lab-light"), ()),
    "chips": ((160, 45), lambda: LiveStage(64, part=0.7, models=MIXED), ()),
    "mosaic": ((100, 30), lambda: LiveStage(256, part=0.5), ()),
    "smallest": ((60, 16), lambda: LiveStage(theme="lab-projector", part=0.6), ()),
    "x-ray": ((120, 40), lambda: LiveStage(part=0.6), ("x",)),
    "hierarchy": ((100, 30), lambda: LiveStage(256, theme="lab-light"), ("h", "h")),
    "solution": ((120, 40), lambda: LiveStage(theme="lab-paper"), ("s", "down", "down")),
    "roles": ((120, 40), lambda: LiveStage(24, tasks=3, theme="lab-colour-blind"), ("r",)),
    "cost": ((120, 40), lambda: LiveStage(theme="lab-aurora"), ("c", "c")),
    "judge": ((80, 24), lambda: LiveStage(), ("j",)),
    "presented": ((80, 24), lambda: LiveStage(theme="lab-projector"), ("f5", "pagedown")),
}


@pytest.mark.parametrize(("size", "stage", "keys"), LOOKS.values(), ids=LOOKS)
def test_it_looks_like_this(
    size: tuple[int, int], stage: Callable[[], Stage], keys: tuple[str, ...], snap_compare: Callable[..., bool]
) -> None:
    async def ready(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        while looking := [worker for worker in pilot.app.workers if worker.group == "sights" and not worker.is_finished]:
            await pilot.app.workers.wait_for_complete(looking)
        pilot.app.clear_notifications()
        await pilot.pause()

    assert snap_compare(stage(), terminal_size=size, run_before=ready)
