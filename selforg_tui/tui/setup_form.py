"""What stands in Setup's fields, and the run that it asks for. Knows nothing of screens."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from selforg_tui.core import shocks
from selforg_tui.core.config import ARRANGEMENTS, ORDERS, Arrangement, ModelSpec, Order, RunConfig, checked
from selforg_tui.core.court import written
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.seating import team_models
from selforg_tui.lab.experiment import MOST_RUNS
from selforg_tui.models import registry as models
from selforg_tui.models.base import Facts
from selforg_tui.models.discovery import window_note
from selforg_tui.models.judge_choice import choose_judge
from selforg_tui.models.key_of import key_source
from selforg_tui.models.providers import is_loopback, providers
from selforg_tui.models.reach import offline
from selforg_tui.models.strength import seated
from selforg_tui.protocols import registry as protocols
from selforg_tui.settings.keys import Keys, every_key
from selforg_tui.settings.redact import redact
from selforg_tui.tui import setup_texts as texts

ON_OFF = ("off", "on")
_SOUND = RunConfig(mission="sound")


@dataclass
class Form:
    """The fields as text, by the names that problems are told under."""

    mission: str = ""
    values: str = ""
    tasks: str = ""
    level: str = "L3"
    protocol: str = "sequential"
    parameters: dict[str, str] = field(default_factory=dict)
    agents: str = "8"
    models: str = "sim:strong"
    judge: str = ""
    temperature: str = "0.7"
    words: str = "200"
    seed: str = "1"
    cost_usd: str = ""
    tokens: str = ""
    seconds: str = ""
    arrangement: str = "blocks"
    order: str = "fixed"
    abstention: str = "on"
    warm_up: str = "off"
    write_up: str = "off"
    shocks: str = ""
    repeats: str = "1"


@dataclass
class Reading:
    """The run that a form asks for. Where a field has a problem, `config` holds what was there before."""

    config: RunConfig
    problems: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    """What stands in the way of the run as it is set up, and may pass."""
    repeats: int = 1
    """How many runs, each with the next seed."""


def form_of(config: RunConfig, keys: Keys) -> Form:
    """The form that reads as this config."""
    chosen, _ = choose_judge(config.models, keys)
    limits = config.limits
    return Form(
        mission=config.mission,
        values="\n".join(" ".join(value.split()) for value in config.values),
        tasks=texts.task_lines(config.tasks),
        protocol=config.protocol,
        parameters={name: str(value) for name, value in config.parameters.items()},
        agents=str(config.agents),
        models=" ".join(spec.written + (f"={spec.seats}" if spec.seats else "") for spec in config.models),
        judge="" if config.judge == chosen and not config.more_judges else written(config.judges),
        temperature=f"{config.temperature:g}",
        words=str(config.words),
        seed=str(config.seed),
        cost_usd="" if limits.cost_usd is None else f"{limits.cost_usd:g}",
        tokens="" if limits.tokens is None else str(limits.tokens),
        seconds="" if limits.seconds is None else f"{limits.seconds:g}",
        arrangement=config.arrangement,
        order=config.order,
        abstention=ON_OFF[config.abstention],
        warm_up=ON_OFF[config.warm_up],
        write_up=ON_OFF[config.write_up],
        shocks="\n".join(map(shocks.written, config.shocks)),
    )


def read(form: Form, before: RunConfig, keys: Keys) -> Reading:
    """What the form asks for; never raises."""
    reading = Reading(before)
    take = _Taker(reading)
    take("mission", lambda: {"mission": form.mission.strip()})
    take("values", lambda: {"values": tuple(line.strip() for line in form.values.splitlines() if line.strip())})
    take("tasks", lambda: {"tasks": texts.read_tasks(form.tasks, texts.read_level(form.level), form.mission)})
    take("protocol", lambda: {"protocol": protocols.find(form.protocol).name, "parameters": {}})
    for name, text in form.parameters.items():
        take(f"parameter-{name}", lambda name=name, text=text: {"parameters": texts.parameters(reading.config, name, text)})
    take("agents", lambda: {"agents": texts.whole(form.agents, "agents")})
    take("temperature", lambda: {"temperature": texts.number(form.temperature, "temperature")})
    take("words", lambda: {"words": texts.whole(form.words, "words")})
    take("seed", lambda: {"seed": texts.whole(form.seed, "seed")})
    take("cost_usd", lambda: texts.limit(reading.config, "cost_usd", form.cost_usd, texts.number))
    take("tokens", lambda: texts.limit(reading.config, "tokens", form.tokens, texts.whole))
    take("seconds", lambda: texts.limit(reading.config, "seconds", form.seconds, texts.number))
    take("abstention", lambda: {"abstention": form.abstention == ON_OFF[True]})
    take("write_up", lambda: {"write_up": form.write_up == ON_OFF[True]})
    take("warm_up", lambda: {"warm_up": form.warm_up == ON_OFF[True]})
    _read_repeats(form, reading)
    _read_models(form, reading, keys, take)
    if reading.config.write_up and reading.config.write_up_by is not None:
        _know_writer(reading.config.write_up_by, reading, keys)
    if take("shocks", lambda: {"shocks": shocks.parse_lines(form.shocks)}):
        _know_shocks(reading, keys)
    return reading


def missing_key(spec: ModelSpec, keys: Keys) -> str:
    """The provider whose key this model needs and has not; empty where it can be asked."""
    provider = providers().get(spec.provider)
    if provider is None or not provider.needs_key:
        return ""
    at = provider.at(spec.base_url)
    return "" if is_loopback(at.base_url) or key_source(at, keys) else provider.name


def _read_models(form: Form, reading: Reading, keys: Keys, take: _Taker) -> None:
    if take("models", lambda: {"models": texts.specs(form.models)}) and take("arrangement", lambda: _seated(form, reading)):
        try:
            reading.config.seating()
        except ConfigError as problem:
            if "agents" not in reading.problems:
                reading.problems["arrangement" if reading.config.arrangement == "by-level" else "models"] = str(problem)
        else:
            _describe(reading, keys)
    auto = not form.judge.strip()
    if auto:
        judge, why = choose_judge(reading.config.models, keys)
        reading.config = msgspec.structs.replace(reading.config, judge=judge, more_judges=())
        reading.notes["judge"] = _judge_note(judge, why)
    elif take("judge", lambda: texts.court(form.judge)):
        for judge in reading.config.judges:
            _need_key("judge", judge, reading, keys)
        if reading.config.more_judges:
            reading.notes["judge"] = f"a court of {len(reading.config.judges)}; each dimension's median counts"
    _look_around(reading)


def _read_repeats(form: Form, reading: Reading) -> None:
    try:
        repeats = texts.whole(form.repeats, "repeats")
        if not 1 <= repeats <= MOST_RUNS:
            raise ConfigError(f"A run cannot be repeated {repeats:,} times: choose from 1 to {MOST_RUNS:,}.")
    except ConfigError as problem:
        reading.problems["repeats"] = str(problem)
        return
    reading.repeats = repeats
    if repeats > 1:
        last = reading.config.seed + repeats - 1
        reading.notes["repeats"] = f"{repeats:,} runs, seeds {reading.config.seed} to {last}; the estimate is for one"


def _seated(form: Form, reading: Reading) -> dict[str, Any]:
    """The models in the order that their seating wants, with a note on what was taken as stronger."""
    arrangement: Arrangement = next((known for known in ARRANGEMENTS if known == form.arrangement), "blocks")
    order: Order = next((known for known in ORDERS if known == form.order), "fixed")
    found, sentence = reading.config.models, ""
    with contextlib.suppress(ConfigError):  # a model that cannot be is told beside the models
        found, sentence = seated(found, arrangement, order)
    if sentence:
        reading.notes["arrangement"] = sentence
    return {"models": found, "arrangement": arrangement, "order": order}


def _describe(reading: Reading, keys: Keys) -> None:
    """What is worth knowing of the models in the seats."""
    facts: dict[str, Facts] = {}
    config = reading.config
    for spec in team_models(config):
        try:
            facts[spec.name] = models.facts(spec)
        except ConfigError as problem:
            reading.problems["models"] = redact(str(problem), every_key())
            return
        _need_key("models", spec, reading, keys)
    seats = Counter(spec.name for spec in config.seating())
    by_level = config.arrangement == "by-level"
    told = [found.title if by_level else f"{seats[name]} × {found.title}" for name, found in facts.items()]
    reading.notes["models"] = " · ".join(told)
    without = [name for name, found in facts.items() if found.temperature == "none"]
    if len(without) == len(facts):
        reading.notes["temperature"] = f"n/a: {'this model takes' if len(facts) == 1 else 'these models take'} no temperature"
    elif without:
        reading.notes["temperature"] = f"n/a for {', '.join(without)}"


def _know_shocks(reading: Reading, keys: Keys) -> None:
    """The models that shocks bring in have to be there, too."""
    for shock in reading.config.shocks:
        if shock.model is not None:
            try:
                models.facts(shock.model)
            except ConfigError as problem:
                reading.problems["shocks"] = redact(str(problem), every_key())
                return
            _need_key("shocks", shock.model, reading, keys)


def _know_writer(spec: ModelSpec, reading: Reading, keys: Keys) -> None:
    """A model that writes up and is named for it has to be there, too."""
    reading.notes["write_up"] = f"written up by {spec.name}"
    try:
        models.facts(spec)
    except ConfigError as problem:
        reading.problems["write_up"] = redact(str(problem), every_key())
        return
    _need_key("write_up", spec, reading, keys)


def _need_key(name: str, spec: ModelSpec, reading: Reading, keys: Keys) -> None:
    lacking = missing_key(spec, keys)
    if lacking:
        names = " or ".join(providers()[lacking].keys)
        reading.problems[name] = f"{spec.name} needs a key and none was found: paste one with Ctrl+G, or set {names} before you start."


def _look_around(reading: Reading) -> None:
    """What is known by now of the places where the models are: windows of servers here, and who cannot be reached."""
    try:
        windows = [text for spec in reading.config.specs() if (text := window_note(spec))]
        reading.notes["models"] = " · ".join(filter(None, (reading.notes.get("models"), *windows)))
        reading.warnings["models"] = offline(reading.config.specs())
    except ConfigError:  # of the file of providers, which the models' own problem tells
        return


class _Taker:
    """Puts one field after another into a reading, each checked on its own so that each has its own problem."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def __call__(self, name: str, change: Any) -> bool:
        try:
            changes = change()
            if "shocks" in changes:  # they happen in tasks
                checked(msgspec.structs.replace(_SOUND, tasks=self._reading.config.tasks, **changes))
            elif "models" not in changes and "agents" not in changes:
                checked(msgspec.structs.replace(_SOUND, **changes))
            elif "agents" in changes:
                checked(msgspec.structs.replace(_SOUND, agents=changes["agents"]))
        except ConfigError as problem:
            self._reading.problems[name] = redact(str(problem), every_key())
            return False
        self._reading.config = msgspec.structs.replace(self._reading.config, **changes)
        return True


def _judge_note(judge: ModelSpec | None, why: str) -> str:
    reason = why.partition(";")[0]
    return reason or f"judged by {judge.name if judge else 'nobody'}"
