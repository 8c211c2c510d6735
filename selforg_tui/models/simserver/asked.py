"""What a request asks for, whatever wire it came by, and what is wrong with those that cannot be answered."""

from __future__ import annotations

from typing import Any

import msgspec

from selforg_tui.models.simulated.profiles import names


class BadRequest(Exception):
    """The request cannot be answered; `status` is HTTP's, `code` a word for programs."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


class Asked(msgspec.Struct, frozen=True):
    """A question to a simulated model."""

    profile: str
    texts: tuple[str, ...]
    stream: bool
    most_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    scope: str = ""
    """Where the prefix cache looks: per model and, where one is given, cache key."""
    marks: tuple[int, ...] = ()
    """Indexes of the texts that carry a cache breakpoint."""
    usage_in_stream: bool = True

    @property
    def prompt(self) -> str:
        """All texts as the model reads them."""
        return "\n\n".join(self.texts)

    @property
    def model(self) -> str:
        """The name under which the reply comes."""
        return f"sim-{self.profile} (simulated)"


def decoded(raw: bytes) -> dict[str, Any]:
    """The body as an object. Raises BadRequest."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequest(400, "invalid_json", "The body of the request is not JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest(400, "invalid_body", "The body of the request must be a JSON object.")
    return body


def profile_of(body: dict[str, Any]) -> str:
    """The simulated model's name without its prefix. Raises BadRequest."""
    name = body.get("model")
    if not isinstance(name, str):
        raise BadRequest(400, "missing_model", "The request names no model.")
    profile = name.removesuffix(" (simulated)").removeprefix("sim-").removeprefix("sim:")
    if profile not in names():
        known = ", ".join(f"sim-{each}" for each in names())
        raise BadRequest(404, "model_not_found", f"The model '{name[:100]}' does not exist here; this server simulates {known}.")
    return profile


def number(body: dict[str, Any], name: str, *, least: float, most: float) -> float | None:
    """A number of the body within its range, None if it is absent. Raises BadRequest."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise BadRequest(400, "invalid_value", f"'{name}' must be a number from {least:g} to {most:g}.")
    return value


def whole_number(body: dict[str, Any], name: str, *, least: int, most: int) -> int | None:
    """A whole number of the body within its range, None if it is absent. Raises BadRequest."""
    value = number(body, name, least=least, most=most)
    if value is not None and not isinstance(value, int):
        raise BadRequest(400, "invalid_value", f"'{name}' must be a whole number.")
    return value
