"""Write what the registry knows of the measures into docs/metrics.md: `python scripts/metrics_page.py`."""

from __future__ import annotations

from pathlib import Path

from selforg_tui.metrics.page import renewed

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"

if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"Written: {PAGE}")
