"""Errors that are meant to be read by a person: what happened, what it means, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from selforg_tui.core.calls import Usage


class SelforgError(Exception):
    """Something a person can act on. Its text is one or two whole sentences."""


class ConfigError(SelforgError):
    """The run that was asked for makes no sense as it stands."""


class StorageError(SelforgError):
    """A session cannot be written or read."""


class LimitReached(Exception):
    """A limit on money, tokens or time was reached; nothing new may start."""

    def __init__(self, what: Literal["money", "tokens", "time"], text: str) -> None:
        super().__init__(text)
        self.what = what
        self.begun = False
        """A call of this question had gone out before; its answer could not be used."""


FailureKind = Literal[
    "no_key",
    "wrong_key",
    "no_server",
    "unknown_model",
    "rate_limit",
    "server_error",
    "timeout",
    "cut_off",
    "too_long",
    "refused",
    "bad_request",
    "no_credit",
    "unexpected",
]


class ModelFailure(SelforgError):
    """A model call that gave no usable reply.

    `retry_after` is in seconds, None where the server did not say. A failure that is not `retryable` will fail again.
    `usage`: the tokens that were spent all the same, None where none were.
    """

    def __init__(
        self, kind: FailureKind, text: str, *, retryable: bool = False, retry_after: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(text)
        self.kind: FailureKind = kind
        self.retryable = retryable
        self.retry_after = retry_after
        self.usage = usage
