"""One tiny real call to a model, through the program's own wire: what a provider's page cannot tell.

It costs money, about a cent for a dear model. The project's own tests make it only to servers on the machine they run on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec

from selforg_tui.core.calls import Block, Reply, Request, Usage
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import SelforgError
from selforg_tui.core.ids import CallId
from selforg_tui.doctor.findings import LiveFinding
from selforg_tui.models import registry
from selforg_tui.models.base import Facts
from selforg_tui.models.key_of import key_source, look_up
from selforg_tui.models.prices import price
from selforg_tui.models.providers import providers
from selforg_tui.settings.keys import Keys

MOST_OUT = 300
"""Tokens of a reply, thinking included."""
MOST_IN = 200
"""Tokens of the question, generously."""
PATIENCE = 60.0
TEMPERATURE = 0.7
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer"}},
    "required": ["answer"],
    "additionalProperties": False,
}
ANSWER = 12


def chosen(named: Sequence[ModelSpec], keys: Keys) -> tuple[ModelSpec, ...]:
    """The models to ask: those named, else of each provider that there is a key for the cheapest that is suggested."""
    if named:
        return tuple(spec for spec in dict.fromkeys(named) if not spec.simulated)
    found = []
    for provider in providers().values():
        if not provider.needs_key or key_source(provider, keys) is None:
            continue
        suggested = [ModelSpec(provider.name, known.match) for known in provider.models if known.suggest]
        if suggested:
            found.append(min(suggested, key=lambda spec: (most_usd(spec) is None, most_usd(spec) or 0.0)))
    return tuple(found)


def most_usd(spec: ModelSpec) -> float | None:
    """What asking it may cost at most, in US dollars; None where nobody knows its price. Raises ConfigError."""
    found = price(spec)
    return None if found is None or found.imaginary else found.cost(Usage(MOST_IN, MOST_OUT))


def ask_all(specs: Iterable[ModelSpec], keys: Keys, on_done: Callable[[LiveFinding], None] | None = None) -> tuple[LiveFinding, ...]:
    """Ask each of them once, all at the same time. Blocks for about a minute at most; failures are findings."""

    async def all_of_them() -> list[LiveFinding]:
        async def one(spec: ModelSpec) -> LiveFinding:
            found = await _ask(spec, keys)
            if on_done is not None:
                on_done(found)
            return found

        return await asyncio.gather(*(one(spec) for spec in specs))

    return tuple(asyncio.run(all_of_them()))


async def _ask(spec: ModelSpec, keys: Keys) -> LiveFinding:
    pieces = 0

    def count(_: str) -> None:
        nonlocal pieces
        pieces += 1

    title = spec.name
    try:
        facts = registry.facts(spec)
        title = facts.title
        await asyncio.to_thread(look_up, (spec,), keys)
        model = registry.open_model(spec, keys)
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await model.answer(_question(spec, facts), count)
        finally:
            await model.close()
    except TimeoutError:
        return LiveFinding(spec.name, title, "trouble", f"It did not answer within {PATIENCE:.0f} s.")
    except SelforgError as problem:
        return LiveFinding(spec.name, title, "trouble", str(problem))
    return _found(spec, facts, reply, pieces)


def _question(spec: ModelSpec, facts: Facts) -> Request:
    rules = Block.of("fixed", "You answer with one JSON object and with nothing else.")
    own = Block.of("own", 'How much is seven and five? Answer in this form: {"answer": NUMBER}')
    return Request(
        CallId(1, "contribute", 1),
        "contribute",
        (rules, own),
        MOST_OUT,
        seed=1,
        cache_key="doctor",
        temperature=None if facts.temperature == "none" else TEMPERATURE,
        schema=SCHEMA,
    )


def _found(spec: ModelSpec, facts: Facts, reply: Reply, pieces: int) -> LiveFinding:
    kept, right = _read(reply.text)
    reported = reply.usage.source == "reported"
    told = [
        "" if kept else "Its reply was not just the JSON that was asked for, so runs may need repairs.",
        "" if right or not kept else "Its answer was wrong.",
        "" if reported else "It does not say how many tokens it took: they are estimated.",
        "" if pieces > 1 else "Its reply came in one piece.",
        f"It does not take: {', '.join(reply.left_out)}." if reply.left_out else "",
        "The answer was cut off; it may think too long for short replies." if reply.finish == "length" else "",
    ]
    text = " ".join(filter(None, told))
    return LiveFinding(
        spec=spec.name,
        title=facts.title,
        state="note" if text else "fine",
        text=text or "It answers as it should.",
        simulated=reply.simulated,
        streamed=pieces > 1,
        reported=reported,
        structure=reply.structure,
        kept=kept,
        temperature=None if facts.temperature == "none" else "temperature" not in reply.left_out,
        usage=reply.usage,
        cost_usd=None if facts.price is None else facts.price.cost(reply.usage),
        stated_usd=reply.cost_usd,
        seconds=reply.seconds,
    )


def _read(text: str) -> tuple[bool, bool]:
    """Whether the reply is what was asked for, and whether it is right."""
    try:
        found = msgspec.json.decode(text.strip())
    except ValueError:
        return False, False
    answer = found.get("answer") if isinstance(found, dict) and len(found) == 1 else None
    return isinstance(answer, int) and not isinstance(answer, bool), answer == ANSWER
