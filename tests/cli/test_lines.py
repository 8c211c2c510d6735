"""What the plain lines and the report tell of real models' bad days and of money."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from selforg_tui.cli.lines import lines, title
from selforg_tui.cli.report import report
from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from tests.sessions.builders import finished, header, numbered, started
from tests.tui.run.real_session import real

BEGUN: tuple[ev.AnyEvent, ...] = (ev.SessionStarted(header=header()), ev.TaskStarted(task=1, level="L2", text="t"))


def told(*events: ev.AnyEvent) -> str:
    """The lines of the last of these events, without their time."""
    listed = numbered([*BEGUN, *events])
    return "\n".join(line[7:] for line in lines(listed[-1], fold(listed)))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            ev.LimitNear(what="money", text="$0.9 of $1.00 are spent."),
            "Limit on money near: $0.9 of $1.00 are spent. Agents that are still to be asked are told to wrap up.",
        ),
        (
            ev.SlowedDown(place="OpenAI", seconds=4, at_once=6),
            "OpenAI takes no more for now: a pause of 4 s, then at most 6 calls at once",
        ),
        (ev.SlowedDown(place="G", seconds=1, at_once=1), "G takes no more for now: a pause of 1 s, then at most 1 call at once"),
        (
            ev.CallStarted(
                call="1/warm-contribute/1/1", kind="contribute", purpose="warm-up", model="x:y", blocks=(), digest="d", waited=2.0
            ),
            "A short call to x:y goes ahead, so that those after it find their beginning in the cache, after 2.0 s of waiting for its turn",
        ),
    ],
)
def test_what_bounds_a_run_is_told_in_plain_words(event: ev.AnyEvent, said: str) -> None:
    assert told(event) == said


def test_signals_ratings_and_clones_are_told() -> None:
    first = started("1/contribute/1/1")
    signal = ev.Signalled(task=1, seat=1, call="1/contribute/1/1", role="pilot", intensity=0.25)
    assert told(first, signal) == "01 tends to be pilot, 25%"
    assert told(first, ev.Rated(task=1, seat=1, call="1/contribute/1/1", ratings={"2": 7, "3": 4})) == "01 rates, of 10: 02: 7, 03: 4"
    assert told(ev.Edge(task=1, parent=1, child=2, kind="clone")) == "02 varies what 01 did"


def test_refusals_and_replies_that_were_cut_off_are_told_as_such() -> None:
    first = started("1/contribute/1/1")
    refused = told(first, ev.CallFailed(call="1/contribute/1/1", kind="refused", text="It may not."))
    assert refused == "01: the model refused to answer, which is no abstention: It may not."
    cut = finished("1/contribute/1/1")
    assert told(first, cut) == ""
    assert told(first, replace(cut, finish="length")) == "01: the reply was cut off at its greatest length"


def test_the_report_keeps_kinds_of_money_apart() -> None:
    state = fold(real())
    text = "\n".join(report(state, None))
    assert "interleaved" in title(state)
    assert re.search(r"Took .*, ≥ \$0\.0471, 1 call of unknown price and \$0\.0007 \(imaginary\)\n", text)
    assert re.search(r"^Calls that did not end well: 1 cut off at the greatest length, 1 refused by the model$", text, re.MULTILINE)
    assert "(1 of 8 calls not as the provider reported)" in text
    assert re.search(r"Team ≥ .* \(of which failures: \$0\.0066\), judging \$0\.0006 \(imaginary\)", text)
    assert "caching saved $0.0180; agents worked 11 s and waited 1 s" in text
    rows = {line.split()[0]: line for line in text[text.index("By model") :].splitlines()[2:6]}
    assert rows["anthropic:claude-sonnet-4-6"].endswith("$0.0324")
    assert rows["sim:weak"].endswith("(imaginary)")
    assert "1 call of unknown price" in rows["openai:gpt-5.4-mini"] or "1 call of unknown price" in rows["anthropic:claude-sonnet-4-6"]
