"""A picture of the screen as SVG that any viewer shows and that fetches nothing."""

from __future__ import annotations

import re


def self_contained(svg: str) -> str:
    """Textual's picture without fonts from elsewhere, and with spaces that all viewers keep."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # some viewers drop spaces at the start of a piece of text
    return re.sub(r',\s*url\("https?://[^;]*', "", svg)
