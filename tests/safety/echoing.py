"""A server that tells everybody the key it was given: in errors, in headers, in replies and as the name of its model."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.safety import canaries

PIECE = 10
"""Characters in a piece of a streamed reply: fewer than a key has."""
BEFORE = 5
"""Pieces of the first seat's reply that come before the gate: they end in the middle of the key."""

_DIMENSIONS = ("accuracy", "completeness", "coherence", "actionability", "mission")


class Echoing:
    """Seat 1 tells the key in its contribution, 2 is refused with it, 3 is unreadable, 4 has it for a role; the judge knows it, too."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heard: set[str] = set()
        """Every key it was given."""
        self.bodies: dict[str, str] = {}
        """By path, all that was asked."""
        self.open = threading.Event()
        """While this is not set, the first seat's reply stops in the middle of the key."""
        self.open.set()

    def at(self, wire: str, *, user: str = "", query: str = "", host: str = "127.0.0.1") -> str:
        """A model's name at this server."""
        place = self.url.replace("//127.0.0.1", f"//{user}{'@' if user else ''}{host}")
        return f"{wire}:echo@{place}{'/v1' if wire == 'openai' else ''}{'?' if query else ''}{query}"


def _text(asker: str, key: str) -> str:
    if asker == "judge":
        return json.dumps({name: {"rationale": f"It was done with {key}.", "score": 3} for name in _DIMENSIONS})
    if asker == "03":
        return f"Authorization: Bearer {key}. I will not write JSON."
    told = f"Whoever has the key {key} gets in; token={key}, and {key[:6]} is how it begins."
    role = f"keeper of {key}" if asker == "04" else "locksmith"
    return json.dumps({"participate": True, "role": role, "reason": told, "depends_on": [], "contribution": told})


class _Handler(http.server.BaseHTTPRequestHandler):
    echoing: Echoing

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        key = (self.headers["authorization"] or "").removeprefix("Bearer ") or self.headers["x-api-key"] or ""
        self.echoing.heard |= canaries.found(self.path + str(self.headers))
        self.echoing.bodies[self.path] = self.echoing.bodies.get(self.path, "") + body
        seat = re.search(r"You are agent (\d+) of", body)
        asker = seat[1] if seat else "judge"
        if asker == "02":
            said = f"Not with these headers: {dict(self.headers)} at {self.path}; the key is {key}"
            self._begin(400, "application/json", key)
            self.wfile.write(json.dumps({"error": {"message": said, "type": "invalid_request_error"}}).encode())
            return
        self._begin(200, "text/event-stream", key)
        text = _text(asker, key)
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        openai = "chat/completions" in self.path
        for number, event in enumerate(_openai(pieces, key) if openai else _anthropic(pieces, key)):
            if asker == "01" and number == BEFORE:
                self.wfile.flush()
                self.echoing.open.wait(20)
            self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _begin(self, status: int, kind: str, key: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("x-your-key", key)
        self.send_header("set-cookie", f"key={key}")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _openai(pieces: list[str], key: str) -> Iterator[dict[str, Any]]:
    for piece in pieces:
        yield {"model": f"echo-{key}", "choices": [{"delta": {"content": piece}}]}
    yield {"model": f"echo-{key}", "choices": [{"delta": {}, "finish_reason": "stop"}]}
    yield {"model": f"echo-{key}", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}


def _anthropic(pieces: list[str], key: str) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": {"model": f"echo-{key}", "usage": {"input_tokens": 100}}}
    for piece in pieces:
        yield {"type": "content_block_delta", "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 20}}


@contextmanager
def echoing() -> Iterator[Echoing]:
    """The server, for as long as the block lasts."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as listening:
        server = Echoing(f"http://127.0.0.1:{listening.server_port}")
        listening.RequestHandlerClass = type("Handler", (_Handler,), {"echoing": server})
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.open.set()
            listening.shutdown()
            thread.join()
