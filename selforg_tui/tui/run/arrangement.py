"""Which panels stand on the screen, by its size and by what was asked for."""

from __future__ import annotations

THREE, TWO = (116, 32), 96
"""Columns and rows from which three columns of panels fit, and columns from which two do."""
ROOMY = 20
"""Rows from which the chosen agent stands below the board."""
STORY = "story"
"""The team at work: what is shown unless something else was asked for."""
BESIDE = ("hierarchy", "cost", "judge")
"""Panels that may stand beside the team."""
ALONE = ("roles", "solution", "events", "measures")
"""Panels that never do."""
PRESENTED = (STORY, "hierarchy", "solution", "roles", "cost", "judge")
"""What a room is shown, in this order."""


def columns_for(width: int, height: int) -> int:
    """How many columns of panels fit."""
    return 3 if width >= THREE[0] and height >= THREE[1] else 2 if width >= TWO else 1


def visible(shown: str, side: str, columns: int, height: int, trouble: bool, presenting: bool = False) -> dict[str, bool]:
    """By panel (or what holds several), whether it is on the screen. `side` is what the second of two columns holds."""
    if trouble:
        shown = "trouble"
    story = shown == STORY
    return {
        "team": story or shown == "detail",
        "board": story,
        "detail": shown == "detail" or (height >= ROOMY and not presenting),
        "hierarchy": shown == "hierarchy" or (story and (columns == 3 or (columns, side) == (2, "hierarchy"))),
        "meters": shown in ("cost", "judge") or (story and (columns == 3 or (columns, side) == (2, "meters"))),
        "cost": story or shown == "cost",
        "judge": story or shown == "judge",
        **{name: shown == name for name in ALONE},
        "written": shown == "solution",
        "provenance": shown == "solution" and not presenting and (columns > 1 or height >= ROOMY),
        "trouble": trouble,
        "summary": columns < 3 and not trouble and not presenting,
    }
