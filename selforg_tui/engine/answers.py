"""Where replies come from. The engine asks an answer source and cannot tell live models from a log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from selforg_tui.core.calls import OnDelta, Reply, Request
from selforg_tui.core.config import ModelSpec
from selforg_tui.models.base import Facts, Model, Pace, Patience
from selforg_tui.models.registry import facts, open_model
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import Pieces, without


class AnswerSource(Protocol):
    """Answers calls. Raises ModelFailure where there is no reply."""

    def facts(self, spec: ModelSpec) -> Facts | None:
        """What is known of a model whose calls must be counted and spaced out; None where nothing real is called."""
        ...

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """The reply of this model to this request."""
        ...

    async def close(self) -> None:
        """Let go of what answering needed."""
        ...


class LiveAnswers:
    """The models themselves, one client each. Raises ModelFailure or ConfigError at once where one cannot be opened.

    `limit_local`: servers on this machine are spared like those elsewhere.
    """

    def __init__(
        self,
        specs: Iterable[ModelSpec],
        keys: Keys,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
        limit_local: bool = False,
    ) -> None:
        self._keys = keys
        self._models: dict[str, Model] = {}
        self._facts: dict[str, Facts | None] = {}
        for spec in specs:
            if spec.name not in self._models:
                self._models[spec.name] = open_model(spec, keys, pace=pace, patience=patience or Patience())
                found = facts(spec)
                if found.local and not limit_local:
                    found = msgspec.structs.replace(found, place="")
                self._facts[spec.name] = None if found.simulated else found

    def facts(self, spec: ModelSpec) -> Facts | None:
        """See AnswerSource."""
        return self._facts[spec.name]

    async def answer(self, spec: ModelSpec, request: Request, on_delta: OnDelta | None) -> Reply:
        """See AnswerSource. A key that a server tells us back goes no further: to no other model, file or screen."""
        model = self._models[spec.name]
        if self._facts[spec.name] is None:  # a simulated model was told no key
            return await model.answer(request, on_delta)
        keys = self._keys.values()
        reply = await model.answer(request, on_delta and _clean(on_delta, keys))
        return msgspec.structs.replace(
            reply, text=without(reply.text, keys), model=without(reply.model, keys), reasoning=without(reply.reasoning, keys)
        )

    async def close(self) -> None:
        """Close every client."""
        for model in self._models.values():
            await model.close()


def _clean(on_delta: OnDelta, keys: frozenset[str]) -> OnDelta:
    """Passes on what is no key."""
    pieces = Pieces(keys)

    def take(piece: str) -> None:
        if shown := pieces(piece):
            on_delta(shown)

    return take
