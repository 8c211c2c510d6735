"""Labelled controls side by side, with room below them for what is wrong with their content."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


class Field(Vertical):
    """A control whose label and hint stand in its border."""

    def __init__(self, name: str, label: str, control: Widget, help: str, hint: str = "") -> None:
        super().__init__(id=f"field-{name}", classes="field")
        self.control, self.label = control, label
        self.help_text = f"{label}. {help}"
        control.id = name
        control.add_class("panel")
        control.border_title, control.border_subtitle = Content(label), Content(hint)

    def compose(self) -> ComposeResult:
        yield self.control


class FieldRow(Vertical):
    """Fields, and whatever stands beside them; below them their problems, and what else is to be said of them."""

    def __init__(self, *fields: Field, beside: Widget | None = None, note: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="field-row")
        self._fields, self._beside, self._note = fields, beside, note
        self._told = ""
        self._said = Static(Content(note), classes="said")
        self._said.display = bool(note)

    def compose(self) -> ComposeResult:
        with Horizontal(classes="fields"):
            yield from self._fields
            if self._beside is not None:
                yield self._beside
        yield self._said

    def say(self, problems: Mapping[str, str], notes: Mapping[str, str] | None = None, warnings: Mapping[str, str] | None = None) -> None:
        """Problems, notes and warnings by name of field; those of fields that are not here are left to others."""
        lines, asides = [], [self._note] if self._note else []
        for field in self._fields:
            name = field.control.id or ""
            problem = problems.get(name)
            field.control.set_class(problem is not None, "wrong")
            if problem is not None:
                lines.append(Content.styled(f"{field.label}: {problem}" if len(self._fields) > 1 else problem, "$error"))
            elif notes and name in notes:
                asides.append(notes[name])
            if warnings and warnings.get(name):
                lines.append(Content.styled(f"▲ {warnings[name]}", "$warning"))
        if asides:
            lines.append(Content(" · ".join(asides)))
        told = Content("\n").join(lines)
        if told.markup != self._told:  # an update means a new layout
            self._told = told.markup
            self._said.update(told)
            self._said.display = bool(lines)
