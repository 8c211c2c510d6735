"""A session is re-runnable from its log: told the same, the engine does the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Request
from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.fold import fold
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.run import run
from selforg_tui.metrics.summary import summary
from selforg_tui.protocols import registry
from selforg_tui.sessions.reader import parse
from selforg_tui.sessions.recorded import RecordedAnswers
from tests.engine.scripted import Scripted, carried_out, usual


def eventful(request: Request) -> str:
    if request.call.seat == 2 and request.call.attempt == 1:
        raise ModelFailure("rate_limit", "Too many requests.", retryable=True, retry_after=2)
    if request.call.seat == 3 and request.call.attempt == 1:
        return "not JSON"
    return usual(request)


def told(events: list[ev.AnyEvent]) -> str:
    """What a session came to, but for the time, which waits for what it is told and so adds up in another order."""
    result = summary(fold(events))
    result["seconds"] = round(result["seconds"], 3)
    for task in result["tasks"]:
        task["seconds"] = round(task["seconds"], 3)
    return json.dumps(result)


@pytest.mark.parametrize("protocol", registry.names())
def test_the_same_answers_give_the_same_events(protocol: str) -> None:
    config = RunConfig("Sail", (Task("a"), Task("b")), protocol=protocol, agents=4)
    _, events = run_virtual(carried_out(config, Scripted(eventful)))
    recording = parse(b"".join(map(ev.encode, events)), Path("memory"))
    answers, again = RecordedAnswers(recording), list[ev.AnyEvent]()
    run_virtual(run(recording.header, again.append, answers, watched=False))
    assert answers.changed == []
    assert told(again) == told(events)
    assert [type(event) for event in again] == [type(event) for event in events]


def test_a_prompt_that_changed_is_named() -> None:
    config = RunConfig("Sail", agents=2, judge=None)
    _, events = run_virtual(carried_out(config, Scripted()))
    recording = parse(b"".join(map(ev.encode, events)), Path("memory"))
    header = replace(recording.header, prompts={**recording.header.prompts, "rules.txt": "Other rules."})
    answers = RecordedAnswers(recording)
    run_virtual(run(header, list[ev.AnyEvent]().append, answers, watched=False))
    assert answers.changed == ["1/contribute/1/1", "1/contribute/2/1"]
