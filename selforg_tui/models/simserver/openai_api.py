"""The OpenAI wire: chat completions, streamed or whole, and the list of models."""

from __future__ import annotations

from typing import Any

import msgspec

from selforg_tui.models.simserver.answer import Answer
from selforg_tui.models.simserver.asked import Asked, BadRequest, decoded, number, profile_of, whole_number
from selforg_tui.models.simulated.profiles import names

_LARGEST = 2**63 - 1


def read(raw: bytes) -> Asked:
    """What a chat completion asks for. Raises BadRequest."""
    body = decoded(raw)
    profile = profile_of(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequest(400, "invalid_messages", "'messages' must be a list with at least one message.")
    key = body.get("prompt_cache_key")
    options = body.get("stream_options")
    most = whole_number(body, "max_completion_tokens", least=1, most=_LARGEST) or whole_number(body, "max_tokens", least=1, most=_LARGEST)
    return Asked(
        profile,
        tuple(_text(message) for message in messages),
        stream=body.get("stream") is True,
        most_tokens=most,
        temperature=number(body, "temperature", least=0, most=2),
        seed=whole_number(body, "seed", least=-_LARGEST - 1, most=_LARGEST),
        scope=f"openai/{profile}/{key if isinstance(key, str) else ''}",
        usage_in_stream=isinstance(options, dict) and options.get("include_usage") is True,
    )


def error(problem: BadRequest) -> bytes:
    """A refusal in the wire's own shape."""
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return msgspec.json.encode({"error": {"message": str(problem), "type": kind, "param": None, "code": problem.code}})


def models() -> bytes:
    """The models that there are."""
    data = [{"id": f"sim-{profile}", "object": "model", "created": 0, "owned_by": "selforg-tui (simulated)"} for profile in names()]
    return msgspec.json.encode({"object": "list", "data": data})


def whole(answer: Answer, number: int) -> bytes:
    """The reply in one piece."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": _finish(answer), "logprobs": None}
    return msgspec.json.encode({**_frame(answer, number, "chat.completion"), "choices": [choice], "usage": _usage(answer)})


def frames(answer: Answer, number: int, usage: bool) -> list[bytes]:
    """The reply as events, one per piece; the first also opens the stream and the last also closes it."""
    frame = _frame(answer, number, "chat.completion.chunk")

    def event(delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return b"data: " + msgspec.json.encode({**frame, "choices": [choice]}) + b"\n\n"

    events = [event({"content": piece}) for piece in answer.pieces]
    events[0] = event({"role": "assistant", "content": ""}) + events[0]
    events[-1] += event({}, _finish(answer))
    if usage:
        events[-1] += b"data: " + msgspec.json.encode({**frame, "choices": [], "usage": _usage(answer)}) + b"\n\n"
    events[-1] += b"data: [DONE]\n\n"
    return events


def _frame(answer: Answer, number: int, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-sim-{number}", "object": kind, "created": 0, "model": answer.model, "system_fingerprint": "simulated"}


def _finish(answer: Answer) -> str:
    return "length" if answer.cut else "stop"


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "prompt_tokens": answer.input,
        "completion_tokens": answer.output,
        "total_tokens": answer.input + answer.output,
        "prompt_tokens_details": {"cached_tokens": answer.cached},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def _text(message: object) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None for part in content]
        strings = [text for text in texts if isinstance(text, str)]
        if strings and len(strings) == len(texts):
            return "\n\n".join(strings)
    raise BadRequest(400, "invalid_message", "Every message must have text as its content.")
