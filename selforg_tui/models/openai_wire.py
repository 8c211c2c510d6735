"""Chat completions through the openai SDK: its client, authentication and errors; our own encoder and reader.

The SDK makes a typed object of every delta and walks every parameter, which costs three times as much as the rest.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from selforg_tui.core.calls import Request, Usage
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.providers import Provider, Temperature
from selforg_tui.models.wire import PLACEHOLDER, Ended, RawResponse, WireModel, http_options

SEEDS = 0x7FFFFFFF
_HEADERS = {"Content-Type": "application/json"}
_OPTIONAL = ("temperature", "seed", "prompt_cache_key", "stream_options")


class _Delta(msgspec.Struct):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: Any = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None


class _InputDetails(msgspec.Struct):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class _OutputDetails(msgspec.Struct):
    reasoning_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None
    prompt_cache_hit_tokens: int | None = None
    cost: float | None = None


class _Chunk(msgspec.Struct):
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    system_fingerprint: str | None = None
    error: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class OpenAIModel(WireModel):
    """A model behind chat completions. `temperature` says how it takes one."""

    def __init__(self, provider: Provider, place: Place, temperature: Temperature, **deadlines: float) -> None:
        super().__init__(provider, place, **deadlines)
        self._takes_temperature = temperature == "body"

    def _make_client(self) -> Any:
        from openai import AsyncOpenAI, DefaultAioHttpClient

        return AsyncOpenAI(
            api_key=self.place.secret or PLACEHOLDER,
            base_url=self.place.url,
            max_retries=0,
            http_client=DefaultAioHttpClient(**http_options(self.place.local)),
        )

    def _reading(self) -> _Reading:
        return _Reading(self.place)

    async def _send(self, client: Any, request: Request) -> RawResponse:
        import httpx2
        from openai import BadRequestError

        while True:
            body = self._body(request)
            try:
                response: RawResponse = await client.post(
                    "/chat/completions",
                    content=msgspec.json.encode(body),
                    cast_to=httpx2.Response,
                    options={"headers": _HEADERS},
                    stream=True,
                    stream_cls=object,
                )
                return response
            except BadRequestError as problem:
                if not self._drop(body, failures.said(problem.body), problem.param):
                    raise

    def _body(self, request: Request) -> dict[str, object]:
        fixed = request.text("fixed")
        messages = [{"role": "system", "content": fixed}] if fixed else []
        messages.append({"role": "user", "content": request.text("visible", "own")})
        body: dict[str, object] = {
            "model": self.place.model,
            "messages": messages,
            "stream": True,
            self._most_tokens: request.max_tokens,
        }
        if self.provider.stream_usage:
            body["stream_options"] = {"include_usage": True}
        if self.provider.cache_key:
            body["prompt_cache_key"] = request.cache_key
        if self.provider.seed:
            body["seed"] = request.seed & SEEDS
        if self._takes_temperature and request.temperature is not None:
            body["temperature"] = request.temperature
        for name in self.dropped:
            body.pop(name, None)
        return body

    @property
    def _most_tokens(self) -> str:
        names = ("max_tokens", "max_completion_tokens")
        return names[(self.provider.max_tokens == names[1]) != ("max" in self.dropped)]

    def _drop(self, body: dict[str, object], said: str, parameter: str | None) -> bool:
        """Leave out what the server says it does not take; False if it does not say so of anything that was sent."""

        def named(name: str) -> bool:
            return parameter == name or re.search(rf"\b{name}\b", said) is not None

        if (
            "max" not in self.dropped
            and self._most_tokens in body
            and named(self._most_tokens)
            and "max_" in said.replace(self._most_tokens, "", 1)
        ):
            self.dropped.add("max")  # it names the other one
            return True
        found = [name for name in _OPTIONAL if name in body and named(name)]
        self.dropped.update(found)
        return bool(found)


class _Reading:
    """What has arrived of one completion."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.begun = False
        self._last = _Chunk()
        self._finish: str | None = None
        self._usage: _Usage | None = None
        self._refusal = ""

    def take(self, events: list[bytes]) -> str:
        found = []
        for event in events:
            if event.endswith(b"[DONE]"):
                break
            chunk = _decode(event)
            if chunk.error:
                raise self._failure(chunk.error)
            if chunk.usage:
                self._usage = chunk.usage
            for choice in chunk.choices or ():
                delta = choice.delta or choice.message
                if delta:
                    content = delta.content
                    if content:
                        found.append(content if isinstance(content, str) else _texts(content))
                    elif delta.reasoning_content or delta.reasoning:
                        self.begun = True
                    elif delta.refusal:
                        self._refusal += delta.refusal
                if choice.finish_reason:
                    self._finish = choice.finish_reason
            self._last = chunk
        text = "".join(found)
        self.begun = self.begun or bool(text)
        return text

    def ended(self) -> Ended | None:
        if self._finish is None:
            return None
        finish = "refused" if self._finish == "content_filter" or self._refusal else self._finish
        return Ended(
            self._last.model or "",
            finish,
            _normal(self._usage),
            self._usage.cost if self._usage else None,
            simulated=self._last.system_fingerprint == "simulated",
            refusal=self._refusal,
        )

    def _failure(self, error: Any) -> ModelFailure:
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        return failures.of_status(self._place, status, failures.said(error), {})


def _texts(content: list[Any]) -> str:
    return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))


def _normal(usage: _Usage | None) -> Usage | None:
    if usage is None or usage.prompt_tokens is None:
        return None
    given, made = usage.prompt_tokens, usage.completion_tokens or 0
    if usage.total_tokens:  # some count thoughts only in the total
        made = max(made, usage.total_tokens - given)
    inside, outside = usage.prompt_tokens_details, usage.completion_tokens_details
    cached = min(given, (inside.cached_tokens if inside else None) or usage.prompt_cache_hit_tokens or 0)
    return Usage(
        input=given,
        output=made,
        cached=cached,
        cache_written=min(given - cached, (inside.cache_write_tokens if inside else None) or 0),
        reasoning=min(made, (outside.reasoning_tokens if outside else None) or 0),
    )
