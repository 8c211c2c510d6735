"""A confidence interval of a difference, drawn on a line with zero."""

from __future__ import annotations

from textual.content import Content

from selforg_tui.lab.effects import Interval

LEAST_SCALE = 2 / 16
"""The line reaches at least so far to both sides: two steps of Q."""


def interval_line(difference: float | None, interval: Interval | None, width: int, left: str, right: str) -> Content:
    """Three lines: what lies on either side, the line, and its scale. Without a difference the line is empty."""
    width = (max(22, width) - 1) // 2 * 2 + 1  # odd, so that zero has a cell of its own
    middle = width // 2
    values = [abs(value) for value in (difference, *((interval.low, interval.high) if interval else ())) if value is not None]
    scale: float = max([LEAST_SCALE, *values]) * 1.05

    def place(value: float) -> int:
        return round(middle + value / scale * middle)

    cells = ["─"] * width
    if interval is not None:
        low, high = place(interval.low), place(interval.high)
        cells[low : high + 1] = ["━"] * (high - low + 1)
        cells[middle] = "┿" if low <= middle <= high else "┼"
        cells[low] = "┠" if low != middle else "┿"
        cells[high] = "┨" if high != middle else "┿"
    else:
        cells[middle] = "┼"
    if difference is not None:
        cells[place(difference)] = "●"
    style = "$muted" if interval is None or interval.low <= 0 <= interval.high else "$success" if interval.low > 0 else "$warning"
    gap = " " * max(1, width - len(left) - len(right))
    edge, far = f"{-scale:+.3f}", f"{scale:+.3f}"
    zero = "0".center(width - len(edge) - len(far))
    return Content.assemble((f"{left}{gap}{right}\n", "$muted"), ("".join(cells) + "\n", style), (f"{edge}{zero}{far}", "$muted"))
