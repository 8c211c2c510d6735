"""What a run will take, before it runs: calls, tokens, money, time, and whether the longest prompt fits."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from selforg_tui import prompts
from selforg_tui.core.config import ModelSpec, RunConfig, checked
from selforg_tui.engine import foreseen
from selforg_tui.engine.foreseen import TOKENS_A_WORD, Foreseen
from selforg_tui.models import registry, tokenizer
from selforg_tui.models.base import Facts
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols import offered
from selforg_tui.protocols.registry import make

__all__ = ["TOKENS_A_WORD", "Estimate", "Share", "estimate"]


class Share(msgspec.Struct, frozen=True):
    """What one model does of it. Ranges are (low, high)."""

    model: str
    judging: bool
    calls: int
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    cost_usd: tuple[float, float] | None
    """None where nobody knows the price."""
    imaginary: bool


class Estimate(msgspec.Struct, frozen=True):
    """Ranges are (low, high). None: unknown. Repairs, retries and what models think before they answer are not foreseen."""

    calls: int
    judge_calls: int
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    cost_usd: tuple[float, float] | None
    """From little written and a full cache to all written and no cache. Without the models in `unpriced`; None where those are all."""
    imaginary: bool
    """All of it is the price of simulated models; otherwise theirs is left out, since it is no money."""
    seconds: float | None
    longest_prompt: int
    """Of the model that has the least room for it."""
    context: int | None
    fits: bool | None
    warnings: tuple[str, ...]
    unpriced: tuple[str, ...] = ()
    """Models whose price nobody knows, so that what they cost comes on top."""
    paid: bool = False
    """Some model costs real money, or may: it is not on this machine, and its price is unknown."""
    shares: tuple[Share, ...] = ()
    """By model: those in seats as they are named, then the judge."""


def estimate(config: RunConfig) -> Estimate:
    """For a whole session. Raises ConfigError where the config makes no sense, and for a `prices.toml` that cannot be used."""
    config = checked(config)
    protocol = make(config.protocol, config.parameters)
    promise, at_work = offered.promised(protocol, config.agents), offered.at_work(protocol, config.agents)
    texts, tasks = prompts.load(), len(config.tasks)
    facts = {spec: registry.facts(spec) for spec in config.specs()}

    def size(spec: ModelSpec, text: str) -> int:
        known = facts[spec]
        if known.simulated or not tokenizer.loaded(known.encoding):
            return estimate_tokens(text)
        return tokenizer.count(known.encoding, text)

    team = foreseen.contributions(config, promise, at_work, texts, size)
    judging = foreseen.judgements(config, at_work, texts, size)
    writing = foreseen.writings(config, at_work, texts, size)
    shares = _shares(config, facts, [*team, *writing], judging, foreseen.least(at_work))
    only_imaginary = all(share.imaginary for share in shares)
    seated = {call.spec: facts[call.spec] for call in team}
    longest, context, fits = _room(config, foreseen.longest(team), facts)
    unpriced = tuple(dict.fromkeys(share.model for share in shares if share.cost_usd is None))
    return Estimate(
        calls=sum(call.times for call in team),
        judge_calls=sum(call.times for call in judging),
        tokens_in=(sum(share.tokens_in[0] for share in shares if not share.judging), sum(share.tokens_in[1] for share in shares)),
        tokens_out=(sum(share.tokens_out[0] for share in shares if not share.judging), sum(share.tokens_out[1] for share in shares)),
        cost_usd=_together(share.cost_usd for share in shares if only_imaginary or not share.imaginary),
        imaginary=only_imaginary,
        seconds=_seconds(promise.latency * tasks + sum(step.rounds for step in promise.once), list(seated.values())),
        longest_prompt=longest,
        context=context,
        fits=fits,
        warnings=_warnings(config, seated, facts, fits, judging, unpriced),
        unpriced=unpriced,
        paid=any(_paid(known) for known in facts.values()),
        shares=shares,
    )


def _shares(
    config: RunConfig, facts: dict[ModelSpec, Facts], team: list[Foreseen], judging: list[Foreseen], low_end: float
) -> tuple[Share, ...]:
    found = []
    models = (*config.models, *(shock.model for shock in config.shocks if shock.model))
    order = [msgspec.structs.replace(spec, seats=None) for spec in models]
    for spec in dict.fromkeys(order):
        found += _share(spec, facts[spec], [call for call in team if call.spec == spec], low_end, judging=False)
    for call in judging:
        found += _share(call.spec, facts[call.spec], [call], low_end, judging=True)
    return tuple(found)


def _share(spec: ModelSpec, facts: Facts, calls: list[Foreseen], low_end: float, *, judging: bool) -> list[Share]:
    """Empty where the model is never asked."""
    if not calls:
        return []
    given, written = sum(call.given * call.times for call in calls), sum(call.written * call.times for call in calls)
    price, least = facts.price, facts.cache_least if facts.cache != "none" else 0
    cost = None if price is None else _together(foreseen.cost(price, call, low_end, least) for call in calls)
    number = sum(call.times for call in calls)
    imaginary = price is not None and price.imaginary
    return [Share(spec.name, judging, number, (int(given * low_end), given), (int(written * low_end), written), cost, imaginary)]


def _together(costs: Iterable[tuple[float, float] | None]) -> tuple[float, float] | None:
    """The sum of what is known; None where nothing is."""
    known = [cost for cost in costs if cost is not None]
    return (sum(low for low, _ in known), sum(high for _, high in known)) if known else None


def _room(config: RunConfig, longest: dict[ModelSpec, int], facts: dict[ModelSpec, Facts]) -> tuple[int, int | None, bool | None]:
    """The longest prompt, the context and whether it fits, of the model that has the least room left."""
    reserve = 2000 + 8 * config.words
    left = [
        (context - min(reserve, context // 4) - prompt, prompt, context)
        for spec, prompt in longest.items()
        if (context := facts[spec].context) is not None
    ]
    if not left:
        return max(longest.values()), None, None
    room, prompt, context = min(left)
    return prompt, context, room >= 0


def _paid(facts: Facts) -> bool:
    if facts.simulated:
        return False
    if facts.price is None:
        return not facts.local
    return any((facts.price.input, facts.price.output, facts.price.cache_written, facts.price.reasoning, *facts.price.tiers))


def _seconds(rounds: int, facts: list[Facts]) -> float | None:
    paces = [found.seconds_per_call for found in facts]
    known = [pace for pace in paces if pace is not None]
    return rounds * max(known) if len(known) == len(paces) else None


def _warnings(
    config: RunConfig,
    seated: dict[ModelSpec, Facts],
    facts: dict[ModelSpec, Facts],
    fits: bool | None,
    judging: list[Foreseen],
    unpriced: tuple[str, ...],
) -> tuple[str, ...]:
    warnings = []
    if unpriced and config.limits.cost_usd is not None:
        warnings.append(
            f"The limit on money cannot be kept: nobody knows what {' and '.join(unpriced)} cost{'s' if len(unpriced) == 1 else ''}. "
            "State prices in prices.toml, or set a limit on tokens."
        )
    for call in judging:
        context = facts[call.spec].context
        if context is not None and call.given + min(3000, context // 4) > context:
            warnings.append("The solution may not fit the judge's context: a task where it does not stays unscored.")
    if fits is False:
        warnings.append("The longest prompt does not fit: the oldest outputs will be shortened to role and first sentence.")
    if config.protocol == "shared" and len(config.tasks) < 2:
        warnings.append("Shared remembers roles of earlier tasks: with a single task its memory is empty.")
    if {spec.name for spec in seated} & {judge.name for judge in config.judges}:
        one = "The judge" if len(config.judges) == 1 else "One of the judges"
        warnings.append(f"{one} is the same model as an agent, and may favour its own kind.")
    return tuple(warnings)
