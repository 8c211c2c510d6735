"""Messages through the anthropic SDK: its client, authentication and errors; our own encoder and reader."""

from __future__ import annotations

from typing import Any

import msgspec

from selforg_tui.core.calls import Block, Part, Request, Structure, Usage
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.provider import Finish, Provider, merged
from selforg_tui.models.reported import Reported, read_usage
from selforg_tui.models.structure import step
from selforg_tui.models.thoughts import Thoughts
from selforg_tui.models.transport import RawResponse, http_options
from selforg_tui.models.wire import PLACEHOLDER, Body, Ended, WireModel

_OLDER = {"anthropic-version": "2023-06-01"}
"""The last version of the interface that takes a temperature."""

_MARK = {"type": "ephemeral"}
MARKS, EVERY = 4, 18
"""Marks that a request may have, and blocks from one to the next: a mark looks back at most 20 blocks for what is cached."""

_FINISHES: dict[str, Finish] = {"max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused"}
_STATUS = {
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "invalid_request_error": 400,
}


class AnthropicModel(WireModel):
    """A model behind the messages interface."""

    _schemas: tuple[dict[str, Any], dict[str, Any]] | None = None
    """The last schema that was asked for, and as this interface takes it."""

    def _make_client(self) -> Any:
        from anthropic import AsyncAnthropic, DefaultAioHttpClient

        key = self.place.secret or PLACEHOLDER
        return AsyncAnthropic(
            api_key=key,
            base_url=self.place.url.removesuffix("/v1"),
            default_query=dict(self.place.query) or None,
            max_retries=0,
            open_telemetry=False,
            default_headers={"x-api-key": key} if self.place.own else None,  # servers of one's own may still ask for this one
            http_client=DefaultAioHttpClient(**http_options(self.place)),
        )

    def _reading(self) -> _Reading:
        return _Reading(self.place, self.provider, self._reported)

    async def _post(self, client: Any, content: bytes, headers: dict[str, str]) -> RawResponse:
        import httpx2

        response: RawResponse = await client.post(
            "/v1/messages", content=content, cast_to=httpx2.Response, options={"headers": headers}, stream=True, stream_cls=object
        )
        return response

    def _body(self, request: Request) -> Body:
        provider, refused = self.provider, self.refused
        used: Structure = "schema" if step(request, provider.structure, refused) == "schema" else "text"
        fill_only = request.max_tokens == 0 and "warm" not in refused
        fixed = _blocks(request.blocks, "fixed")
        visible = _blocks(request.blocks, "visible")
        _mark(fixed[-1:])
        _mark(visible[::-1][::EVERY][: MARKS - bool(fixed)])
        fields: dict[str, Any] = {
            "model": self.place.model,
            "max_tokens": request.max_tokens if fill_only else max(1, request.max_tokens),
            "messages": [{"role": "user", "content": visible + _blocks(request.blocks, "own")}],
            "stream": not fill_only,
        }
        if fixed:
            fields["system"] = fixed
        if used == "schema" and request.schema is not None:
            fields["output_config"] = {"format": {"type": "json_schema", "schema": self._schema(request.schema)}}
        warm = provider.temperature != "none" and request.temperature is not None and "temperature" not in refused
        if warm:
            fields["temperature"] = max(provider.coldest, min(1.0, request.temperature or 0.0))
        if provider.extra:
            fields = merged(fields, provider.extra)
            for name in refused:
                fields.pop(name, None)
        headers = _OLDER if warm and provider.temperature == "header" else {}
        optional = frozenset({"temperature", *provider.extra}).intersection(fields) - {"output_config"}
        return Body(fields, used, optional, headers)

    def _leave_out(self, body: Body, said: str, parameter: str | None) -> bool:
        if body.fields["max_tokens"] == 0 and not failures.too_long(said):
            self.refused.add("warm")  # some of what else is asked for does not go together with a call that only fills the cache
            return True
        return super()._leave_out(body, said, parameter)

    def _schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without the limits that this interface does not know; they become part of the descriptions."""
        if self._schemas is None or self._schemas[0] is not schema:
            from anthropic import transform_schema

            self._schemas = schema, transform_schema(schema)
        return self._schemas[1]


def _blocks(blocks: tuple[Block, ...], part: Part) -> list[dict[str, object]]:
    """One block of the wire per block of the prompt."""
    return [{"type": "text", "text": block.text} for block in blocks if block.part == part and block.text.strip()]


def _mark(blocks: list[dict[str, object]]) -> None:
    """The ends of what should be cached."""
    for block in blocks:
        block["cache_control"] = _MARK


class _Message(msgspec.Struct):
    model: str = ""
    usage: msgspec.Raw = msgspec.Raw()


class _Delta(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""
    stop_reason: str | None = None


class _Content(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""


class _Event(msgspec.Struct):
    type: str = ""
    delta: _Delta | None = None
    message: _Message | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: Any = None
    model: str = ""
    content: list[_Content] = []
    stop_reason: str | None = None


_decode = msgspec.json.Decoder(_Event).decode


class _Reading:
    """What has arrived of one message."""

    def __init__(self, place: Place, provider: Provider, reported: Reported) -> None:
        self._place = place
        self._finishes = provider.finish
        self._at = reported
        self.thoughts = Thoughts()
        self.begun = False
        self._model = ""
        self._stop = ""
        self._reports: list[msgspec.Raw] = []

    def take(self, events: list[bytes]) -> str:
        found = []
        for data in events:
            event = _decode(data)
            if event.type == "content_block_delta":
                self.begun = True
                if event.delta is None:
                    continue
                if event.delta.type == "text_delta":
                    found.append(event.delta.text)
                elif event.delta.type == "thinking_delta":
                    self.thoughts.add(event.delta.thinking)
            elif event.type == "message_start" and event.message:
                self._model = event.message.model
                self._reports.append(event.message.usage)
            elif event.type == "message_delta":
                self._stop = (event.delta and event.delta.stop_reason) or self._stop
                self._reports.append(event.usage)
            elif event.type == "message":  # not streamed
                found += [self._whole(event)]
            elif event.type == "error":
                kind = event.error.get("type") if isinstance(event.error, dict) else None
                raise failures.of_status(self._place, _STATUS.get(kind or "", 529), failures.said(event.error), {})
        return "".join(found)

    def rest(self) -> str:
        return ""

    def ended(self) -> Ended | None:
        if not self._stop:
            return None
        return Ended(self._model, self._finishes.get(self._stop) or _FINISHES.get(self._stop, "stop"))

    def usage(self) -> Usage | None:
        """Later counts replace earlier ones, where they are given."""
        counts: dict[str, Any] = {}
        for report in self._reports:
            given = msgspec.json.decode(report) if report else None
            if isinstance(given, dict):
                counts.update({name: value for name, value in given.items() if value is not None})
        return read_usage(counts, self._at)

    def _whole(self, event: _Event) -> str:
        self.begun = True
        self._model, self._stop = event.model, event.stop_reason or ""
        self._reports.append(event.usage)
        for part in event.content:
            self.thoughts.add(part.thinking)
        return "".join([part.text for part in event.content])
