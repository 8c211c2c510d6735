"""The sides from which an agent can be looked at."""

from __future__ import annotations

SIDES = {
    "contribution": "What the chosen agent gave, and on what ground",
    "prompt": "The exact text that the chosen agent was sent",
    "reply": "What came back, as it came",
    "facts": "Its calls: tokens, money, times, retries",
    "x-ray": "What the protocol lets the chosen agent see, and what it hides",
}
"""By name, what each shows; their order is that of the keys 1, 2, …"""
COPIES = {
    "Copy contribution": ("copy('contribution')", "What the chosen agent gave, as plain text"),
    "Copy prompt": ("copy('prompt')", "The exact text that the chosen agent was sent, all its calls"),
    "Copy reply": ("copy('reply')", "What the chosen agent answered, as it came"),
    "Copy X-ray": ("copy('x-ray')", "What the chosen agent may see, hidden things blacked out"),
}
"""For the palette: by title, an action of the Run screen and what it does."""
