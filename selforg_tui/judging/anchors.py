"""The anchors of the rubric, read out of the text that judges are given, so that people judge by the same words."""

from __future__ import annotations

import re

from selforg_tui.judging.rubric import DIMENSIONS

_LINE = re.compile(
    r"^(?P<name>[a-z]+): (?P<question>.+?) 1 (?P<one>.+?) · 2 (?P<two>.+?) · 3 (?P<three>.+?) · 4 (?P<four>.+)$", re.MULTILINE
)


def anchors(instructions: str) -> dict[str, tuple[str, dict[int, str]]]:
    """By dimension, its question and what each score from 1 to 4 stands for; empty words where an own text has none."""
    found = {match["name"]: match for match in _LINE.finditer(instructions)}
    told = {}
    for name in DIMENSIONS:
        match = found.get(name)
        words = {1: match["one"], 2: match["two"], 3: match["three"], 4: match["four"]} if match else dict.fromkeys(range(1, 5), "")
        told[name] = (match["question"] if match else "", words)
    return told
