"""Takes keys out of texts before they are logged or shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

MARK = "[removed]"
SHORTEST = 8
"""Known keys shorter than this are left: they are placeholders, and ordinary words would go with them."""

_SHAPES = re.compile(
    r"(?P<url>\bhttps?://)[^\s/@\"'<>]+@"
    r"|(?P<bearer>\bBearer\s+)[\w.~+/=-]{8,}"
    r"|(?P<named>\b(?:x-api-key|api[_-]?key|access_token|key)=)[\w.~+/-]{8,}"
    r"|\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}"
    r"|\bAIza[A-Za-z0-9_-]{20,}"
)


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """The text without known keys, and without what has the shape of one (`sk-…`, `Bearer …`, a name before a URL's host)."""
    for key in sorted((key for key in keys if len(key) >= SHORTEST), key=len, reverse=True):
        text = text.replace(key, MARK)
    return _SHAPES.sub(_marked, text)


def _marked(match: re.Match[str]) -> str:
    if match["url"]:
        return match["url"]
    return f"{match['bearer'] or match['named'] or ''}{MARK}"
