"""Where providers report what a call took, and how their reports are read."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from selforg_tui.core.calls import Usage

Paths = str | tuple[str, ...]
"""Dotted paths into a report, such as `prompt_tokens_details.cached_tokens`; of several the first that holds a number counts."""


class Reported(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths into a `usage` object. None: where that wire usually has it; an empty text: nowhere."""

    input: Paths | None = None
    output: Paths | None = None
    total: Paths | None = None
    """Input and output together, for those who count thoughts nowhere else."""
    cached: Paths | None = None
    written: Paths | None = None
    reasoning: Paths | None = None
    cost: Paths | None = None
    """US dollars."""
    cached_apart: bool | None = None
    """Tokens read from and written to a cache are not in the count of the input."""


USUAL = {
    "openai": Reported(
        input="prompt_tokens",
        output="completion_tokens",
        total="total_tokens",
        cached=("prompt_tokens_details.cached_tokens", "prompt_cache_hit_tokens"),
        written="prompt_tokens_details.cache_write_tokens",
        reasoning="completion_tokens_details.reasoning_tokens",
        cost="cost",
        cached_apart=False,
    ),
    "anthropic": Reported(
        input="input_tokens",
        output="output_tokens",
        total="",
        cached="cache_read_input_tokens",
        written="cache_creation_input_tokens",
        reasoning="output_tokens_details.thinking_tokens",
        cost="",
        cached_apart=True,
    ),
}


def usually(wire: str, declared: Reported | None) -> Reported:
    """What is declared, and what is usual on that wire for the rest."""
    usual = USUAL[wire]
    if declared is None:
        return usual
    given = {name: value for name in Reported.__struct_fields__ if (value := getattr(declared, name)) is not None}
    return msgspec.structs.replace(usual, **given)


def read_usage(report: object, at: Reported) -> Usage | None:
    """The counts in a report; None where there are none. A prompt of no tokens is no count either."""
    if not isinstance(report, dict):
        return None
    given = _count(report, at.input)
    if given is None:
        return None
    cached, written = _count(report, at.cached) or 0, _count(report, at.written) or 0
    if at.cached_apart:
        given += cached + written
    if given == 0:
        return None
    said, total = _count(report, at.output) or 0, _count(report, at.total) or 0
    made = max(said, total - given)
    cached = min(given, cached)
    reasoning = max(_count(report, at.reasoning) or 0, made - said)
    return Usage(input=given, output=made, cached=cached, cache_written=min(given - cached, written), reasoning=min(made, reasoning))


def read_cost(report: object, at: Reported) -> float | None:
    """US dollars that the provider itself names for the call, None where it does not."""
    cost = _number(report, at.cost) if isinstance(report, dict) else None
    return cost if cost is None or cost >= 0 else None


def _count(report: dict[str, Any], paths: Paths | None) -> int | None:
    found = _number(report, paths)
    return None if found is None else max(0, int(found))


def _number(report: dict[str, Any], paths: Paths | None) -> float | None:
    for path in (paths,) if isinstance(paths, str) else paths or ():
        found: Any = report
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, (int, float)) and not isinstance(found, bool) and isfinite(found):
            return found
    return None
