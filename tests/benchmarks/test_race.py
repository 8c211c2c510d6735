"""How long the four-way comparison takes whose table stands in docs/metrics.md."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark
SCRIPT = Path(__file__).parents[2] / "scripts" / "comparison.py"


def test_four_ways_thirty_times_take_less_than_a_minute() -> None:
    spec = importlib.util.spec_from_file_location("comparison", SCRIPT)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    began = time.monotonic()
    what = script.four_ways()
    found = script.compared(what)
    spent = time.monotonic() - began
    print(f"four protocols, {what.repeats} repeats, N = 8, two tasks: {spent:.1f} s (reach: 60)")
    assert [row.n for row in found.groups] == [30] * 4 and len(found.pairs) == 6
    page = Path(__file__).parents[2] / "docs" / "metrics.md"
    assert script.page(page.read_text("utf-8"), what, found) == page.read_text("utf-8"), "the table in the docs is another: run the script"
    assert spent < 60
