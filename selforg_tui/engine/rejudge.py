"""Judging again: the court is asked about solutions that were written before, with the texts and fences of their session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from selforg_tui import prompts
from selforg_tui.core import events as ev
from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.court import step_of
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.keyed import Keyed
from selforg_tui.engine import foreseen
from selforg_tui.engine.answers import AnswerSource
from selforg_tui.engine.ask import Asker
from selforg_tui.engine.budget import Budget
from selforg_tui.engine.estimate import Estimate
from selforg_tui.engine.judging import Court
from selforg_tui.engine.prompting import Prompter
from selforg_tui.engine.recorder import Recorder, Sink
from selforg_tui.judging.rubric import judge_blocks
from selforg_tui.models import registry
from selforg_tui.models.tokens import estimate_tokens


class Solved(NamedTuple):
    """A task of the session, by number, its solution, and what that is held against: the values, and notices that came meanwhile."""

    number: int
    task: Task
    solution: str
    values: tuple[str, ...]


def header_again(header: ev.Header, judges: Sequence[ModelSpec]) -> ev.Header:
    """The session's header with another court, at today's prices and without limits. Raises ConfigError."""
    if "judge.txt" not in header.prompts:
        raise ConfigError("The session does not hold the text that judges are given, so its solutions cannot be judged again.")
    config = msgspec.structs.replace(
        header.config, judge=judges[0], more_judges=tuple(judges[1:]), limits=Limits(), shocks=(), write_up=False
    )
    facts = {spec.name: registry.facts(spec) for spec in judges}
    return msgspec.structs.replace(
        header,
        config=config,
        prompts={**prompts.load(), **header.prompts},
        prices={**header.prices, **{name: found.price for name, found in facts.items()}},
        contexts={**header.contexts, **{name: found.context for name, found in facts.items()}},
        temperatures={**header.temperatures, **{name: None if found.temperature == "none" else 0.0 for name, found in facts.items()}},
        simulated=ev.simulated_parts(config.models, *judges),
    )


async def rejudge(
    header: ev.Header, tasks: Sequence[ev.TaskStarted], solved: Sequence[Solved], first: int, answers: AnswerSource, sink: Sink
) -> None:
    """Ask the header's court about every solution; events go to the sink, as of a session of nothing but judging.

    `tasks` are all of the session's. The judges' places count from `first`, so that their draws are new. Each goes through the
    solutions in an order of its own, drawn by the session's seed.
    """
    recorder = Recorder(sink)
    recorder.emit(ev.SessionStarted(header=header))
    prompter = Prompter(header, header.config.agents)
    asker = Asker(header, recorder, answers, Budget(header.config.limits, lambda: recorder.now), prompter, watched=False)
    court = Court(header, asker, prompter, recorder, lambda limit: None, lambda: False, first=first)
    for task in tasks:
        recorder.emit(task)
    blocks = {one.number: court.blocks(one.task, one.solution, one.values) for one in solved}
    try:
        async with asyncio.TaskGroup() as group:
            for place in range(len(header.config.judges)):
                for one in Keyed(header.config.seed, "court", step_of(first + place)).shuffled(solved):
                    group.create_task(court.ask(one.number, place, blocks[one.number]))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    recorder.emit(ev.SessionEnded(status="done"))


def estimate_again(header: ev.Header, solved: Iterable[Solved]) -> tuple[RunConfig, Estimate]:
    """What it will take, and a config of the judges alone, for `consent.question`."""
    config, calls = header.config, list[foreseen.Foreseen]()
    for one in solved:
        blocks = judge_blocks(
            header.prompts["judge.txt"], header.nonce, config.mission, one.values, one.task.text, one.task.level, one.solution
        )
        given = sum(estimate_tokens(block.text) for block in blocks)
        kept = estimate_tokens(blocks[0].text)
        calls += [foreseen.Foreseen(spec, 1, given, kept, given, foreseen.VERDICT) for spec in config.judges]
    priced = [(call, header.prices.get(call.spec.name)) for call in calls]
    costs = [foreseen.cost(price, call, 1.0, 0) for call, price in priced if price is not None and not price.imaginary]
    unpriced = tuple(dict.fromkeys(call.spec.name for call, price in priced if price is None))
    tokens = sum(call.given for call in calls), sum(call.written for call in calls)
    return msgspec.structs.replace(config, models=config.judges, arrangement="blocks"), Estimate(
        calls=0,
        judge_calls=len(calls),
        tokens_in=(tokens[0], tokens[0]),
        tokens_out=(tokens[1], tokens[1]),
        cost_usd=(sum(low for low, _ in costs), sum(high for _, high in costs)) if costs else None,
        imaginary=all(price is not None and price.imaginary for _, price in priced),
        seconds=None,
        longest_prompt=max((call.given for call in calls), default=0),
        context=None,
        fits=None,
        warnings=(),
        unpriced=unpriced,
        paid=not all(price is not None and price.imaginary for _, price in priced),
    )
