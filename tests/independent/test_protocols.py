"""All protocols through both SDKs against a server of someone else's making; its journal is the witness."""

from __future__ import annotations

import json

import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.metrics.summary import summary
from selforg_tui.protocols import registry
from tests.independent.aimock import Aimock
from tests.independent.answers import OUT, SCORES, UNNEEDED, part, team, tokens
from tests.independent.runs import WIRES, carried_out, config, spent, total

pytestmark = pytest.mark.independent
AGENTS = 6
UNASKED = {"clonal": 2}
"""Calls that fall away because one seat stays out: as a founder without an output it rates nobody, in either round."""
PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


@pytest.mark.parametrize("protocol", registry.OURS)
@pytest.mark.parametrize("wire", WIRES)
async def test_a_run_is_what_the_server_says_it_was(aimock: Aimock, wire: str, protocol: str) -> None:
    aimock.reset(team(AGENTS))
    state, events = await carried_out(config(wire, aimock.url, protocol, AGENTS))
    seen = aimock.journal()
    result = summary(state)
    (task,) = result["tasks"]

    assert state.status == "done", state.ended
    assert {(entry.path, entry.status) for entry in seen} == {(PATHS[wire], 200)}
    promise = registry.make(protocol, {}).promise(AGENTS)
    promised = promise.calls + sum(step.calls for step in promise.once) - task["abstained"]["directed"]
    promised -= UNASKED.get(protocol, 0)
    assert result["calls"] == {"team": promised, "judge": 1, "repair": 0, "retry": 0}
    assert len(seen) == promised + 1

    assert spent(state) == total([entry.tokens for entry in seen])
    assert (state.team.uncounted, state.judging.uncounted, state.again.calls) == (0, 0, 0), "all of it was reported, none of it twice"
    for call in state.calls.values():
        assert call.usage is not None
        expected = tokens(call.kind, 0 if call.id.seat == JUDGE_SEAT else call.id.seat)
        assert (call.usage.input, call.usage.output) == (expected.input, expected.output)

    replies = sorted(event.text for event in events if isinstance(event, ev.CallFinished))
    assert replies == sorted(str(entry.reply) for entry in seen), "what was streamed is what was said, to the letter"
    assert result["cost_usd"] is None, "nobody knows what this server asks"
    assert not any(result["simulated"].values())
    assert task["scores"] == SCORES


@pytest.mark.parametrize("wire", WIRES)
async def test_who_takes_part_and_what_comes_of_it(aimock: Aimock, wire: str) -> None:
    everybody = set(range(1, AGENTS + 1))
    present = {
        "sequential": everybody - {OUT},
        "coordinator": everybody - {OUT, UNNEEDED},
        "broadcast": everybody - {OUT},
        "shared": everybody - {OUT},
        "solo": {1},
    }
    for protocol, seats in present.items():
        aimock.reset(team(AGENTS))
        state, _ = await carried_out(config(wire, aimock.url, protocol, AGENTS))
        (task,) = state.tasks
        assert {seat.seat for seat in task.seats.values() if seat.status == "in"} == seats, protocol
        assert task.solution == "\n\n".join(part(seat) for seat in sorted(seats)), protocol
        built = {(edge.parent, edge.child) for edge in task.edges if edge.kind == "depends"}
        assert built == ({(1, seat) for seat in seats - {1}} if protocol == "sequential" else set()), protocol


@pytest.mark.parametrize("wire", WIRES)
async def test_a_reply_that_is_no_json_is_asked_for_once_more_and_both_are_paid(aimock: Aimock, wire: str) -> None:
    fixtures = list(team(2))
    (first,) = [each for each in fixtures if '"contribution"' in str(each["match"]) and "agent 01" in str(each["match"])]
    spoiled = {
        "match": {**first["match"], "sequenceIndex": 0},
        "response": {"content": "I would rather talk.", "usage": {"prompt_tokens": 77, "completion_tokens": 5, "total_tokens": 82}},
    }
    aimock.reset([spoiled, *fixtures])
    state, _ = await carried_out(config(wire, aimock.url, "shared", 2))
    seen = aimock.journal()
    assert (state.status, len(seen)) == ("done", 4)
    (again,) = [entry for entry in seen if "could not be used" in json.dumps(entry.body)]
    assert "I would rather talk." in json.dumps(again.body), "the model is shown what it said"
    assert spent(state) == total([entry.tokens for entry in seen])
    assert (state.again.input, state.again.output) == (again.tokens.input, again.tokens.output)
