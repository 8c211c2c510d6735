"""A reply made beforehand, so that a benchmark measures the client and not the server's thinking."""

from __future__ import annotations

import msgspec

_WORDS = "The wards keep working while access is checked at every door, step by step, and somebody is named for each. "
_DECISION = {
    "participate": True,
    "role": "continuity planner",
    "reason": "nobody has looked at the wards yet",
    "depends_on": [],
    "contribution": _WORDS * 6,
}


class Canned(msgspec.Struct, frozen=True):
    """Every streamed request gets this same reply; bodies are neither read closely nor kept."""

    deltas: int = 30
    per_write: int | None = None
    """Deltas that leave together; None: the whole reply in one write."""
    pause: float = 0.0
    """Seconds from one write to the next, however long a write takes. Streams begin out of step, by parts of it."""
    text: str = msgspec.json.encode(_DECISION).decode()
    input_tokens: int = 1000

    def pieces(self) -> list[str]:
        """The text in as many pieces as asked for (the last ones empty where the text is too short)."""
        size = -(-len(self.text) // self.deltas)
        return [self.text[start * size : (start + 1) * size] for start in range(self.deltas)]
