"""The Anthropic wire: messages, streamed or whole."""

from __future__ import annotations

from typing import Any

import msgspec

from selforg_tui.models.simserver.answer import Answer
from selforg_tui.models.simserver.asked import Asked, BadRequest, decoded, number, profile_of, whole_number

MOST_MARKS = 4
_KINDS = {400: "invalid_request_error", 404: "not_found_error", 413: "request_too_large"}


def read(raw: bytes) -> Asked:
    """What a message asks for. Raises BadRequest.

    This wire knows no seed, so the reply's seed comes from the prompt itself.
    """
    body = decoded(raw)
    profile = profile_of(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequest(400, "invalid_messages", "messages: at least one message is required")
    most = whole_number(body, "max_tokens", least=0, most=2**63 - 1)  # 0 only fills the cache
    if most is None:
        raise BadRequest(400, "missing", "max_tokens: Field required")
    blocks = _blocks(body.get("system") or [])
    for message in messages:
        blocks += _blocks(message.get("content") if isinstance(message, dict) else None)
    marks = [index for index, (_, marked) in enumerate(blocks) if marked]
    if isinstance(body.get("cache_control"), dict):
        marks = sorted({*marks, len(blocks) - 1})
    if len(marks) > MOST_MARKS:
        raise BadRequest(
            400, "too_many_breakpoints", f"A maximum of {MOST_MARKS} blocks with cache_control may be provided. Found {len(marks)}."
        )
    return Asked(
        profile,
        tuple(text for text, _ in blocks),
        stream=body.get("stream") is True,
        most_tokens=most,
        temperature=number(body, "temperature", least=0, most=1),
        scope=f"anthropic/{profile}",
        marks=tuple(marks),
    )


def error(problem: BadRequest) -> bytes:
    """A refusal in the wire's own shape."""
    return msgspec.json.encode({"type": "error", "error": {"type": _KINDS.get(problem.status, "api_error"), "message": str(problem)}})


def whole(answer: Answer, number: int) -> bytes:
    """The reply in one piece."""
    content = [{"type": "text", "text": answer.text}]
    usage = {**_input_usage(answer), "output_tokens": answer.output}
    return msgspec.json.encode({**_message(answer, number), "content": content, "stop_reason": _stop(answer), "usage": usage})


def frames(answer: Answer, number: int) -> list[bytes]:
    """The reply as events, one per piece; the first also opens the stream and the last also closes it."""
    opening = {**_message(answer, number), "content": [], "stop_reason": None, "usage": {**_input_usage(answer), "output_tokens": 1}}
    events = [_event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": piece}}) for piece in answer.pieces]
    start = _event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}})
    events[0] = _event("message_start", {"message": opening}) + start + events[0]
    events[-1] += _event("content_block_stop", {"index": 0})
    closing = {"delta": {"stop_reason": _stop(answer), "stop_sequence": None}, "usage": {"output_tokens": answer.output}}
    events[-1] += _event("message_delta", closing) + _event("message_stop", {})
    return events


def _event(kind: str, data: dict[str, Any]) -> bytes:
    return b"event: " + kind.encode() + b"\ndata: " + msgspec.json.encode({"type": kind, **data}) + b"\n\n"


def _message(answer: Answer, number: int) -> dict[str, Any]:
    return {"id": f"msg_sim_{number}", "type": "message", "role": "assistant", "model": answer.model, "stop_sequence": None}


def _input_usage(answer: Answer) -> dict[str, int]:
    fresh = answer.input - answer.cached - answer.cache_written
    return {"input_tokens": fresh, "cache_read_input_tokens": answer.cached, "cache_creation_input_tokens": answer.cache_written}


def _stop(answer: Answer) -> str:
    return "max_tokens" if answer.cut else "end_turn"


def _blocks(content: object) -> list[tuple[str, bool]]:
    if isinstance(content, str):
        return [(content, False)]
    if isinstance(content, list) and all(
        isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str) for block in content
    ):
        return [(block["text"], isinstance(block.get("cache_control"), dict)) for block in content]
    raise BadRequest(400, "invalid_content", "content: Input should be a text or a list of text blocks")
