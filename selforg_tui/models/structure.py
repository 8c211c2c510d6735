"""How a reply is held to its form, and what a server was found not to take."""

from __future__ import annotations

import re
from typing import Any

from selforg_tui.core.calls import Request, Structure

STEPS: dict[Structure, str] = {"schema": "json_schema", "json": "json_object"}
"""How each step above plain text is called where a server refuses it."""

_ABOUT_FORM = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json[_ ]?object|json[_ ]mode|structured[_ ]output|output_config|output_format|grammar|\bschema\b",
    re.I,
)

_refused: dict[tuple[str, str], set[str]] = {}


def refused_by(url: str, model: str) -> set[str]:
    """What this model at this place was found not to take, as long as the program runs. To be added to."""
    return _refused.setdefault((url, model), set())


def forget() -> None:
    """As if nobody had refused anything yet."""
    _refused.clear()


def step(request: Request, ladder: tuple[Structure, ...], refused: set[str]) -> Structure:
    """The strictest way that is left to hold this reply to its form."""
    if request.schema is None:
        return "text"
    return next((each for each in ladder if STEPS.get(each) not in refused), "text")


def about_form(said: str) -> bool:
    """Whether a server that refuses a request complains about how the reply should be held to its form."""
    return _ABOUT_FORM.search(said) is not None


def response_format(request: Request, used: Structure) -> dict[str, Any] | None:
    """What chat completions are given for this step, None for plain text."""
    if used == "schema":
        return {"type": "json_schema", "json_schema": {"name": request.kind, "strict": True, "schema": request.schema}}
    return {"type": "json_object"} if used == "json" else None
