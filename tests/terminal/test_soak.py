"""A short soak, and that a soak sees what it is there for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts.soak import Soak, recorded, soak

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def test_keys_of_all_kinds_and_other_sizes_do_no_harm(own_world: Path) -> None:
    found = soak(recorded(16), 4.0, 1.5, pause=0.04, say=lambda text: None)
    assert not found.problem
    assert len(found.keys) > 5 and found.memory[-1][1] > 10


def test_growth_is_seen_and_coming_and_going_is_not() -> None:
    leaking = Soak([(float(at), 60 + at / 10) for at in range(100)])
    steady = Soak([(float(at), 60 + at % 7) for at in range(100)])
    assert leaking.growth(20) > 5
    assert abs(steady.growth(20)) < 2
