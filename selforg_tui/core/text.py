"""Text from strangers (models, files) made safe to show and to pass on."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor movement
    "|\x1b[\\]PX^_][^\x1b\x07\n]*(?:\x1b\\\\|\x07)?"  # strings for the terminal: title, clipboard, links; an open one ends with its line
    "|\x1b.?|\x9b[0-?]*[ -/]*[@-~]",
    re.DOTALL,
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def clean(text: str) -> str:
    """Without terminal escapes, control characters and direction overrides; line ends become `\\n`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROLS.sub("", _ESCAPES.sub("", text)).replace("\t", "    ")


def one_line(text: str, most: int = 120) -> str:
    """Cleaned, on one line, at most `most` characters with an ellipsis where it was longer."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def first_sentence(text: str) -> str:
    """The first sentence of a text, or its first 200 characters."""
    match = re.match(r".+?[.!?。！？](?=\s|$)", " ".join(text.split()))
    return one_line(match.group(0) if match else text, 200)
