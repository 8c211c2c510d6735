"""Runs against the independent server, through both SDKs."""

from __future__ import annotations

from typing import Protocol

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.state import SessionState, Tally
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys
from tests.independent.aimock import Tokens

MISSION = "Move a regional hospital group to zero trust without stopping care"
WIRES = ("openai", "anthropic")
MODELS = {"openai": "gpt-4o", "anthropic": "claude-sonnet-4-6"}


def spec(wire: str, url: str) -> ModelSpec:
    """A model at the server."""
    return ModelSpec(wire, MODELS[wire], f"{url}/v1" if wire == "openai" else url)


def config(wire: str, url: str, protocol: str, agents: int, *, judged: bool = True) -> RunConfig:
    """A run whose team, and judge if any, are at the server."""
    model = spec(wire, url)
    return RunConfig(MISSION, protocol=protocol, agents=agents, models=(model,), judge=model if judged else None)


async def carried_out(wanted: RunConfig, *, watched: bool = True) -> tuple[SessionState, list[ev.AnyEvent]]:
    """The run's state and events."""
    events: list[ev.AnyEvent] = []
    session = LiveSession(wanted, keys=Keys({}), folder=None, watched=watched, on_event=lambda event, _: events.append(event))
    await session.run()
    return session.state, events


def ledger(*tallies: Tally) -> Tokens:
    """What our meter says."""
    return Tokens(sum(tally.input for tally in tallies), sum(tally.output for tally in tallies))


def total(tokens: list[Tokens]) -> Tokens:
    """What the server says."""
    return sum(tokens, Tokens())


def spent(state: SessionState) -> Tokens:
    """All that a session's meter counted."""
    return ledger(state.team, state.judging)


class Deadlines(Protocol):
    """Sets how long a run's models are waited for, in seconds."""

    def __call__(self, *, first_token: float = 120.0, total: float = 600.0) -> None: ...
