"""Numbers over time, drawn in cells."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = " ▁▂▃▄▅▆▇█"


def wide(values: Sequence[int], width: int) -> list[int]:
    """Each value over as many cells as all have room for, at least one."""
    return [value for value in values for _ in range(max(1, width // max(1, len(values))))]


def spark(values: Sequence[int], height: int = 1) -> list[str]:
    """Columns of up to `height` cells in eighths, the greatest value full, lines from top to bottom; anything above 0 shows."""
    most = max(values, default=0)
    eighths = [max(1, round(value / most * height * 8)) if value > 0 else 0 for value in values]
    return ["".join(_LEVELS[min(8, max(0, one - 8 * row))] for one in eighths) for row in reversed(range(height))]
