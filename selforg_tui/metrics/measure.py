"""What is known of a measure, and how its values are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from selforg_tui.core.ids import label
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.metrics import money

Value = float | int | list[int] | None
"""A number, or several in order; None where the measure is not defined or not known."""
Better = Literal["higher", "lower", "neutral"]
PAPER = "arXiv:2603.28990"
OURS = "ours"
SHARE = "share"
SEAT = "seat"
DOLLARS = "US dollars"
SECONDS = "seconds"
UNDEFINED = "–"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. The only place where it is said what it is; its functions say how it is made."""

    name: str
    """As in JSON."""
    title: str
    """A word or three for a screen."""
    group: str
    meaning: str
    """One sentence."""
    formula: str
    range: str
    unit: str
    source: str
    """The paper, ours, or both where the paper leaves something open."""
    better: Better
    task: Callable[[SessionState, TaskState], Value] | None = None
    """Of one task; None where it only means something over several."""
    session: Callable[[SessionState], Value] | None = None
    over: str = ""
    """How the value of a session is made."""


def shown(measure: Measure, value: Value) -> str:
    """A value in a few characters, without its unit; a dash where there is none."""
    if value is None:
        return UNDEFINED
    if isinstance(value, list):
        return " ".join(map(str, value)) or UNDEFINED
    if measure.unit == SEAT:
        return label(int(value))
    if measure.unit == DOLLARS:
        return money.dollars(value)
    if isinstance(value, int):
        return f"{value:,}"
    if measure.unit == SECONDS:
        return f"{value:,.1f}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def unit(measure: Measure, state: SessionState) -> str:
    """Its unit; imaginary money, that of simulated models, is called so."""
    return f"{measure.unit}, imaginary" if measure.unit == DOLLARS and state.team.all_imaginary else measure.unit


def explained(measure: Measure) -> list[tuple[str, str]]:
    """All that is known of it, as (what, text); for screens, lists and pages."""
    rows = [
        ("meaning", measure.meaning),
        ("formula", measure.formula),
        ("range", f"{measure.range}, {measure.unit}"),
        ("better", {"higher": "higher is better", "lower": "lower is better", "neutral": "neither high nor low is better"}[measure.better]),
        ("source", measure.source),
    ]
    if measure.over:
        rows.append(("session", measure.over))
    return rows
