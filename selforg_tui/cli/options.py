"""What a run is asked to do, out of flags, environment and config file (in that order of precedence)."""

from __future__ import annotations

import math
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace, _SubParsersAction
from pathlib import Path
from typing import TypeAlias, TypeVar

from selforg_tui.core import shocks
from selforg_tui.core.config import (
    ARRANGEMENTS,
    LEVELS,
    ORDERS,
    Arrangement,
    Level,
    Limits,
    ModelSpec,
    Order,
    Parameter,
    RunConfig,
    Task,
    checked,
)
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.keys import Keys

Value = TypeVar("Value")
Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
"""Where each command adds its own parser."""
_LEVELLED = re.compile(r"\[(?P<level>\w+)\]\s*(?P<text>.*)", re.DOTALL)


BY_LEVEL = "the stronger works on L3 and L4, the other on L1 and L2"


def add_run_options(parser: ArgumentParser, *, without_mission: bool = False) -> None:
    """The flags that make a RunConfig. `without_mission`: it may be left out, where something else names it."""
    add = parser.add_argument
    mission = add("mission", metavar="MISSION", help="what the team is for; - reads it from standard input, @FILE from a text file")
    if without_mission:
        mission.nargs, mission.default, mission.required = "?", "", False
    add("--value", action="append", default=[], metavar="TEXT", help="a value that the team holds to; may be given several times")
    add("-p", "--protocol", metavar="NAME", help="how the team is coordinated; 'selforg-tui protocols' lists them")
    add("-P", dest="parameters", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the protocol")
    add("-n", "--agents", type=whole, metavar="N", help="how many agents, 1 to 256")
    add(
        "-m",
        "--model",
        dest="models",
        action="append",
        metavar="MODEL",
        help="provider:model[@base_url][=seats]; may be given several times",
    )
    add("--seats", metavar="HOW", help=f"how several models are seated: {', '.join(ARRANGEMENTS)}; by-level takes two models: {BY_LEVEL}")
    add("--order", metavar="HOW", help=f"who speaks when, where turns are taken: {', '.join(ORDERS)}")
    add("--abstention", action=BooleanOptionalAction, help="whether agents may stay out; they may unless you say otherwise")
    add("--write-up", action=BooleanOptionalAction, help="one call more turns each solution into a readable text, which nobody judges")
    add(
        "-j",
        "--judge",
        dest="judges",
        action="append",
        metavar="JUDGE",
        help="a model that judges, or none; several make a court, and =3 behind one asks it three times",
    )
    add("-l", "--level", metavar="L3", help="level of the tasks that name none: L1 to L4")
    add(
        "-t",
        "--task",
        dest="tasks",
        action="append",
        default=[],
        metavar="'[L4] TASK'",
        help="a task; several make a session of several tasks",
    )
    add("--seed", type=whole, metavar="N", help="the same seed gives the same simulated run")
    add("--temperature", type=number, metavar="T", help="of the agents, where their model takes one")
    add("--length", type=whole, metavar="WORDS", help="of a contribution, about")
    add("--max-cost", type=number, metavar="USD", help="stop when this much money is spent")
    add("--max-tokens", type=whole, metavar="N", help="stop when this many tokens are used")
    add("--timeout", type=number, metavar="S", help="stop after this many seconds")
    add(
        "--warm-up",
        action=BooleanOptionalAction,
        help="before many calls with the same long beginning a short one goes ahead, so that they find it cached; costs one call a round",
    )
    add(
        "--shock",
        dest="shocks",
        action="append",
        default=[],
        metavar="'2: KIND'",
        help="something that happens to the team in task 2; 2/5: after five contributions to it; KIND is remove-random, remove-hub, "
        "swap-model MODEL or notice TEXT; may be given several times",
    )


def run_config(args: Namespace, keys: Keys) -> tuple[RunConfig, tuple[str, ...]]:
    """The checked config, and sentences on what was chosen unasked: who judges, which model is the stronger. Raises ConfigError."""
    from selforg_tui.models.strength import seated
    from selforg_tui.settings.config_file import defaults

    standard = defaults()
    level = _level(args.level) if args.level else None
    mission = _mission(args.mission)
    tasks = tuple(_task(text, level) for text in args.tasks) or ((Task(mission, level),) if level and mission else ())
    models = tuple(ModelSpec.parse(text) for text in args.models) if args.models else standard.models
    arrangement = _given(_arrangement(args.seats), standard.arrangement)
    order = _given(_order(args.order), standard.order)
    models, seats = seated(models, arrangement, order)
    protocol = _given(args.protocol, standard.protocol)
    judges, why = _judges(" ".join(args.judges) if args.judges else standard.judge, models, keys)
    limits = Limits(
        _given(args.max_cost, standard.limits.cost_usd),
        _given(args.max_tokens, standard.limits.tokens),
        _given(args.timeout, standard.limits.seconds),
    )
    config = RunConfig(
        mission=mission,
        tasks=tasks,
        values=tuple(value.strip() for value in args.value if value.strip()),
        protocol=protocol,
        parameters=_parameters(protocol, args.parameters),
        agents=_given(args.agents, standard.agents),
        models=models,
        judge=judges[0] if judges else None,
        more_judges=judges[1:],
        seed=_given(args.seed, standard.seed),
        temperature=_given(args.temperature, standard.temperature),
        words=_given(args.length, standard.words),
        limits=limits,
        arrangement=arrangement,
        shocks=tuple(shocks.parse(text) for text in args.shocks),
        order=order,
        abstention=_given(args.abstention, standard.abstention),
        warm_up=_given(args.warm_up, standard.warm_up),
        write_up=_given(args.write_up, standard.write_up),
    )
    return checked(config), tuple(filter(None, (seats, why)))


def whole(text: str) -> int:
    """For argparse."""
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a whole number") from None


def number(text: str) -> float:
    """For argparse: a finite number."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ArgumentTypeError(f"'{text}' is not a number")
    return found


def frames(text: str) -> float:
    """For argparse: how often a screen may be painted anew, per second."""
    found = number(text)
    if found <= 0:
        raise ArgumentTypeError(f"{text} frames a second show nothing: choose a number above 0, for example 4 over a slow line")
    return found


def _given(flag: Value | None, otherwise: Value) -> Value:
    return otherwise if flag is None else flag


def _mission(text: str) -> str:
    from selforg_tui.settings.text_file import read_stream, read_text

    if text == "-":
        return read_stream(sys.stdin.buffer, "standard input")
    if text.startswith("@"):
        return read_text(Path(text[1:]))
    return text.strip()


def _task(text: str, level: Level | None) -> Task:
    match = _LEVELLED.fullmatch(text.strip())
    if match:
        return Task(match["text"].strip(), _level(match["level"]))
    return Task(text.strip(), level) if level else Task(text.strip())


def _arrangement(text: str | None) -> Arrangement | None:
    if text is None:
        return None
    for arrangement in ARRANGEMENTS:
        if text.lower() == arrangement:
            return arrangement
    raise ConfigError(f"There is no seating '{text}': choose {', '.join(ARRANGEMENTS[:-1])} or {ARRANGEMENTS[-1]}.")


def _order(text: str | None) -> Order | None:
    if text is None:
        return None
    for order in ORDERS:
        if text.lower() == order:
            return order
    raise ConfigError(f"There is no order of turns '{text}': choose {', '.join(ORDERS[:-1])} or {ORDERS[-1]}.")


def _level(text: str) -> Level:
    for level in LEVELS:
        if text.upper() == level:
            return level
    raise ConfigError(f"There is no level '{text}': choose {', '.join(LEVELS[:-1])} or {LEVELS[-1]}.")


def _parameters(protocol: str, given: list[str]) -> dict[str, Parameter]:
    """Typed as the protocol has them. Raises ConfigError for an unknown protocol, too."""
    from selforg_tui.protocols.registry import make

    pairs: dict[str, Parameter] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ConfigError(f"'{text}' is not a parameter: write -P name=value.")
        pairs[name.strip()] = value
    fitted = make(protocol, pairs).parameters
    return {name: fitted[name] for name in pairs}


def _judges(asked: str | None, models: tuple[ModelSpec, ...], keys: Keys) -> tuple[tuple[ModelSpec, ...], str]:
    if asked is not None:
        return read_judges(asked), ""
    from selforg_tui.models.judge_choice import choose_judge

    judge, why = choose_judge(models, keys)
    return ((judge,) if judge else ()), why
