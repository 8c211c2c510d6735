"""A list with a title, a hint and help of its own."""

from __future__ import annotations

from textual.widgets import OptionList


class ListPanel(OptionList):
    """`hint` says in the border what Enter does."""

    def __init__(self, title: str, hint: str, help_text: str, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title, self.border_subtitle, self.help_text = title, hint, help_text
