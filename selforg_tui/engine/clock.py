"""Runs in virtual time: for sessions whose models are all simulated and that nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from selforg_tui.core.clock import VirtualTimeLoop

__all__ = ["VirtualTimeLoop", "run_virtual"]

Result = TypeVar("Result")


def run_virtual(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in virtual time, in this thread."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
