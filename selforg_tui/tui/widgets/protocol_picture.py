"""Who sees what under a protocol, drawn, with its definition."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import clean
from selforg_tui.protocols import registry


class ProtocolPicture(Static):
    """Shows one protocol."""

    HELP = """Who sees what: lines go from what was written to who reads it. \
Nothing else differs between protocols: the prompts are the same."""

    def __init__(self, name: str, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.show(name)

    def show(self, name: str) -> None:
        """Draw this protocol."""
        try:
            protocol = registry.find(name)
        except ConfigError as problem:
            self.border_title, self.border_subtitle = "Protocol", ""
            self.update(Content(str(problem)))
            return
        self.border_title = Content.assemble("Who sees what: ", protocol.title)
        self.border_subtitle = Content(clean(registry.source_of(name)))
        self.update(Content.assemble((clean(protocol.picture), "$secondary"), "\n\n", clean(protocol.definition())))
