"""Test a model before it is freed: the same tasks with chosen roles (Sequential) and with fixed ones, pair by pair.

Both arms have the same order of turns, tasks, seeds and judge. The fixed roles are drawn up once a mission, by one call that
sees no task, and are then handed over as they are, so that the arms differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from selforg_tui.core.config import MOST_AGENTS, Level, ModelSpec, RunConfig, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.events import Status
from selforg_tui.core.state import SessionState
from selforg_tui.lab.presets import chosen_missions, task_of
from selforg_tui.lab.together import Purse
from selforg_tui.metrics import effort, quality
from selforg_tui.metrics.money import together
from selforg_tui.missions import Example

REPEATS = 5
MISSIONS = 3
MOST_REPEATS = 1000
Arm = Literal["chosen", "fixed"]
ARMS: tuple[Arm, Arm] = ("chosen", "fixed")
PROTOCOL_OF: dict[Arm, str] = {"chosen": "sequential", "fixed": "fixed-roles"}
Ended = Literal["done", "limit", "interrupted", "failed"]


class Design(msgspec.Struct, frozen=True):
    """What is tried. `missions` is how many of the bank's are taken, from the first; each with its first task of `level`."""

    model: ModelSpec
    judge: ModelSpec
    repeats: int = REPEATS
    missions: int = MISSIONS
    agents: int = 8
    level: Level = "L3"
    seed: int = 1
    temperature: float = 0.7
    words: int = 200
    max_cost: float | None = None
    """US dollars for all of it, judging included."""

    @property
    def pairs(self) -> int:
        """How many pairs there will be."""
        return self.repeats * self.missions


class Step(msgspec.Struct, frozen=True):
    """What is to be run next: the drawing up of roles (a session that ends before its first task), or one arm of a pair."""

    kind: Literal["roles", "chosen", "fixed"]
    mission: int
    """Counting from 0."""
    repeat: int
    config: RunConfig


class Outcome(msgspec.Struct, frozen=True):
    """One run. `q` None: not judged, for whatever reason."""

    session: str
    arm: Arm
    mission: str
    seed: int
    status: Status
    q: float | None
    words: int
    """Length of the solution: judges like length."""
    seats: int
    failed: int
    """Seats whose step could not be used."""
    abstained: int
    calls: int
    """Of the team, repairs and retries included."""
    unread: int
    """Of these, replies that were not what the format asks for."""
    unscored: str = ""


def check(design: Design) -> Design:
    """The design, if it can be run. Raises ConfigError."""
    if not 1 <= design.repeats <= MOST_REPEATS:
        raise ConfigError(f"{design.repeats} repeats cannot be run: choose from 1 to {MOST_REPEATS}.")
    if not 2 <= design.agents <= MOST_AGENTS:
        raise ConfigError(
            f"Chosen and fixed roles cannot be compared with {design.agents} in the team: choose from 2 to {MOST_AGENTS} agents."
        )
    if design.model.seats is not None and design.model.seats != design.agents:
        raise ConfigError("One model is tried in all seats: leave the number after = out, and give the number of agents instead.")
    if design.max_cost is not None and not design.max_cost > 0:
        raise ConfigError("A limit on money must be above 0: leave it out for none.")
    for example in chosen_missions(design.missions):
        checked(_config(design, example, "chosen", 0))
    return design


def priced(design: Design) -> list[tuple[RunConfig, int]]:
    """Every run of it with its number, for an estimate: what is in the fixed arm's first run is the drawing up of roles, too.

    The roles are not known yet; short ones stand in for them.
    """
    runs: list[tuple[RunConfig, int]] = []
    for example in chosen_missions(design.missions):
        runs.append((checked(_config(design, example, "chosen", 0)), design.repeats))
        runs.append((checked(_config(design, example, "fixed", 0)), 1))
        runs.append((checked(_config(design, example, "fixed", 0, ["a role of four words"])), design.repeats - 1))
    return runs


class Trial:
    """The runs of a design one by one. Whoever drives it runs each step's config and hands back its state.

    Repeat by repeat over the missions, both arms of a pair after each other, in turn the one and the other first, so that what
    is stopped early is fair to both and to all missions.
    """

    def __init__(self, design: Design) -> None:
        self.design = check(design)
        self.missions = chosen_missions(design.missions)
        self.outcomes: list[Outcome] = []
        self.problems: list[str] = []
        """What a reader of the verdict should know, in sentences."""
        self.ended: Ended | None = None
        """Why there are no more steps; None while there are."""
        self.purse = Purse(design.max_cost)
        self.imaginary_usd = 0.0
        self.unpriced = 0
        """Calls whose price nobody knows."""
        self.simulated = design.model.simulated, design.judge.simulated
        self._roles: dict[int, list[str] | None] = {}
        self._plan = self._steps()

    def next(self) -> Step | None:
        """What to run now; None where it is over."""
        if self.ended is not None:
            return None
        step = next(self._plan, None)
        if step is None:
            self.ended = "done" if self.outcomes else "failed"
        elif self.purse.empty:
            self.ended = "limit"
            return None
        return None if step is None else msgspec.structs.replace(step, config=self.purse.handed(step.config))

    def take(self, step: Step, state: SessionState) -> None:
        """Count what came of a step, also where it was cut short."""
        spent = together(state.team, state.judging, state.writing)
        self.purse.paid(spent.cost_usd)
        self.imaginary_usd += spent.imaginary_usd
        self.unpriced += spent.unpriced
        self.simulated = self.simulated[0] or state.simulated.agents, self.simulated[1] or state.simulated.judge
        status = state.status or "interrupted"
        if step.kind == "roles":
            self._roles[step.mission] = self._drawn(step, state)
        elif status not in ("interrupted", "limit") and state.tasks:  # what was cut short says nothing of its arm
            self.outcomes.append(_outcome(step.kind, self.missions[step.mission].name, state))
        if status in ("limit", "interrupted"):
            self.ended = status
        elif len(self.outcomes) >= 2 and all(each.status == "failed" for each in self.outcomes):
            self.ended = "failed"
            self.problems.append(f"Nothing came of the first {len(self.outcomes)} runs: {state.ended} The trial was given up.")

    def stop(self) -> None:
        """Nothing more is run; what was done counts."""
        self.ended = self.ended or "interrupted"

    def pairs(self) -> list[tuple[Outcome, Outcome]]:
        """Both arms of what was run in both, chosen first."""
        found: dict[tuple[str, int], dict[Arm, Outcome]] = {}
        for each in self.outcomes:
            found.setdefault((each.mission, each.seed), {})[each.arm] = each
        return [(pair["chosen"], pair["fixed"]) for pair in found.values() if len(pair) == len(ARMS)]

    def _steps(self) -> Iterator[Step]:
        design = self.design
        for repeat in range(design.repeats):
            for place, example in enumerate(self.missions):
                if place not in self._roles:
                    yield Step("roles", place, repeat, checked(_config(design, example, "fixed", repeat)))
                roles = self._roles.get(place)
                if roles is None:
                    continue
                for arm in ARMS if (repeat + place) % 2 == 0 else reversed(ARMS):
                    yield Step(arm, place, repeat, checked(_config(design, example, arm, repeat, roles)))

    def _drawn(self, step: Step, state: SessionState) -> list[str] | None:
        """The roles by seat; None, with a problem noted, where there are none."""
        title, seats = self.missions[step.mission].title, state.before.seats if state.before else {}
        given = [seat.assignment.role for _, seat in sorted(seats.items()) if seat.assignment]
        roles = [role for text in given if (role := " ".join(text.replace(";", ",").split()))]
        if not roles:
            reason = next((seat.reason for seat in seats.values() if seat.reason), state.ended or "the reply named none.")
            if state.status not in ("limit", "interrupted", None):
                self.problems.append(f"No roles could be drawn up for '{title}', so it was left out: {reason}")
            return None
        if len(roles) < self.design.agents:
            self.problems.append(
                f"Only {len(roles)} roles were drawn up for the {self.design.agents} agents of '{title}': "
                "further seats begin again with the first."
            )
        return roles


def _config(design: Design, example: Example, arm: Arm, repeat: int, roles: list[str] | None = None) -> RunConfig:
    return RunConfig(
        mission=example.mission,
        values=example.values,
        tasks=(task_of(example, design.level),),
        protocol=PROTOCOL_OF[arm],
        parameters={"roles": "; ".join(roles)} if roles and arm == "fixed" else {},
        agents=design.agents,
        models=(msgspec.structs.replace(design.model, seats=None),),
        judge=design.judge,
        seed=design.seed + repeat,
        temperature=design.temperature,
        words=design.words,
    )


def _outcome(arm: Arm, mission: str, state: SessionState) -> Outcome:
    task, config = state.tasks[0], state.started.config
    team = effort.by_team(state.calls[name] for name in task.calls)
    statuses = [seat.status for seat in task.seats.values()]
    return Outcome(
        session=state.started.id,
        arm=arm,
        mission=mission,
        seed=config.seed,
        status=state.status or "interrupted",
        q=quality.q(task.scores),
        words=len(task.solution.split()),
        seats=len(statuses),
        failed=statuses.count("failed"),
        abstained=statuses.count("out"),
        calls=len(team),
        unread=sum(effort.outcome(call) in (effort.UNREAD, effort.AT_LENGTH) for call in team),
        unscored=task.unscored,
    )
