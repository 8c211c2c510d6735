"""A proxy that spoils answers on their way: seeded, so that the same calls fail in every run, with a journal of its own."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import formatdate
from time import time
from typing import Literal

import msgspec
from aiohttp import ClientSession, web

from tests.independent.aimock import Tokens

Fault = Literal["none", "refused", "refused bare", "refused until", "refused long", "broken", "cut", "garbled", "slow", "silent", "stuck"]
"""none: passed on · refused: 429 and how long to wait; bare: without; until: a date; long: longer than anybody waits · broken: 500 ·
cut: the connection ends in mid-stream · garbled: JSON that breaks off in mid-stream, then the end · slow: passed on after `delay` ·
silent: nothing ever comes · stuck: nothing more comes in mid-stream."""

FAULTS: tuple[Fault, ...] = ("refused", "refused bare", "broken", "cut", "garbled", "slow", "silent")
"""What bad days are made of."""

Plan = Callable[[str, int], Fault]
"""What happens to a call: who asks (as the prompt says), and how often that one has asked before."""

_ASKER = re.compile(r"You are agent (\d+) of|You (judge) a solution")
_REASONS: dict[Fault, dict[str, str]] = {
    "refused": {"retry-after": "0.05"},
    "refused bare": {},
    "refused until": {"retry-after": formatdate(time() - 60, usegmt=True)},
    "refused long": {"retry-after": "86400"},
}


class Passed(msgspec.Struct):
    """One call. `told` is the usage that reached the client, None where none did; `taken` what the server says it took."""

    asker: str
    fault: Fault
    reached: bool = False
    """The server was asked at all."""
    whole: bool = False
    """The answer reached the client as it was."""
    told: Tokens | None = None
    taken: Tokens = Tokens()
    key: str = ""
    """The authorization it came with."""


def always(fault: Fault) -> Plan:
    """Every call fails like this."""
    return lambda asker, before: fault


def once(fault: Fault) -> Plan:
    """The first call of each asker fails like this."""
    return lambda asker, before: "none" if before else fault


def share(part: float, seed: int, faults: tuple[Fault, ...] = FAULTS) -> Plan:
    """This share of all calls fails, in all these ways alike. The judge is spared."""

    def plan(asker: str, before: int) -> Fault:
        dice = random.Random(f"{seed}/{asker}/{before}")
        return dice.choice(faults) if asker != "judge" and dice.random() < part else "none"

    return plan


class FaultyProxy:
    """Between the client and `upstream`. `delay` is in seconds; `at` says how much of a stream passes before it is spoilt."""

    def __init__(self, upstream: str, plan: Plan, *, delay: float = 1.0, at: float = 0.5) -> None:
        self.passed: list[Passed] = []
        self._upstream, self._plan, self._delay, self._at = upstream, plan, delay, at
        self._asked: Counter[str] = Counter()
        self._session: ClientSession | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its URL, for as long as the block lasts."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/{tail:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
        async with ClientSession() as self._session:
            try:
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        found = _ASKER.search(body.decode())
        asker = (found[1] or found[2]) if found else ""
        fault = self._plan(asker, self._asked[asker])
        self._asked[asker] += 1
        passed = Passed(asker, fault, key=request.headers.get("authorization", ""))
        self.passed.append(passed)
        if fault.startswith("refused"):
            told = {"error": {"message": "Too many at once", "type": "rate_limit_error"}}
            return web.json_response(told, status=429, headers=_REASONS[fault])
        if fault == "broken":
            return web.json_response({"error": {"message": "Something fell over", "type": "server_error"}}, status=500)
        if fault == "silent":
            await asyncio.Event().wait()
        assert self._session is not None
        passed.reached = True
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length")}
        async with self._session.post(self._upstream + request.path_qs, data=body, headers=headers) as answer:
            stream, kind, status = await answer.read(), answer.content_type, answer.status
        passed.taken = _reported(stream) or Tokens()
        if fault == "slow":
            await asyncio.sleep(self._delay)
        return await self._pass_on(request, passed, stream, kind, status)

    async def _pass_on(self, request: web.Request, passed: Passed, stream: bytes, kind: str, status: int) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"content-type": kind})
        await response.prepare(request)
        cut = len(stream) if passed.fault in ("none", "slow") else int(len(stream) * self._at)
        if passed.fault == "garbled":
            cut = stream.rindex(b"\n\n", 0, cut) + 2
        passed.told = _reported(stream[:cut])
        await response.write(stream[:cut])
        if passed.fault == "garbled":
            await asyncio.sleep(0.05)  # a read of its own, so that what came before is not lost
            await response.write(b'data: {"type": <<<\n\n')
        elif passed.fault == "stuck":
            await asyncio.Event().wait()
        elif passed.fault == "cut":
            assert request.transport is not None
            request.transport.close()
            return response
        await response.write_eof()
        passed.whole = passed.fault in ("none", "slow")
        return response


def _reported(stream: bytes) -> Tokens | None:
    """The usage in the events of a stream, of either wire."""
    given: int | None = None
    made = 0
    for line in stream.split(b"\n"):
        try:
            event = json.loads(line[5:]) if line.startswith(b"data:") else {}
        except ValueError:
            continue
        usage = event.get("usage") or (event.get("message") or {}).get("usage") or {}
        given = usage.get("prompt_tokens", usage.get("input_tokens", given))
        made = usage.get("completion_tokens", usage.get("output_tokens", made))
    return None if given is None else Tokens(given, made)
