"""A doctor's findings as lines: what, in which state, and what to do, with long texts broken under themselves."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from textual.content import Content
from textual.geometry import Size
from textual.visual import VisualType
from textual.widgets import Static

from selforg_tui.core.calls import Structure
from selforg_tui.doctor.findings import Finding, ModelFinding, PlaceFinding, State

MARKS: dict[State, tuple[str, str, str]] = {
    "fine": ("●", "ok", "$success"),
    "note": ("▲", "note", "$warning"),
    "trouble": ("✗", "fails", "$error"),
    "off": ("·", "", "$muted"),
}
NAME = 15
INDENT = 2 + 6 + NAME
"""Cells before a finding's text: mark, word, name."""
MODELS = 8
"""Cells before a model's line, which is long."""
FORMS: dict[Structure, str] = {"schema": "JSON schema", "json": "JSON mode", "text": "plain text"}
HARD_SPACE = "\u00a0"


class Findings(Static):
    """Findings about one thing, such as this machine; drawn to the width that there is."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self._machine: tuple[Finding, ...] = ()
        self._places: tuple[PlaceFinding, ...] = ()

    def show(self, machine: Iterable[Finding] = (), places: Iterable[PlaceFinding] = ()) -> None:
        """Draw these."""
        self._machine, self._places = tuple(machine), tuple(places)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines(width)))

    def render(self) -> VisualType:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        lines = [line for each in self._machine for line in rows(each.state, each.about, each.text, each.advice, width)]
        for place in self._places:
            key = f"key: {place.key} · " if place.key else ""
            seconds = f" ({place.seconds:.1f} s)" if place.seconds is not None and place.reach == "reached" else ""
            advice = place.advice if place.state != "off" else ""
            lines += rows(place.state, place.title, f"{key}{place.text}{seconds}", advice, width)
            lines += [line for model in place.models for line in model_rows(model, width)]
        return lines


def rows(state: State, name: str, text: str, advice: str, width: int) -> list[Content]:
    """One finding: mark, word and name, then its text and in other words what to do."""
    mark, word, colour = MARKS[state]
    head = [(f"{mark} {word:<6}", colour), (f"{name:<{NAME}}", "bold" if state in ("note", "trouble") else "")]
    found = [(line, "$muted" if state == "off" else "") for line in _wrapped(text, width)]
    found += [(line, "$accent") for line in _wrapped(advice, width)]
    if len(name) >= NAME:
        return [Content.assemble(*head), *_below(found)]
    return [Content.assemble(*head, found[0]), *_below(found[1:])]


def model_rows(model: ModelFinding, width: int) -> list[Content]:
    """What is known of a model, below its provider."""
    parts = [
        model.spec,
        {True: "listed", False: "not listed", None: ""}[model.served],
        "price unknown" if model.price is None else f"${model.price.input:g}/${model.price.output:g}",
        "window unknown" if model.context is None else f"window {model.context:,}",
        FORMS[model.structure[0]],
        "" if model.temperature else "no temperature",
    ]
    colour = "$error" if model.wanted and model.served is False else "$muted"
    whole = " · ".join(part.replace(" ", HARD_SPACE) for part in parts if part)
    return _below([(line.replace(HARD_SPACE, " "), colour) for line in _wrapped(whole, width, MODELS)], MODELS)


def _below(lines: list[tuple[str, str]], indent: int = INDENT) -> list[Content]:
    return [Content.assemble(" " * indent, line) for line in lines]


def _wrapped(text: str, width: int, indent: int = INDENT) -> list[str]:
    return textwrap.wrap(text, max(20, width - indent), break_on_hyphens=False)
