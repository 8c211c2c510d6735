"""Shocks in a session that is kept: run again from its log, set off by hand, told in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.shocks import parse, with_those_by_hand
from selforg_tui.core.state import SessionState
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.run import run
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import LiveSession
from selforg_tui.sessions.reader import Recording, read
from selforg_tui.sessions.recorded import RecordedAnswers
from selforg_tui.settings.keys import Keys

TASKS = (Task("Plan the menu", "L2"), Task("Cut the costs", "L2"), Task("Train the staff", "L2"))
PLAN = ("2: remove-random", "2/1: swap-model sim:weak", "2/2: notice No nuts", "3: remove-hub")


def again(recording: Recording) -> tuple[list[ev.AnyEvent], RecordedAnswers]:
    """The session run once more, answered from its log, all shocks planned."""
    shocks = with_those_by_hand(recording.header.config, [event for event in recording.events if isinstance(event, ev.Shocked)])
    header = replace(recording.header, config=replace(recording.header.config, shocks=shocks))
    answers, events = RecordedAnswers(recording), list[ev.AnyEvent]()
    run_virtual(run(header, events.append, answers, watched=False))
    return events, answers


def without_times(events: tuple[ev.AnyEvent, ...] | list[ev.AnyEvent]) -> list[ev.AnyEvent]:
    """What is to be the same: all but times, and whose hand it was."""
    found = []
    for event in events[1:]:
        if isinstance(event, ev.Shocked):
            event = replace(event, planned=True)
        elif isinstance(event, ev.CallStarted):
            event = replace(event, waited=0.0)
        elif isinstance(event, ev.CallFinished):
            event = replace(event, structure="text", saved_usd=0.0)
        found.append(replace(event, t=0.0))
    return found


def live(folder: Path, protocol: str, *shocks: str, by_hand: int = 0) -> Recording:
    """A kept session; after so many contributions, or before the last task, three things happen by hand."""
    decisions = 0

    def on_event(event: ev.AnyEvent, state: SessionState) -> None:
        nonlocal decisions
        decisions += isinstance(event, ev.Decided)
        late = isinstance(event, ev.TaskStarted) and event.task == len(TASKS)
        if by_hand and (decisions == by_hand or (late and decisions < by_hand)):
            decisions += 1000
            session.shock("remove-hub")
            session.shock("swap-model", model=ModelSpec("sim", "weak"))
            session.shock("notice", text=" No gluten ")

    config = RunConfig("Run a school kitchen", TASKS, protocol=protocol, agents=6, shocks=tuple(map(parse, shocks)))
    session = LiveSession(config, keys=Keys({}), folder=folder, watched=False, on_event=on_event)
    run_virtual(session.run())
    assert session.path is not None
    return read(session.path)


@pytest.mark.parametrize("protocol", registry.names())
def test_a_session_with_planned_shocks_runs_again_from_its_log(tmp_path: Path, protocol: str) -> None:
    recording = live(tmp_path, protocol, *PLAN)
    events, answers = again(recording)
    assert answers.changed == []
    assert without_times(events) == without_times(recording.events)
    assert len([event for event in events if isinstance(event, ev.Shocked)]) >= 3


@pytest.mark.parametrize("decision", [3, 8, 9])
@pytest.mark.parametrize("protocol", registry.names())
def test_shocks_by_hand_run_again_at_the_same_places(tmp_path: Path, protocol: str, decision: int) -> None:
    recording = live(tmp_path, protocol, "2: remove-random", by_hand=decision)
    by_hand = [event for event in recording.events if isinstance(event, ev.Shocked) and not event.planned]
    assert [event.kind for event in by_hand] == ["remove-hub", "swap-model", "notice"]
    events, answers = again(recording)
    assert answers.changed == []
    assert without_times(events) == without_times(recording.events)


def test_what_a_hand_may_do_is_checked(tmp_path: Path) -> None:
    session = LiveSession(RunConfig("Bees"), keys=Keys({}), folder=None)
    names = [spec.name for spec in session.standby]
    assert {"sim:strong", "sim:efficient", "sim:weak"} <= set(names) and "sim:judge" not in names
    with pytest.raises(ConfigError, match="was not opened"):
        session.shock("swap-model", model=ModelSpec("openai", "x"))
    with pytest.raises(ConfigError, match="needs its text"):
        session.shock("notice", text="  ")
    config = RunConfig("Bees", models=(ModelSpec("openai", "x", "http://127.0.0.1:9/v1"),), judge=None)
    paid = LiveSession(config, keys=Keys({}), folder=None)
    assert [spec.provider for spec in paid.standby] == ["openai"]  # nobody agreed to others
