"""Keys that must never be seen again, and where they were seen all the same."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

OPENAI = "sk-canary-openai-4Fh7Qz1LmX82"
ANTHROPIC = "canary.anthropic.9Kd0WvTy35Rb"
OTHER = "canary+other/7Tn2Pc66JwAe"
URL = "canary~in~url~5Bx8MeNq41Zs"
QUERY = "canary_in_query_3Uc6HgLd90Fy"
PASTED = "canary-pasted-2Op4RtSk77Vi"
COMMAND = "canary-of-command-6Wm1XjGb58Dn"
ALL = (OPENAI, ANTHROPIC, OTHER, URL, QUERY, PASTED, COMMAND)

ENVIRONMENT = {
    "OPENAI_API_KEY": OPENAI,
    "ANTHROPIC_API_KEY": ANTHROPIC,
    "GIGACHAT_CREDENTIALS": OTHER,
    "GIGACHAT_API_KEY": OTHER,
}
TELLING = 12
"""So many first characters of a key are too many."""


def forms(canary: str) -> Iterator[str]:
    """What gives a key away: its beginning, and its beginning as it stands in URLs and in base64, wherever it starts there."""
    yield canary[:TELLING]
    if quote(canary, safe="") != canary:
        yield quote(canary, safe="")[: TELLING + 2]
    for before in range(3):
        coded = base64.b64encode(b"x" * before + canary.encode()).decode()
        yield coded[before and 4 : 4 + TELLING]


def found(text: str) -> set[str]:
    """The canaries in a text, on whatever lines."""
    return {canary for canary in ALL if any(form in text for form in forms(canary))}


def leaks(channels: Mapping[str, str]) -> dict[str, set[str]]:
    """Which canaries were seen where; nothing is as it should be."""
    return {name: seen for name, text in channels.items() if (seen := found(text))}


def files(folder: Path) -> dict[str, str]:
    """Everything that was written below this folder, and the names it was written under."""
    written = {str(path.relative_to(folder)): path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}
    return {**written, "names of files": "\n".join(written)}
