"""What went wrong with a call, in words for a person, whichever SDK it went wrong in."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

import msgspec

from selforg_tui.core.errors import FailureKind, ModelFailure
from selforg_tui.core.text import one_line
from selforg_tui.settings.keys import every_key
from selforg_tui.settings.redact import redact

_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|too many (input )?tokens|prompt is too long|exceeds? .{0,40}\btokens", re.I
)
_NO_CREDIT = re.compile(r"insufficient[ _](quota|credit|balance|funds)|credit balance|billing|exceeded your current quota", re.I)
_REFUSED = re.compile(r"content[ _](filter|policy|management)|safety", re.I)


class Place(msgspec.Struct, frozen=True):
    """Where a call goes, as far as a person wants to know it. `url` holds no user name and no key."""

    title: str
    url: str
    model: str
    keys: tuple[str, ...]
    local: bool
    own: bool = False
    """A server of one's own, not the provider's usual one."""
    secret: str = ""
    """The key in use, so that it can be taken out of what a server says."""
    ca: str = ""
    """A file of certificates to trust besides those of this machine."""
    ca_from: tuple[str, ...] = ()
    """Environment variables that may name one."""
    query: tuple[tuple[str, str], ...] = ()
    """What a URL of one's own has behind its question mark; it may hold a key."""

    def __repr__(self) -> str:
        return f"Place({self.title!r}, {self.url!r}, {self.model!r})"

    def quote(self, text: str) -> str:
        """What a server said, short and without keys."""
        return one_line(redact(text, {self.secret, *every_key()}), 200)


def no_key(place: Place) -> ModelFailure:
    """Nobody gave us a key."""
    return ModelFailure("no_key", f"{place.title} needs a key and there is none: set {_variables(place)} or paste one in Setup (Ctrl+G).")


def no_such_key(place: Place) -> ModelFailure:
    """What we were given cannot be a key."""
    return ModelFailure(
        "wrong_key", f"The key for {place.title} has characters that no key has. Check {_variables(place)}, or paste it again."
    )


def no_token(place: Place, told: str) -> ModelFailure:
    """The provider gives no token for our key."""
    return ModelFailure(
        "wrong_key",
        f"{place.title} gives no access for the key ({place.quote(told)}). Check {_variables(place)} and its scope, or paste another.",
    )


def too_long(message: str) -> bool:
    """Whether a server that refuses a request complains about the prompt's length."""
    return _TOO_LONG.search(message) is not None


def of_status(place: Place, status: int, message: str, headers: Mapping[str, str]) -> ModelFailure:
    """The server answered with an HTTP error; `message` is what it said, with its codes."""
    where, said = place.title, place.quote(message)
    wait = retry_after(headers)

    def failure(kind: FailureKind, text: str, retryable: bool = False) -> ModelFailure:
        return ModelFailure(kind, text, retryable=retryable, retry_after=wait)

    if status == 402 or (status in (400, 403, 429) and _NO_CREDIT.search(message)):
        return failure("no_credit", f"The account at {where} has no credit left. Top it up, or choose another model.")
    if status == 401 and not place.secret:
        hint = "paste it in Setup (Ctrl+G), or write it into the URL, in front of the host and an @"
        return failure("wrong_key", f"{where} wants a key, and none was sent: {hint}.")
    if status == 401:
        return failure("wrong_key", f"{where} does not accept the key. Check {_variables(place)}, or paste another in Setup (Ctrl+G).")
    if status == 403:
        return failure("wrong_key", f"{where} does not let this key use {place.model}. Choose another model or key.")
    if status == 404:
        hint = "" if not place.local else ", or the URL is not quite right (many end in /v1)"
        at = place.url if place.own else f"{where} ({place.url})"
        return failure("unknown_model", f"There is no model '{place.model}' at {at}{hint}. Check the name.")
    if status == 413 or (status in (400, 422, 500) and too_long(message)):
        return failure(
            "too_long", f"The prompt is too long for {place.model}. Choose fewer agents, shorter contributions or another model."
        )
    if status == 429:
        after = f" It asks to wait {wait:.0f} s." if wait else ""
        return failure("rate_limit", f"{where} takes no more calls at the moment (rate limit).{after}", retryable=True)
    if status in (408, 409, 425) or status >= 500:
        return failure("server_error", f"{where} has trouble answering (HTTP {status}: {said}).", retryable=True)
    if _REFUSED.search(message):
        return failure("refused", f"{where} refused this prompt ({said}).")
    return failure("bad_request", f"{where} did not understand the request (HTTP {status}: {said}).")


def of_exception(place: Place, problem: Exception, begun: bool) -> ModelFailure:
    """What an SDK or its connection raised; `begun` where part of the reply had arrived."""
    import aiohttp
    import httpx2

    status = getattr(problem, "status_code", None)
    if isinstance(status, int):
        response = getattr(problem, "response", None)
        return of_status(place, status, said(getattr(problem, "body", None)), getattr(response, "headers", {}))
    chain: list[BaseException] = [problem]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)

    def through(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in chain)

    if through(aiohttp.ClientSSLError) or _untrusted(problem):
        hint = f"Name the provider's own certificates in {' or '.join(place.ca_from)}, or" if place.ca_from else "Check the URL, or"
        return ModelFailure("no_server", f"The certificate of {place.url} cannot be trusted. {hint} set ca_bundle in providers.toml.")
    connected = not through(aiohttp.ClientConnectorError)
    dropped = connected and through(aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)  # the transport gives this other names
    if not dropped and (not connected or through(httpx2.ConnectError)):
        hint = "Is the server running?" if place.local else "Check the connection to the internet."
        return ModelFailure("no_server", f"Nobody answers at {place.url}. {hint}", retryable=not place.local)
    if not dropped and through(httpx2.TimeoutException, TimeoutError):
        return timeout(place, None)
    if dropped or through(httpx2.TransportError, OSError):
        return cut_off(place) if begun else ModelFailure("server_error", f"{place.title} broke the connection off.", retryable=True)
    detail = place.quote(f"{type(problem).__name__}: {problem}")
    return ModelFailure("unexpected", f"The call to {place.title} failed in an unexpected way ({detail}).")


def _untrusted(problem: BaseException | None) -> bool:
    """A certificate was the reason, however far down."""
    while problem is not None and not isinstance(problem, ssl.SSLCertVerificationError):
        problem = problem.__cause__ or problem.__context__
    return problem is not None


def timeout(place: Place, seconds: float | None) -> ModelFailure:
    """It took longer than we wait."""
    within = f" within {seconds:.0f} s" if seconds else " in time"
    return ModelFailure("timeout", f"{place.title} did not answer{within}.", retryable=True)


def cut_off(place: Place) -> ModelFailure:
    """The reply ended in the middle."""
    return ModelFailure("cut_off", f"The reply of {place.title} broke off before its end.", retryable=True)


def refused(place: Place, why: str = "") -> ModelFailure:
    """The model or its provider would not answer."""
    reason = f" ({place.quote(why)})" if why else ""
    return ModelFailure("refused", f"{place.model} refused to answer{reason}.")


def unreadable(place: Place, *, garbled: bool = False) -> ModelFailure:
    """What came is no reply of a model. `garbled`: it set out to be one, so that the next may be whole."""
    hint = " Does the URL have to end in /v1?" if place.local else ""
    return ModelFailure("unexpected", f"{place.url} answered with something that is no reply of a model.{hint}", retryable=garbled)


def said(body: object) -> str:
    """The words and codes in an error's body."""
    error: Any = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        error = " ".join(str(error[name]) for name in ("message", "detail", "code", "type") if error.get(name))
    return str(error) if error else "no explanation"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the server asked for; None if it did not."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if not value:
            continue
        try:
            return max(0.0, float(value) * scale)
        except ValueError:
            try:
                return max(0.0, parsedate_to_datetime(value).timestamp() - time())
            except ValueError:
                continue
    return None


def _variables(place: Place) -> str:
    return " or ".join(place.keys) or "the key of that server"
