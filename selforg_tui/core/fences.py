"""The delimiters around everything in a prompt that is data, and the reader that finds it again.

A fence is a tag whose name ends in the session's nonce: `<output-kqzvmwbd seat="03">`. Whoever wrote the text inside
could not know the nonce beforehand, and a copy of it inside is made harmless, so nobody can close a fence from within.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_TAG = re.compile(
    r'<(?P<name>[a-z]+)-(?P<nonce>[a-z]{8})(?P<attributes>(?: [a-z_]+="[^"\n]*")*)>\n(?P<text>.*?)\n</(?P=name)-(?P=nonce)>', re.DOTALL
)
_ATTRIBUTE = re.compile(r' ([a-z_]+)="([^"\n]*)"')


class Section(msgspec.Struct, frozen=True):
    """A fenced piece of a prompt, as a reader finds it."""

    name: str
    attributes: dict[str, str]
    text: str


def fence(name: str, nonce: str, text: str, **attributes: str) -> str:
    """`text` between tags that it cannot close. Attribute values lose quotes, angle brackets and line ends."""
    shown = "".join(f' {key}="{_tame(value)}"' for key, value in attributes.items())
    inside = re.sub(rf"<(/?\s*[a-z]+-{nonce})", r"‹\1", text, flags=re.IGNORECASE)
    return f"<{name}-{nonce}{shown}>\n{inside}\n</{name}-{nonce}>"


def sections(prompt: str) -> Iterator[Section]:
    """The fenced pieces of a prompt in order. The first fence's nonce is the session's; others are text."""
    nonce = None
    for match in _TAG.finditer(prompt):
        nonce = nonce or match["nonce"]
        if match["nonce"] == nonce:
            yield Section(match["name"], dict(_ATTRIBUTE.findall(match["attributes"])), match["text"])


def split(prompt: str, nonce: str | None = None) -> tuple[tuple[Section, ...], str]:
    """The fenced pieces of a prompt, or of a part of one whose nonce is known, and the text outside them."""
    nonce = nonce_in(prompt) if nonce is None else nonce
    found: list[Section] = []
    outside: list[str] = []
    end = 0
    for match in _TAG.finditer(prompt):
        if match["nonce"] == nonce:
            found.append(Section(match["name"], dict(_ATTRIBUTE.findall(match["attributes"])), match["text"]))
            outside.append(prompt[end : match.start()])
            end = match.end()
    return tuple(found), "\n".join((*outside, prompt[end:]))


def nonce_in(prompt: str) -> str | None:
    """The nonce of the first fence in a text."""
    first = _TAG.search(prompt)
    return first["nonce"] if first else None


def _tame(value: str) -> str:
    return re.sub(r'["<>\s]+', " ", value).strip()
