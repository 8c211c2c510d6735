"""The simulated models behind the OpenAI and Anthropic wire protocols, on loopback unless told otherwise."""

from selforg_tui.models.simserver.barrier import Barrier
from selforg_tui.models.simserver.canned import Canned
from selforg_tui.models.simserver.journal import Entry, Journal
from selforg_tui.models.simserver.server import SimServer, serve

__all__ = ["Barrier", "Canned", "Entry", "Journal", "SimServer", "serve"]
