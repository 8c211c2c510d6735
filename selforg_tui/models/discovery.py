"""Which models servers on this machine have: asked in the background, remembered until the program ends.

What servers say is not trusted: answers, names and numbers are bounded and cleaned. Nothing but loopback is asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import clean
from selforg_tui.models.providers import Provider, is_loopback, providers
from selforg_tui.models.windows import MORE, items, window_of
from selforg_tui.settings.config_file import discovers
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.models.loopback import Answer

MOST_MODELS = 200
MOST_NAME = 200
LATEST = ":latest"
"""A tag of Ollama's that goes without saying."""
TOTAL = 2.0
"""Seconds after which nobody is waited for any more."""

State = Literal["running", "needs_key", "silent", "other"]
"""Its models are known · it runs but wants a key · nobody answers · somebody answers who is no server of models."""


class Served(msgspec.Struct, frozen=True):
    """A model that a server on this machine has."""

    spec: str
    title: str
    """Of the kind of server that it is at."""
    context: int | None = None
    note: str = ""
    """What else is to be known of its window; empty where nothing is."""

    @property
    def about(self) -> str:
        """Where it is, and its window where that is known."""
        return f"{self.title}, {window(self.context, self.note)}" if self.context else self.title


class Server(msgspec.Struct, frozen=True):
    """A server on this machine, as it answered."""

    provider: str
    title: str
    url: str
    """Without a name or password in it."""
    state: State
    models: tuple[Served, ...] = ()


_found: dict[str, Server] = {}
"""The last answer of each server, by provider and URL."""
_served: dict[str, Served] = {}
"""What is remembered of each model, by the name of its specification."""


def context(spec: ModelSpec) -> int | None:
    """The window that a server on this machine stated for this model; None where none was asked or none said."""
    served = _remembered(spec)
    return served.context if served else None


def window_note(spec: ModelSpec) -> str:
    """That window in words, with the model's name; empty where none is remembered."""
    served = _remembered(spec)
    return f"{spec.model}: {window(served.context, served.note)}" if served and served.context else ""


def window(tokens: int, note: str) -> str:
    """In words."""
    return f"window {tokens:,}" + (f" ({note})" if note else "")


def remembered() -> tuple[Server, ...]:
    """All servers that answered when they were last asked, in the order of their providers."""
    return tuple(server for _, server in sorted(_found.items()) if server.state != "silent")


def forget() -> None:
    """Know nothing of any server again."""
    _found.clear()
    _served.clear()


def places(specs: Iterable[ModelSpec] = (), *, usual: bool = True) -> tuple[Provider, ...]:
    """Whom to ask: the declared providers on this machine (where `usual`), and those of these models that are on it."""
    found = [provider for provider in providers().values() if usual and not provider.needs_key]
    for spec in specs:
        declared = providers().get(spec.provider)
        if declared is not None and (at := declared.at(spec.base_url)) not in found:
            found.append(at)
    return tuple(provider for provider in found if is_loopback(provider.base_url))


def discover_for(specs: Iterable[ModelSpec], keys: Keys) -> None:
    """Ask the servers on this machine that these models are at, if any, and unless the user does not want it. Raises ConfigError."""
    asked = places(specs, usual=False)
    if asked and discovers():
        discover(asked, keys)


def discover(asked: Iterable[Provider], keys: Keys | None = None, on_found: Callable[[Server], None] | None = None) -> tuple[Server, ...]:
    """Ask all of them at once, and remember the answers. Takes `TOTAL` seconds at most, so call it in a thread.

    `on_found` is told each server that runs as soon as it has answered, in a thread of its own. A key goes to a server only
    after it asked for one; no key command is run.
    """
    places = list(asked)
    results: dict[int, Server] = {}
    ended = threading.Event()

    def one(index: int, provider: Provider) -> None:
        server = look(provider, keys)
        if ended.is_set():
            return
        results[index] = server
        remember(server)
        if on_found is not None and server.state in ("running", "needs_key"):
            on_found(server)

    threads = [threading.Thread(target=one, args=(index, provider), daemon=True, name="discovery") for index, provider in enumerate(places)]
    until = time.monotonic() + TOTAL
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    ended.set()
    return tuple(results[index] if index in results else _server(place, "silent") for index, place in enumerate(places))


def remember(server: Server) -> None:
    """Keep what a server answered in place of what it answered before."""
    before = _found.get(f"{server.provider} {server.url}")
    _found[f"{server.provider} {server.url}"] = server
    for gone in {served.spec for served in before.models} - {served.spec for served in server.models} if before else ():
        _served.pop(gone, None)
    _served.update({served.spec: served for served in server.models})


def look(provider: Provider, keys: Keys | None = None) -> Server:
    """Ask one server on this machine. Takes a second or so at most for each question; never raises."""
    from selforg_tui.models import loopback

    base, until = _plain(provider.base_url), time.monotonic() + TOTAL

    def ask(path: str, body: object = None, key: str = "", root: bool = True) -> Answer | None:
        left = until - time.monotonic()
        if left <= 0:
            return None
        url = (base.removesuffix("/v1") if root else base) + path
        return loopback.ask(url, body=None if body is None else msgspec.json.encode(body), key=key, whole=min(left, loopback.WHOLE))

    listing = "/v1/models" if provider.wire == "anthropic" else "/models"
    answer, key = ask(listing, root=False), ""
    if answer is not None and answer.status in (401, 403):
        from selforg_tui.models.key_of import key_at_hand

        key = (keys and key_at_hand(provider, keys)) or ""
        answer = ask(listing, key=key, root=False) if key else answer
        if answer is None or answer.status in (401, 403):
            return _server(provider, "needs_key")
    if answer is None:
        return _server(provider, "silent")
    listed = [each for each in items(answer.value, "data") if isinstance(each.get("id"), str)]
    if answer.status != 200 or not isinstance(answer.value, dict) or "data" not in answer.value:
        return _server(provider, "other")
    windows = {each["id"]: window_of(each) for each in listed}
    more = MORE.get(provider.name)
    skip: set[str] = set()
    if more is not None:
        for name, found in more(lambda path, body=None: _value(ask(path, body, key)), list(windows)[:MOST_MODELS]):
            if found is None:
                skip.add(name)
            elif name in windows:
                windows[name] = found
    served = (_offered(provider, name, *windows[name]) for name in windows if name not in skip)
    return _server(provider, "running", tuple(each for each in served if each is not None)[:MOST_MODELS])


def _remembered(spec: ModelSpec) -> Served | None:
    if not _served:
        return None
    return _served.get(spec.name) or _served.get(msgspec.structs.replace(spec, model=spec.model.removesuffix(LATEST)).name)


def _offered(provider: Provider, name: str, tokens: int | None, note: str) -> Served | None:
    """The model as it can be named; None where its name cannot stand in a specification."""
    usual, name = providers().get(provider.name), name.removesuffix(LATEST) if provider.name == "ollama" else name
    at = f"@{provider.base_url}" if usual is None or provider.base_url != usual.base_url else ""
    spec = f"{provider.name}:{name}{at}"
    if len(name) > MOST_NAME or clean(name) != name or any(letter.isspace() or letter in ",'\"" for letter in name):
        return None
    try:
        parsed = ModelSpec.parse(spec)
    except ConfigError:
        return None
    fits = parsed.seats is None and (parsed.model, parsed.name) == (name, spec)
    return Served(spec, provider.title, tokens, note) if fits else None


def _server(provider: Provider, state: State, models: tuple[Served, ...] = ()) -> Server:
    return Server(provider.name, provider.title, _plain(provider.base_url), state, models)


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def _value(answer: Answer | None) -> Any:
    return answer.value if answer is not None and answer.status == 200 else None
