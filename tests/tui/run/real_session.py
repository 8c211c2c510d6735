"""The made session as if real models had worked in it: real prices beside imaginary ones, limits, pauses, refusals."""

from __future__ import annotations

from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.config import Limits
from selforg_tui.core.ids import CallId
from tests.tui.run.made_session import made

PRICE = Price(3, 15, 0.3, 3.75, source="a table")
THOUGHT = "First I look at what the others left open."
MODELS = ("anthropic:claude-sonnet-4-6=4", "openai:gpt-5.4-mini=3", "sim:weak=1")


def real(arrangement: str = "interleaved") -> list[ev.AnyEvent]:
    """Seat 2 is counted by a tokenizer, 4 cut off at its greatest length, 5 of unknown price, 6 refuses, 8 (or so) is simulated."""
    found: list[ev.AnyEvent] = []
    for event in made(models=MODELS):
        match event:
            case ev.SessionStarted():
                header = event.header
                config = replace(header.config, arrangement=arrangement, limits=Limits(0.05, 40_000, 60))
                found.append(replace(event, header=replace(header, config=config, simulated=ev.Simulated(False, True))))
            case ev.CallFinished() if CallId.parse(event.call).seat not in (0, 8):
                found += _answered(event, CallId.parse(event.call).seat)
            case ev.CallFailed():
                usage = Usage(2000, 40)
                found.append(
                    replace(event, kind="refused", text="It may not speak of this.", usage=usage, price=PRICE, cost_usd=PRICE.cost(usage))
                )
            case ev.CallStarted() if CallId.parse(event.call).seat == 5:
                found.append(replace(event, waited=1.4))
            case _:
                found.append(event)
    return [replace(event, seq=number) for number, event in enumerate(found)]


def _answered(event: ev.CallFinished, seat: int) -> list[ev.AnyEvent]:
    usage = Usage(2400, 300, cached=1500, cache_written=600, reasoning=80, source="tokenizer" if seat == 2 else "reported")
    price = None if seat == 5 else PRICE
    finished = replace(
        event,
        usage=usage,
        price=price,
        cost_usd=price and price.cost(usage),
        saved_usd=price.saved(usage) if price else 0.0,
        simulated=False,
        reasoning=THOUGHT,
        structure="schema",
        finish="length" if seat == 4 else "stop",
    )
    bounds: dict[int, ev.AnyEvent] = {
        2: ev.SlowedDown(place="OpenAI (https://api.openai.com/v1)", seconds=4, at_once=6, t=event.t),
        7: ev.LimitNear(what="money", text="$0.0412 of $0.05 are spent.", t=event.t),
    }
    return [*([bounds[seat]] if seat in bounds else []), finished]
