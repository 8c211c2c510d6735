"""The calls that a run will make, one by one, as far as its protocol's promise tells: by which model, how long, what a cache may hold.

Seats differ: where outputs pile up, a late seat is shown many and an early one few, so that a model's share of the tokens depends on
where it sits, and its price on how long its prompts are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from selforg_tui import prompts
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.config import Level, ModelSpec, RunConfig, Shock
from selforg_tui.engine.shocks import SHARE
from selforg_tui.engine.turns import in_turns
from selforg_tui.protocols.base import Promise, Step

TOKENS_A_WORD = 1.4
FENCE, LINE, ENVELOPE, OWN, VERDICT = 20, 70, 120, 30, 300
"""Tokens: around an output · of an intention or an assignment · of a decision beside its contribution · of a seat's own lines · of a
verdict."""
SHORT, SHORTEST = 0.6, 0.2
"""The low end of a range, because agents stay out or write less: in teams of up to eight, and in the largest."""

Size = Callable[[ModelSpec, str], int]
"""Tokens of a text for a model."""


class Foreseen(NamedTuple):
    """One call, made in `times` tasks. Tokens, everybody taking part at the usual length."""

    spec: ModelSpec
    times: int
    given: int
    kept: int
    """Of these, what is the same beginning as that of an earlier call of the same model."""
    markable: int
    """Of these, what others may find in the cache: all but the seat's own lines."""
    written: int


def contributions(config: RunConfig, promise: Promise, at_work: int, texts: dict[str, str], size: Size) -> list[Foreseen]:
    """All first attempts of team steps."""
    found: list[Foreseen] = []
    for step in promise.once:
        found += _step(config, step, None, 1, at_work, texts, size)
    for (level, struck), times in Counter((task.level, _struck(config, number)) for number, task in enumerate(config.tasks, 1)).items():
        for step in promise.steps:
            found += _step(config, step, level, times, at_work, texts, size, struck)
    return found


def judgements(config: RunConfig, at_work: int, texts: dict[str, str], size: Size) -> list[Foreseen]:
    """A verdict of every judge for each task; none without a judge."""
    found = []
    for spec, times in Counter(msgspec.structs.replace(judge, seats=None) for judge in config.judges).items():
        base = size(spec, texts["judge.txt"] + config.mission + "".join(config.values))
        shown = base + _task(config, None, spec, size) + int(config.words * TOKENS_A_WORD) * at_work
        found.append(Foreseen(spec, len(config.tasks) * times, shown + OWN, base, shown, VERDICT))
    return found


def writings(config: RunConfig, at_work: int, texts: dict[str, str], size: Size) -> list[Foreseen]:
    """A write-up of each task; none where none is asked for."""
    if not config.write_up:
        return []
    spec = msgspec.structs.replace(config.seating()[0], seats=None)
    base = size(spec, texts["write_up.txt"] + config.mission + "".join(config.values)) + _task(config, None, spec, size)
    solution = int(config.words * TOKENS_A_WORD) * at_work
    return [Foreseen(spec, len(config.tasks), base + solution + FENCE * at_work + OWN, 0, base + solution, solution)]


def least(agents: int) -> float:
    """The share of the foreseen tokens that the low end of a range is. In a large team many find nothing left to do."""
    return max(SHORTEST, SHORT * math.pow(min(1.0, 8 / agents), 2 / 3))


def cost(price: Price, call: Foreseen, low_end: float, cache_least: int) -> tuple[float, float]:
    """US dollars, low and high. Low: little is written and the cache holds all it can. High: all is written, and nothing is ever found
    in the cache, though it may be paid to be put there.

    `low_end`: see `least`. `cache_least`: tokens that a beginning must have to be cached.
    """
    given, kept, markable = (int(low_end * tokens) for tokens in (call.given, call.kept, call.markable))
    kept = kept if kept >= cache_least else 0
    written = int(low_end * call.written)
    new = 0 if price.row(given).cache_written is None else markable - kept
    low = min(price.cost(Usage(given, written, cached=kept, cache_written=new)), price.cost(Usage(given, written)))
    high = max(price.cost(Usage(call.given, call.written)), price.cost(Usage(call.given, call.written, cache_written=call.markable)))
    return low * call.times, high * call.times


def longest(calls: list[Foreseen]) -> dict[ModelSpec, int]:
    """The longest prompt of each model."""
    found: dict[ModelSpec, int] = {}
    for call in calls:
        found[call.spec] = max(found.get(call.spec, 0), call.given)
    return found


def _step(
    config: RunConfig,
    step: Step,
    level: Level | None,
    times: int,
    at_work: int,
    texts: dict[str, str],
    size: Size,
    struck: tuple[Shock, ...] = (),
) -> Iterator[Foreseen]:
    seats = _in_turns(config, level) if step.rounds > 1 and at_work == config.agents else config.seating(level)
    seats = _seats_after(seats, struck)
    notices = "".join(shock.text for shock in struck)
    output = int(config.words * TOKENS_A_WORD)
    each = (output if step.whole else LINE) + FENCE
    written = {"contribute": output + ENVELOPE, "intend": LINE, "signal": LINE, "rate": LINE, "plan": LINE * config.agents}[step.kind]
    about = prompts.rules(texts, abstention=config.abstention) + config.mission + "".join(config.values)
    base = {spec: size(spec, about) for spec in set(seats)}
    rest = {spec: _task(config, level, spec, size) + size(spec, texts[f"{step.kind}.txt"]) for spec in base}
    sent: dict[ModelSpec, int] = {}
    for place, shown in enumerate(_shown(step)):
        spec = seats[place % at_work]
        markable = base[spec] + rest[spec] + int(shown * each)
        own = OWN + (size(spec, notices) + FENCE if notices else 0)
        yield Foreseen(spec, times, markable + own, min(markable, sent.get(spec, base[spec])), markable, written)
        sent[spec] = max(markable, sent.get(spec, 0))


def _struck(config: RunConfig, number: int) -> tuple[Shock, ...]:
    """The shocks that change what a task costs; that agents are removed makes it less, and is left out of account."""
    return tuple(shock for shock in config.shocks if shock.task <= number and shock.kind in ("swap-model", "notice"))


def _seats_after(seats: tuple[ModelSpec, ...], struck: tuple[Shock, ...]) -> tuple[ModelSpec, ...]:
    """A quarter of the agents with the model of each swap, spread over the seats: which they will be is not known."""
    for place, shock in enumerate(struck):
        if shock.model is not None:
            every = min(SHARE, len(seats))
            seats = tuple(shock.model if (seat + place) % every == 0 else spec for seat, spec in enumerate(seats))
    return seats


def _in_turns(config: RunConfig, level: Level | None) -> tuple[ModelSpec, ...]:
    """The models in the order of turns; as they are seated where the order is drawn for each task."""
    seats = config.seating(level)
    return seats if config.order == "shuffled" else tuple(seats[agent.seat - 1] for agent in in_turns(config, 1, seats))


def _task(config: RunConfig, level: Level | None, spec: ModelSpec, size: Size) -> int:
    """Tokens of the longest task (of this level), with its level's description."""
    return max(size(spec, task.text) for task in config.tasks if level is None or task.level == level) + 40


def _shown(step: Step) -> list[float]:
    """How many things of others each call of a step is shown: growing where calls follow each other, else the same for all."""
    if step.rounds <= 1 or not step.shown:
        return [step.shown / step.calls] * step.calls if step.calls else []
    ramp = [min(step.most, place) for place in range(step.calls)]
    return [things * step.shown / sum(ramp) for things in ramp] if sum(ramp) else [step.shown / step.calls] * step.calls
