"""A list to choose one thing from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

Thing = TypeVar("Thing")


class Picker(ModalScreen[Thing | None], Generic[Thing]):
    """Gives the thing behind the line on which Enter was pressed, or None."""

    CSS_PATH = "picker.tcss"
    HELP = "Arrow keys choose, Enter takes, Esc leaves things as they were."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="picker.back")]

    def __init__(self, title: str, text: str, options: Sequence[tuple[Content, Thing]], at: int = 0) -> None:
        super().__init__()
        self._heading, self._text, self._choices, self._at = title, text, options, at

    def compose(self) -> ComposeResult:
        with Vertical(id="picker", classes="panel") as box:
            box.border_title, box.border_subtitle = Content(self._heading), "Enter takes · Esc goes back"
            yield Static(Content(self._text), classes="muted")
            yield OptionList(*(Option(line) for line, _ in self._choices))

    def on_mount(self) -> None:
        if self._at:
            box = self.query_one(OptionList)
            box.highlighted = self._at
            self.call_after_refresh(box.scroll_to_highlight, top=True)  # what begins alike stands below it

    def offer(self, options: Sequence[tuple[Content, Thing]]) -> None:
        """Other lines to choose from; the highlighted thing stays so where it is among them."""
        box = self.query_one(OptionList)
        before = None if box.highlighted is None else self._choices[box.highlighted][1]
        self._choices = options
        box.clear_options()
        box.add_options([Option(line) for line, _ in options])
        box.highlighted = next((index for index, (_, thing) in enumerate(options) if thing == before), 0 if options else None)

    def thing(self, place: int) -> Thing:
        """What stands behind a line."""
        return self._choices[place][1]

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.thing(event.option_index))
