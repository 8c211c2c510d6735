"""What a run is asked to do, in one frozen value. Command line, Setup and lessons all produce it."""

from __future__ import annotations

import re
from typing import Literal, get_args

import msgspec

from selforg_tui.core.errors import ConfigError

Level = Literal["L1", "L2", "L3", "L4"]
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_AGENTS = 256
MOST_JUDGES = 32
Arrangement = Literal["blocks", "interleaved", "strong-first", "strong-last", "by-level"]
"""How several models are seated, the strongest of them named first: one model after another, by turns, the strongest in the first
or in the last seats, or each task by one of two models: L3 and L4 by the stronger, L1 and L2 by the other."""
ARRANGEMENTS: tuple[Arrangement, ...] = get_args(Arrangement)
Order = Literal["fixed", "shuffled", "strong-first", "strong-last"]
"""Who speaks when, where a protocol takes turns: by seat, drawn anew for each task, or by the strength of the agents' models."""
ORDERS: tuple[Order, ...] = get_args(Order)
ShockKind = Literal["remove-random", "remove-hub", "swap-model", "notice"]
SHOCKS: tuple[ShockKind, ...] = get_args(ShockKind)
MOST_TEXT = 100_000
"""Characters that a mission, a task or a value may have; a longer one is surely the wrong file."""

Parameter = str | int | float | bool


class Task(msgspec.Struct, frozen=True):
    """One piece of work under the mission."""

    text: str
    level: Level = "L3"


class ModelSpec(msgspec.Struct, frozen=True):
    """Who answers: `provider:model[@base_url][=seats]`. `seats` is None where the model takes all that are left."""

    provider: str
    model: str
    base_url: str | None = None
    seats: int | None = None

    @property
    def name(self) -> str:
        """The specification without its seats, as it is shown: without a name, a password or a query in its URL."""
        return f"{self.provider}:{self.model}@{_public(self.base_url)}" if self.base_url else f"{self.provider}:{self.model}"

    @property
    def written(self) -> str:
        """The specification without its seats, as `parse` reads it: for nobody else's eyes."""
        return f"{self.provider}:{self.model}@{self.base_url}" if self.base_url else f"{self.provider}:{self.model}"

    @property
    def simulated(self) -> bool:
        """True for the embedded models; a model behind a server says so itself in its replies."""
        return self.provider == "sim"

    @classmethod
    def parse(cls, text: str) -> ModelSpec:
        """Read `provider:model[@base_url][=seats]`.

        The provider ends at the first colon, seats are a trailing `=digits`, the URL starts after `@http`.
        Raises ConfigError.
        """
        rest, seats = text.strip(), None
        head, equals, tail = rest.rpartition("=")
        if equals and re.fullmatch("[0-9]{1,9}", tail):
            rest, seats = head, int(tail)
        base_url = None
        at = rest.find("@http")
        if at >= 0:
            rest, base_url = rest[:at], rest[at + 1 :].rstrip("/")
        provider, colon, model = rest.partition(":")
        if not colon or not provider or not model:
            raise ConfigError(
                f"'{text}' is not a model: write provider:model, for example sim:strong or openai:my-model@http://127.0.0.1:8089/v1."
            )
        if seats == 0:
            raise ConfigError(f"'{text}' gives the model no seat: write =1 or more, or leave the seats out.")
        return cls(provider, model, base_url, seats)


def _public(url: str) -> str:
    if "@" not in url and "?" not in url:
        return url
    scheme, slashes, rest = url.partition("://")
    rest, query, _ = rest.partition("?")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}{'?…' if query else ''}"


class Limits(msgspec.Struct, frozen=True):
    """Where a run stops by itself: US dollars, tokens (in and out, judging included), seconds. None: no limit."""

    cost_usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None


class Shock(msgspec.Struct, frozen=True):
    """Something that happens to the team in the middle of a session.

    `remove-random` and `remove-hub` take an agent away for good (the hub: the one whose contributions most others depend on),
    `swap-model` gives a quarter of the agents `model`, `notice` has `text` stand behind what agents are shown from then on.
    """

    kind: ShockKind
    task: int
    """In which task it happens, counting from 1."""
    after: int = 0
    """After so many contributions to that task; 0: before its first call."""
    model: ModelSpec | None = None
    text: str = ""
    asked: int = 0
    """And after so many questions of that task: the exact place, as a log tells it of a shock that came by hand."""


class RunConfig(msgspec.Struct, frozen=True):
    """Everything that decides what a session does. See `checked` for the ranges."""

    mission: str
    tasks: tuple[Task, ...] = ()
    values: tuple[str, ...] = ()
    protocol: str = "sequential"
    parameters: dict[str, Parameter] = {}
    agents: int = 8
    models: tuple[ModelSpec, ...] = (ModelSpec("sim", "strong"),)
    judge: ModelSpec | None = ModelSpec("sim", "judge")
    seed: int = 1
    temperature: float = 0.7
    words: int = 200
    """How long a contribution should be, about."""
    limits: Limits = Limits()
    arrangement: Arrangement = "blocks"
    """How several models are seated; all but `blocks` and `interleaved` take them as named strongest first."""
    order: Order = "fixed"
    abstention: bool = True
    write_up: bool = False
    """A call more at the end of each task turns its solution into one readable text, which nobody judges."""
    """Whether agents may stay out."""
    more_judges: tuple[ModelSpec, ...] = ()
    """Further members of the court; the same model may sit in it several times."""
    shocks: tuple[Shock, ...] = ()
    warm_up: bool = False
    """Before many calls with the same long beginning a short one goes ahead, so that they find it in the provider's cache."""

    def specs(self) -> tuple[ModelSpec, ...]:
        """Every model that may be asked to contribute or judge, once each, without seats."""
        shocking = [shock.model for shock in self.shocks if shock.model]
        found = [msgspec.structs.replace(spec, seats=None) for spec in (*self.models, *shocking, *self.judges)]
        return tuple(dict.fromkeys(found))

    @property
    def judges(self) -> tuple[ModelSpec, ...]:
        """The court: one judge, several, or nobody."""
        return () if self.judge is None else (self.judge, *self.more_judges)

    def seating(self, level: Level | None = None) -> tuple[ModelSpec, ...]:
        """One model a seat, in a task of this level (None: in what precedes all tasks). Raises ConfigError if the seats do not add up."""
        if not 1 <= self.agents <= MOST_AGENTS:
            raise ConfigError(f"{self.agents} agents cannot be run: choose a number from 1 to {MOST_AGENTS}.")
        if self.arrangement == "by-level":
            return (self._routed(level),) * self.agents
        given = sum(spec.seats or 0 for spec in self.models)
        open_ended = [spec for spec in self.models if spec.seats is None]
        left = self.agents - given
        if any(spec.seats is not None and spec.seats < 1 for spec in self.models) or left < len(open_ended) or (left and not open_ended):
            raise ConfigError(
                f"The models take {given + len(open_ended)} seats but there are {self.agents} agents: "
                "make the numbers after = add up, or leave one of them out to take the rest."
            )
        share, extra = divmod(left, len(open_ended)) if open_ended else (0, 0)
        counts: list[int] = []
        for spec in self.models:
            counts.append(share + (extra > 0) if spec.seats is None else spec.seats)
            extra -= spec.seats is None
        models = [msgspec.structs.replace(spec, seats=None) for spec in self.models]
        if self.arrangement == "interleaved":
            return tuple(models[place] for place in _by_turns(counts))
        blocks = [model for model, count in zip(models, counts, strict=True) for _ in range(count)]
        return tuple(reversed(blocks) if self.arrangement == "strong-last" else blocks)

    def _routed(self, level: Level | None) -> ModelSpec:
        if len(self.models) != 2 or any(spec.seats is not None for spec in self.models):
            raise ConfigError(
                "By level there are two models without numbers of seats (=n): the stronger works on L3 and L4, the other on L1 and L2."
            )
        return self.models[level in ("L1", "L2")]


def _by_turns(counts: list[int]) -> list[int]:
    """Places 0, 1, … as often as counted, at every turn none a whole seat away from its fair share; the first goes first where it can.

    The k-th seat of a place lies between its fair turns for k - 1 and for k; whose last turn comes first is taken (G. Steiner and
    S. Yeomans, Level schedules for mixed-model, just-in-time processes, 1993).
    """
    total, placed, order = sum(counts), [0] * len(counts), list[int]()
    for turn in range(1, total + 1):
        due = [place for place, count in enumerate(counts) if placed[place] * total < count * turn]
        place = min(due, key=lambda each: -(-(placed[each] + 1) * total // counts[each]))
        placed[place] += 1
        order.append(place)
    return order


def checked(config: RunConfig) -> RunConfig:
    """The config made whole: no task given means that the mission is the task. Raises ConfigError."""
    if not config.mission.strip():
        raise ConfigError("The mission is empty: say in a sentence what the team is for.")
    texts = [("mission", config.mission), *(("task", task.text) for task in config.tasks), *(("value", text) for text in config.values)]
    for what, text in texts:
        if re.search("[\ud800-\udfff]", text):
            raise ConfigError(f"The {what} is not valid text. If it is from a file, save that as UTF-8.")
        if len(text) > MOST_TEXT:
            raise ConfigError(f"The {what} has {len(text):,} characters; at most {MOST_TEXT:,} are taken. Is it the right file?")
    if any(not task.text.strip() for task in config.tasks):
        raise ConfigError("A task is empty: write what is to be done, or leave the task out.")
    if not config.models:
        raise ConfigError("No model is chosen: name one, for example sim:strong.")
    if abs(config.seed) >= 1 << 63:
        raise ConfigError("The seed is too large: choose a whole number of at most 18 digits.")
    if not 10 <= config.words <= 2000:
        raise ConfigError(f"A contribution of {config.words} words cannot be asked for: choose from 10 to 2000.")
    if not 0 <= config.temperature <= 2:
        raise ConfigError(f"Temperature {config.temperature:g} is out of range: choose from 0 to 2.")
    for what, value in (("money", config.limits.cost_usd), ("tokens", config.limits.tokens), ("time", config.limits.seconds)):
        if value is not None and not value > 0:
            raise ConfigError(f"A limit on {what} must be above 0: leave it out for none.")
    if len(config.judges) > MOST_JUDGES or (config.more_judges and config.judge is None):
        raise ConfigError(f"A court has 1 to {MOST_JUDGES} judges: name so many, or 'none' for nobody.")
    config.seating()
    from selforg_tui.core.shocks import check

    for shock in config.shocks:
        check(shock, max(1, len(config.tasks)))
    tasks = config.tasks or (Task(config.mission.strip()),)
    return msgspec.structs.replace(config, mission=config.mission.strip(), tasks=tasks)
