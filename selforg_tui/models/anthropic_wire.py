"""Messages through the anthropic SDK: its client, authentication and errors; our own encoder and reader."""

from __future__ import annotations

from typing import Any

import msgspec

from selforg_tui.core.calls import Block, Part, Request, Usage
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.providers import Provider, Temperature
from selforg_tui.models.wire import PLACEHOLDER, Ended, RawResponse, WireModel, http_options

_HEADERS = {"Content-Type": "application/json"}
_OLDER = {**_HEADERS, "anthropic-version": "2023-06-01"}
"""The last version of the interface that takes a temperature."""

_MARK = {"type": "ephemeral"}
_FINISHES = {"max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused"}
_STATUS = {
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "invalid_request_error": 400,
}


class _OutputDetails(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: _OutputDetails | None = None


class _Message(msgspec.Struct):
    model: str = ""
    usage: _Usage | None = None


class _Delta(msgspec.Struct):
    type: str = ""
    text: str = ""
    stop_reason: str | None = None


class _Event(msgspec.Struct):
    type: str = ""
    delta: _Delta | None = None
    message: _Message | None = None
    usage: _Usage | None = None
    error: Any = None


_decode = msgspec.json.Decoder(_Event).decode


class AnthropicModel(WireModel):
    """A model behind the messages interface. `temperature` says how it takes one, if at all."""

    def __init__(self, provider: Provider, place: Place, temperature: Temperature, **deadlines: float) -> None:
        super().__init__(provider, place, **deadlines)
        self._temperature = temperature

    def _make_client(self) -> Any:
        from anthropic import AsyncAnthropic, DefaultAioHttpClient

        key = self.place.secret or PLACEHOLDER
        return AsyncAnthropic(
            api_key=key,
            base_url=self.place.url.removesuffix("/v1"),
            max_retries=0,
            open_telemetry=False,
            default_headers={"x-api-key": key} if self.place.own else None,  # servers of one's own may still ask for this one
            http_client=DefaultAioHttpClient(**http_options(self.place.local)),
        )

    def _reading(self) -> _Reading:
        return _Reading(self.place)

    async def _send(self, client: Any, request: Request) -> RawResponse:
        import httpx2

        warm = self._temperature != "none" and request.temperature is not None
        response: RawResponse = await client.post(
            "/v1/messages",
            content=msgspec.json.encode(self._body(request, warm)),
            cast_to=httpx2.Response,
            options={"headers": _OLDER if warm and self._temperature == "header" else _HEADERS},
            stream=True,
            stream_cls=object,
        )
        return response

    def _body(self, request: Request, warm: bool) -> dict[str, object]:
        visible = _blocks(request.blocks, "visible", marked=True)
        body: dict[str, object] = {
            "model": self.place.model,
            "max_tokens": request.max_tokens,
            "messages": [{"role": "user", "content": visible + _blocks(request.blocks, "own", marked=False)}],
            "stream": True,
        }
        if fixed := _blocks(request.blocks, "fixed", marked=True):
            body["system"] = fixed
        if warm:
            body["temperature"] = min(1.0, request.temperature or 0.0)
        return body


def _blocks(blocks: tuple[Block, ...], part: Part, marked: bool) -> list[dict[str, object]]:
    """One block of the wire per block of the prompt; the last one may be the end of what should be cached."""
    found: list[dict[str, object]] = [{"type": "text", "text": block.text} for block in blocks if block.part == part and block.text.strip()]
    if marked and found:
        found[-1]["cache_control"] = _MARK
    return found


class _Reading:
    """What has arrived of one message."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.begun = False
        self._model = ""
        self._stop: str | None = None
        self._counts: dict[str, int] = {}

    def take(self, events: list[bytes]) -> str:
        found = []
        for data in events:
            event = _decode(data)
            if event.type == "content_block_delta":
                self.begun = True
                if event.delta and event.delta.type == "text_delta":
                    found.append(event.delta.text)
            elif event.type == "message_start" and event.message:
                self._model = event.message.model
                self._count(event.message.usage)
            elif event.type == "message_delta":
                self._stop = (event.delta and event.delta.stop_reason) or self._stop
                self._count(event.usage)
            elif event.type == "error":
                kind = event.error.get("type") if isinstance(event.error, dict) else None
                raise failures.of_status(self._place, _STATUS.get(kind or "", 529), failures.said(event.error), {})
        return "".join(found)

    def ended(self) -> Ended | None:
        return Ended(self._model, _FINISHES.get(self._stop, "stop"), self._usage()) if self._stop else None

    def _count(self, usage: _Usage | None) -> None:
        """Later counts replace earlier ones, where they are given."""
        if usage is None:
            return
        for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"):
            if (value := getattr(usage, name)) is not None:
                self._counts[name] = value
        if usage.output_tokens_details and usage.output_tokens_details.thinking_tokens is not None:
            self._counts["thinking"] = usage.output_tokens_details.thinking_tokens

    def _usage(self) -> Usage | None:
        counts = self._counts
        if "input_tokens" not in counts:
            return None
        read, written = counts.get("cache_read_input_tokens", 0), counts.get("cache_creation_input_tokens", 0)
        output = counts.get("output_tokens", 0)
        return Usage(counts["input_tokens"] + read + written, output, read, written, min(output, counts.get("thinking", 0)))
