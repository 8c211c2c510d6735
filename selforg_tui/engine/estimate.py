"""What a run will take, before it runs: calls, tokens, money, time, and whether the longest prompt fits."""

from __future__ import annotations

import msgspec

from selforg_tui import prompts
from selforg_tui.core.calls import Price, Usage
from selforg_tui.core.config import ModelSpec, RunConfig, checked
from selforg_tui.models import registry
from selforg_tui.models.base import Facts
from selforg_tui.models.prices import price
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols.base import Step
from selforg_tui.protocols.registry import make

TOKENS_A_WORD = 1.4
FENCE, LINE, ENVELOPE, OWN = 20, 70, 120, 30
"""Tokens: around an output · of an intention or an assignment · of a decision beside its contribution · of a seat's own lines."""
SHORT = 0.6
"""The low end of a range: agents that stay out or write less."""


class Estimate(msgspec.Struct, frozen=True):
    """Ranges are (low, high). None: unknown."""

    calls: int
    judge_calls: int
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    cost_usd: tuple[float, float] | None
    imaginary: bool
    """All of it is the price of simulated models; otherwise theirs is left out, since it is no money."""
    seconds: float | None
    longest_prompt: int
    context: int | None
    fits: bool | None
    warnings: tuple[str, ...]


def estimate(config: RunConfig) -> Estimate:
    """For a whole session. Raises ConfigError where the config makes no sense."""
    config = checked(config)
    promise = make(config.protocol, config.parameters).promise(config.agents)
    texts = prompts.load()
    seats = config.seating()
    facts = {spec.name: registry.facts(spec) for spec in seats}
    tasks = len(config.tasks)
    about = estimate_tokens(texts["rules.txt"] + config.mission + "".join(config.values))
    about += max(estimate_tokens(task.text) for task in config.tasks) + 40
    output = int(config.words * TOKENS_A_WORD)
    steps = [(step, tasks) for step in promise.steps] + [(step, 1) for step in promise.once]
    tokens_in = sum(times * _tokens_in(step, about, texts, output) for step, times in steps)
    tokens_out = sum(times * _tokens_out(step, output, config.agents) for step, times in steps)
    longest = max(_fixed(step, about, texts) + step.most * ((output if step.whole else LINE) + FENCE) for step, _ in steps)
    judge_in, judge_out = (about + estimate_tokens(texts["judge.txt"]) + output * config.agents) * tasks, 300 * tasks
    context = min((found.context for found in facts.values() if found.context is not None), default=None)
    reserve = 2000 + 8 * config.words
    fits = None if context is None else longest + min(reserve, context // 4) <= context
    return Estimate(
        calls=promise.calls * tasks + sum(step.calls for step in promise.once),
        judge_calls=tasks if config.judge else 0,
        tokens_in=(int(tokens_in * SHORT), tokens_in + (judge_in if config.judge else 0)),
        tokens_out=(int(tokens_out * SHORT), tokens_out + (judge_out if config.judge else 0)),
        cost_usd=_cost(config, seats, tokens_in, tokens_out, (judge_in, judge_out)),
        imaginary=_imaginary(config),
        seconds=_seconds(promise.latency * tasks + sum(step.rounds for step in promise.once), list(facts.values())),
        longest_prompt=longest,
        context=context,
        fits=fits,
        warnings=_warnings(config, fits, judge_in // tasks),
    )


def _fixed(step: Step, about: int, texts: dict[str, str]) -> int:
    return about + estimate_tokens(texts[f"{step.kind}.txt"]) + OWN


def _tokens_in(step: Step, about: int, texts: dict[str, str], output: int) -> int:
    return step.calls * _fixed(step, about, texts) + step.shown * ((output if step.whole else LINE) + FENCE)


def _tokens_out(step: Step, output: int, agents: int) -> int:
    return step.calls * {"contribute": output + ENVELOPE, "intend": LINE, "plan": LINE * agents}[step.kind]


def _cost(
    config: RunConfig, seats: tuple[ModelSpec, ...], given: int, written: int, judging: tuple[int, int]
) -> tuple[float, float] | None:
    """From a full cache and short answers to no cache at all, seats sharing the work evenly."""
    prices: list[Price | None] = [price(spec) for spec in seats]
    shares = [(found, given / len(seats), written / len(seats)) for found in prices]
    if config.judge is not None:
        shares.append((price(config.judge), float(judging[0]), float(judging[1])))
    low = high = 0.0
    for found, tokens_in, tokens_out in shares:
        if found is None:
            return None
        if found.imaginary and not _imaginary(config):
            continue
        high += found.cost(Usage(int(tokens_in), int(tokens_out)))
        low += found.cost(Usage(int(tokens_in * SHORT), int(tokens_out * SHORT), cached=int(tokens_in * SHORT)))
    return low, high


def _imaginary(config: RunConfig) -> bool:
    return all(spec.simulated for spec in config.models) and (config.judge is None or config.judge.simulated)


def _seconds(rounds: int, facts: list[Facts]) -> float | None:
    paces = [found.seconds_per_call for found in facts]
    known = [pace for pace in paces if pace is not None]
    return rounds * max(known) if len(known) == len(paces) else None


def _warnings(config: RunConfig, fits: bool | None, judge_prompt: int) -> tuple[str, ...]:
    warnings = []
    judge_context = registry.facts(config.judge).context if config.judge else None
    if judge_context is not None and judge_prompt + min(3000, judge_context // 4) > judge_context:
        warnings.append("The solution may not fit the judge's context: a task where it does not stays unscored.")
    if fits is False:
        warnings.append("The longest prompt does not fit: the oldest outputs will be shortened to role and first sentence.")
    if config.protocol == "shared" and len(config.tasks) < 2:
        warnings.append("Shared remembers roles of earlier tasks: with a single task its memory is empty.")
    if config.judge is not None and any(spec.name == config.judge.name for spec in config.seating()):
        warnings.append("The judge is the same model as an agent, and may favour its own kind.")
    return tuple(warnings)
