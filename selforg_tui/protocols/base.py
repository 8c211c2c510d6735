"""What a protocol is, and the team it directs.

A protocol decides only who is asked when, for which kind of step, and what each may see. It has no wording of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeVar

import msgspec

from selforg_tui.core.config import Parameter
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.ids import label
from selforg_tui.core.keyed import Keyed

Result = TypeVar("Result")


class Agent(msgspec.Struct, frozen=True):
    """A member of the team. Seats count from 1; seat 1 coordinates where someone must."""

    seat: int
    model: str


class Output(msgspec.Struct, frozen=True, eq=False):
    """What an agent contributed to this task. Each is itself alone: it is shown often and compared quickly."""

    seat: int
    role: str
    text: str
    depends_on: tuple[int, ...] = ()
    """Seats whose contributions it says it could not do without, the essential one first; marks stand for the seats that left them."""


class Announced(msgspec.Struct, frozen=True, eq=False):
    """What an agent says it is going to do in this task."""

    seat: int
    role: str
    text: str


class Remembered(msgspec.Struct, frozen=True, eq=False):
    """Who took which role in an earlier task; abstentions leave no trace."""

    task: int
    roles: tuple[tuple[int, str], ...]


class Signal(msgspec.Struct, frozen=True, eq=False):
    """A role that an agent tends to, and how strongly, in [0, 1]."""

    seat: int
    role: str
    intensity: float


class Mark(msgspec.Struct, frozen=True, eq=False):
    """A mark on an artefact that all share. It names no agent; `label` is its own (`m1`), `seat` whose contribution it was left with."""

    label: str
    topic: str
    strength: float
    seat: int


Visible = Output | Announced | Remembered | Signal | Mark


@lru_cache(maxsize=4096)
def shown_as(thing: Visible) -> str:
    """How a log names what a call was shown: `03` (an output), `intention 03`, `signal 03`, `mark m1`, `roles of task 1`."""
    if isinstance(thing, Remembered):
        return f"roles of task {thing.task}"
    if isinstance(thing, Mark):
        return f"mark {thing.label}"
    kind = {Announced: "intention ", Signal: "signal "}.get(type(thing), "")
    return f"{kind}{label(thing.seat)}"


Plan = dict[int, Assignment]
"""Assignments by seat; a seat that is not in it is left out."""


class Team(ABC):
    """The agents at work on one task. Asking never raises but on cancel: None means abstained, failed or removed."""

    agents: Sequence[Agent]
    """In the order of turns, which the session sets; seats stay what they are."""
    random: Keyed
    """Seeded per task; draws are keyed by purpose."""

    @property
    def first_seat(self) -> Agent:
        """The agent that plans for all, or works alone: that of seat 1, wherever the order of turns puts it."""
        return min(self.agents, key=lambda agent: agent.seat)

    @property
    @abstractmethod
    def outputs(self) -> tuple[Output, ...]:
        """A snapshot of what has been contributed to this task, in the order of turns. A later output of a seat replaces its earlier."""

    @property
    @abstractmethod
    def history(self) -> tuple[Remembered, ...]:
        """What earlier tasks of the session left."""

    @abstractmethod
    async def plan(self, agent: Agent) -> Plan | None:
        """Ask for a role (and phase, and brief) for every seat. Before the first task it is asked for the mission alone."""

    @abstractmethod
    async def intend(self, agent: Agent, sees: Sequence[Visible] = ()) -> Announced | None:
        """Ask what the agent means to do."""

    @abstractmethod
    async def signal(self, agent: Agent, sees: Sequence[Visible] = (), step: str = "signal") -> Signal | None:
        """Ask which role the agent tends to, and how strongly. `step` tells rounds apart (`signal2`, …)."""

    @abstractmethod
    async def rate(self, agent: Agent, sees: Sequence[Output] = (), step: str = "rate") -> dict[int, int] | None:
        """Ask how much each of these outputs serves the mission: by seat, from 1 to 10."""

    @abstractmethod
    async def contribute(
        self,
        agent: Agent,
        sees: Sequence[Visible] = (),
        role: Assignment | None = None,
        step: str = "contribute",
        origin: Output | None = None,
    ) -> Output | None:
        """Ask for the agent's part of the solution. `step` tells several turns of one seat apart (`contribute2`, …).

        `origin`: an output among those it sees that it is a variation of.
        """

    @abstractmethod
    def leave_out(self, agent: Agent, reason: str) -> None:
        """Directed abstention: the agent is not asked."""

    @abstractmethod
    async def together(self, asked: Iterable[Coroutine[Any, Any, Result | None]]) -> tuple[Result, ...]:
        """Ask several at once; the answers that came, in the order asked."""


class Step(msgspec.Struct, frozen=True):
    """A promise about one kind of step: first attempts only (repairs, retries and judging are counted apart)."""

    kind: Literal["plan", "intend", "signal", "rate", "contribute"]
    calls: int
    rounds: int
    at_once: int
    sees: str = "nothing of the others"
    shown: int = 0
    """How many things of others all its calls are shown together, where everybody takes part. Histories are not counted; a role is one
    of the lines, and is not counted beside whole outputs."""
    most: int = 0
    """How many the call that sees most is shown."""
    whole: bool = True
    """Whether these things are whole outputs, or only a line or two each."""
    history: bool = False
    """Whether its calls are shown the history of earlier tasks."""


class Promise(msgspec.Struct, frozen=True):
    """What a protocol costs and shows, known before it runs: calls per task in `steps`, per session in `once`."""

    steps: tuple[Step, ...]
    once: tuple[Step, ...] = ()
    note: str = ""

    @property
    def calls(self) -> int:
        """Calls per task."""
        return sum(step.calls for step in self.steps)

    @property
    def latency(self) -> int:
        """Rounds per task that have to wait for each other."""
        return sum(step.rounds for step in self.steps)

    @property
    def at_once(self) -> int:
        """Most calls under way at the same time."""
        return max((step.at_once for step in (*self.steps, *self.once)), default=0)


class Option(msgspec.Struct, frozen=True):
    """A parameter of a protocol (`-P name=value`). Values have the type of the default."""

    name: str
    default: Parameter
    help: str
    choices: tuple[Parameter, ...] = ()
    least: float | None = None
    """The least and the greatest number that may be given; None: any."""
    most: float | None = None

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return " or ".join(map(str, self.choices))
        kind = {int: "a whole number", float: "a number", bool: "yes or no"}.get(type(self.default), "a text")
        if self.least is not None and self.most is not None:
            return f"{kind} from {self.least:g} to {self.most:g}"
        return kind if self.least is None else f"{kind}, {self.least:g} or more"

    def takes(self, value: Parameter) -> bool:
        """Whether a value of the right type is one that may be given."""
        if self.choices and value not in self.choices:
            return False
        if isinstance(value, str):
            return True
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Protocol(ABC):
    """Base of all protocols. The docstring's first line is its definition, shown to people."""

    name: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[Literal["paper", "ours"]] = "paper"
    experimental: ClassVar[bool] = False
    """Our reading of something that the paper only names."""
    picture: ClassVar[str]
    """Who sees what, drawn in a few lines of text."""
    options: ClassVar[tuple[Option, ...]] = ()

    def __init__(self, **parameters: Parameter) -> None:
        """Raises ConfigError for a parameter that the protocol does not have, or a value that does not fit."""
        self.parameters: dict[str, Parameter] = {option.name: option.default for option in self.options}
        for name, value in parameters.items():
            self.parameters[name] = self._fitted(name, value)

    @classmethod
    def definition(cls) -> str:
        """The docstring's first paragraph as one line."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())

    @abstractmethod
    def promise(self, n: int) -> Promise:
        """What this protocol will cost with n agents."""

    def at_work(self, n: int) -> int:
        """How many of n agents may be asked; each is told this number."""
        return n

    async def prepare(self, team: Team) -> None:
        """What happens once per session, before any task is seen."""

    @abstractmethod
    async def work(self, team: Team) -> None:
        """One task."""

    def _fitted(self, name: str, value: Parameter) -> Parameter:
        option = next((option for option in self.options if option.name == name), None)
        if option is None:
            known = ", ".join(option.name for option in self.options) or "none"
            raise ConfigError(f"{self.title} has no parameter '{name}' (it has: {known}).")
        kind = type(option.default)
        if isinstance(value, str) and kind is bool:
            value = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(value.lower(), value)
        try:
            fitted = value if isinstance(value, kind) else kind(value) if kind is not bool else None
        except (ValueError, OverflowError):
            fitted = None
        if fitted is None or not option.takes(fitted):
            raise ConfigError(f"'{value}' does not fit {self.title}'s parameter '{name}': give {option.allowed}.")
        return fitted
