"""A simulated model as the engine meets it: text in, streamed text and usage out, at the profile's pace."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from selforg_tui.core.calls import OnDelta, Reply, Request, Usage
from selforg_tui.core.keyed import unit
from selforg_tui.models.base import Pace
from selforg_tui.models.simulated.profiles import Profile
from selforg_tui.models.simulated.respond import respond
from selforg_tui.models.tokens import estimate_tokens

_CHUNK = re.compile(r"(?:\S+\s*){1,3}|\s+")


class SimulatedModel:
    """Answers from the text of the prompt, its profile and the request's seed alone.

    `pace` scales its times, from one piece of a reply to the next.
    """

    def __init__(self, profile: Profile, *, pace: Pace | None = None) -> None:
        self.profile = profile
        self._pace = pace or Pace()

    async def answer(self, request: Request, on_delta: OnDelta | None) -> Reply:
        """The reply, in one piece or in pieces of a few words to `on_delta`."""
        clock = asyncio.get_running_loop().time
        began = clock()
        texts = [block.text for block in request.blocks]
        text, whole = cut(respond(texts, self.profile, request.seed, request.temperature), request.max_tokens)
        to_first, per_token = timing(self.profile, request.seed)
        tokens = estimate_tokens(text)
        first = to_first * self._pace.wait
        if on_delta is None:
            await self._wait(to_first + tokens * per_token)
        else:
            await self._wait(to_first)
            first = clock() - began
            chunks = _CHUNK.findall(text)
            for chunk in chunks:
                on_delta(chunk)
                await self._wait(tokens * per_token * len(chunk) / max(1, len(text)))
        return Reply(
            text=text,
            usage=Usage(input=count(texts), output=tokens),
            model=served_name(self.profile),
            finish="stop" if whole else "length",
            simulated=True,
            seconds=round(clock() - began, 6),
            first=round(first, 6),
            wait=self._pace.wait,
        )

    async def close(self) -> None:
        """Nothing is held open."""

    async def _wait(self, seconds: float) -> None:
        if self._pace.wait > 0:
            await asyncio.sleep(seconds * self._pace.wait)


def served_name(profile: Profile) -> str:
    """How it names itself in replies, so that no log can take it for a real model."""
    return f"sim:{profile.name} (simulated)"


def timing(profile: Profile, seed: int) -> tuple[float, float]:
    """Seconds to the first token, and seconds per token after it."""
    return profile.latency_s * (0.8 + 0.4 * unit(seed, "latency")), 1 / profile.tokens_per_second


def count(texts: Sequence[str]) -> int:
    """Input tokens of a prompt, counted piece by piece."""
    return sum(estimate_tokens(text) for text in texts)


def cut(text: str, max_tokens: int) -> tuple[str, bool]:
    """As much of a reply as fits, and whether that is all of it."""
    if estimate_tokens(text) <= max_tokens:
        return text, True
    shorter = text[: max(0, max_tokens) * 4]
    while shorter and estimate_tokens(shorter) > max_tokens:
        shorter = shorter[: len(shorter) * 9 // 10]
    return shorter, False
