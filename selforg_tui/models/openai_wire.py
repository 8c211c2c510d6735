"""Chat completions through the openai SDK: its client, authentication and errors; our own encoder and reader.

The SDK makes a typed object of every delta and walks every parameter, which costs three times as much as the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from selforg_tui.core.calls import Request, Usage
from selforg_tui.core.errors import ModelFailure
from selforg_tui.models import failures
from selforg_tui.models.failures import Place
from selforg_tui.models.provider import Finish, Provider, merged
from selforg_tui.models.reported import Reported, read_cost, read_usage
from selforg_tui.models.structure import response_format, step
from selforg_tui.models.thoughts import Thoughts
from selforg_tui.models.transport import RawResponse, http_options
from selforg_tui.models.wire import PLACEHOLDER, Body, Ended, WireModel

SEEDS = 0x7FFFFFFF
NULL = len("null")
_OPTIONAL = frozenset({"temperature", "seed", "prompt_cache_key", "stream_options"})
_MOST = ("max_tokens", "max_completion_tokens")
_FINISHES: dict[str, Finish] = {"length": "length", "content_filter": "refused"}
"""Any other word, such as `stop`, is taken for an end that the model chose."""


class OpenAIModel(WireModel):
    """A model behind chat completions."""

    def _make_client(self) -> Any:
        from openai import AsyncOpenAI, DefaultAioHttpClient

        return AsyncOpenAI(
            api_key=self.place.secret or PLACEHOLDER,
            base_url=self.place.url,
            default_query=dict(self.place.query) or None,
            max_retries=0,
            http_client=DefaultAioHttpClient(**http_options(self.place)),
        )

    def _reading(self) -> _Reading:
        return _Reading(self.place, self.provider, self._reported)

    async def _post(self, client: Any, content: bytes, headers: dict[str, str]) -> RawResponse:
        import httpx2

        response: RawResponse = await client.post(
            "/chat/completions", content=content, cast_to=httpx2.Response, options={"headers": headers}, stream=True, stream_cls=object
        )
        return response

    def _body(self, request: Request) -> Body:
        provider, refused = self.provider, self.refused
        used = step(request, provider.structure, refused)
        fixed = request.text("fixed")
        messages = [{"role": "system", "content": fixed}] if fixed else []
        messages.append({"role": "user", "content": request.text("visible", "own")})
        fields: dict[str, Any] = {
            "model": self.place.model,
            "messages": messages,
            "stream": True,
            self._most_tokens: request.max_tokens or 1,  # nobody here takes 0, which would do to fill a cache
        }
        if provider.stream_usage:
            fields["stream_options"] = {"include_usage": True}
        if provider.cache_key:
            fields["prompt_cache_key"] = request.cache_key
        if provider.seed:
            fields["seed"] = request.seed & SEEDS
        if provider.temperature == "body" and request.temperature is not None:
            fields["temperature"] = max(request.temperature, provider.coldest)
        if wanted := response_format(request, used):
            fields["response_format"] = wanted
        if provider.extra:
            fields = merged(fields, provider.extra)
        for name in refused:
            fields.pop(name, None)
        headers = {provider.cache_header: request.cache_key} if provider.cache_header else {}
        return Body(fields, used, _OPTIONAL.union(provider.extra).intersection(fields), headers)

    @property
    def _most_tokens(self) -> str:
        return _MOST[(self.provider.max_tokens == _MOST[1]) != ("max" in self.refused)]

    def _leave_out(self, body: Body, said: str, parameter: str | None) -> bool:
        declared = self.provider.max_tokens
        complains = declared in body.fields and (parameter == declared or re.search(rf"\b{declared}\b", said) is not None)
        if complains and "max_" in said.replace(declared, "", 1):  # it names the other one
            self.refused.add("max")
            return True
        return super()._leave_out(body, said, parameter)


class _Choice(msgspec.Struct):
    delta: Any = None
    message: Any = None
    finish_reason: str | None = None


@lru_cache(maxsize=16)
def _decoder(thoughts: tuple[str, ...]) -> Callable[[bytes], Any]:
    """Reads chunks whose thoughts are in one of these fields of a delta."""
    names = {f"thought{number}": name for number, name in enumerate(thoughts[:2])}
    delta = msgspec.defstruct(
        "Delta",
        [("content", str | list[Any] | None, None), ("refusal", str | None, None), ("thought0", Any, None), ("thought1", Any, None)],
        rename=names,
    )
    choice = msgspec.defstruct("Choice", [("delta", delta | None, None), ("message", delta | None, None)], bases=(_Choice,))
    chunk = msgspec.defstruct(
        "Chunk",
        [
            ("model", str | None, None),
            ("choices", list[choice] | None, None),  # type: ignore[valid-type]
            ("usage", msgspec.Raw, msgspec.Raw()),
            ("system_fingerprint", str | None, None),
            ("error", Any, None),
        ],
    )
    return msgspec.json.Decoder(chunk).decode


class _Reading:
    """What has arrived of one completion."""

    def __init__(self, place: Place, provider: Provider, reported: Reported) -> None:
        self._place = place
        self._decode = _decoder(provider.thoughts)
        self._finishes = provider.finish
        self._at = reported
        self.thoughts = Thoughts()
        self.begun = False
        self._model = ""
        self._simulated = False
        self._finish = ""
        self._usage = msgspec.Raw()
        self._refusal = ""

    def take(self, events: list[bytes]) -> str:
        found = []
        decode, thoughts, chunk = self._decode, self.thoughts, None
        for event in events:
            if event.endswith(b"[DONE]"):
                break
            chunk = decode(event)
            if chunk.error:
                raise self._failure(chunk.error)
            if len(chunk.usage) > NULL:
                self._usage = chunk.usage
            for choice in chunk.choices or ():
                delta = choice.delta or choice.message
                if delta is not None:
                    if content := delta.content:
                        self.begun = True  # here, so that it is known although nonsense may follow in the same read
                        text = content if isinstance(content, str) else _texts(content)
                        found.append(text if thoughts.answering else thoughts.answer_in(text))
                    if thought := delta.thought0 or delta.thought1:
                        thoughts.add(thought if isinstance(thought, str) else _texts(thought))
                        self.begun = True
                    if delta.refusal:
                        self._refusal += delta.refusal
                if choice.finish_reason:
                    self._finish = choice.finish_reason
                    self.begun = True
        if chunk is not None:
            self._model = chunk.model or self._model
            self._simulated = chunk.system_fingerprint == "simulated"
        return "".join(found)

    def rest(self) -> str:
        return self.thoughts.rest()

    def ended(self) -> Ended | None:
        if not self._finish:
            return None
        finish = "refused" if self._refusal else self._finishes.get(self._finish) or _FINISHES.get(self._finish, "stop")
        return Ended(self._model, finish, read_cost(self._report(), self._at), self._simulated, self._refusal)

    def usage(self) -> Usage | None:
        return read_usage(self._report(), self._at)

    def _report(self) -> object:
        return msgspec.json.decode(self._usage) if self._usage else None

    def _failure(self, error: Any) -> ModelFailure:
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        return failures.of_status(self._place, status, failures.said(error), {})


def _texts(content: Any) -> str:
    parts = content if isinstance(content, list) else ()
    return "".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))
