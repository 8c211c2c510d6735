from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core import events as ev
from selforg_tui.core.fold import fold
from selforg_tui.core.state import TaskState
from selforg_tui.metrics.length import solution_characters, solution_words, words
from selforg_tui.metrics.participation import (
    Turnout,
    directed_rate,
    failure_rate,
    participation_rate,
    turnout,
    voluntary_rate,
)
from tests.sessions.builders import decided, header, numbered, started


def task(*ends: str) -> TaskState:
    """Seats that end so: in, out, left out, failed, removed, deciding, or not at all."""
    events: list[ev.AnyEvent] = [ev.SessionStarted(header=header(len(ends))), ev.TaskStarted(task=1, level="L1", text="t")]
    for seat, end in enumerate(ends, 1):
        match end:
            case "in":
                events.append(decided(seat))
            case "out":
                events.append(ev.Abstained(task=1, seat=seat, kind="voluntary"))
            case "left out":
                events.append(ev.Abstained(task=1, seat=seat, kind="directed"))
            case "failed":
                events.append(ev.SeatFailed(task=1, seat=seat, step="contribute", reason=""))
            case "removed":
                events.append(ev.Shocked(task=1, kind="remove-random", seats=(seat,)))
            case "deciding":
                events.append(started(f"1/contribute/{seat}/1"))
    return fold(numbered(events)).tasks[0]


def test_rates_worked_by_hand() -> None:
    # Ten seats; of eight that are settled three are in, two out, two left out, one failed. The removed and the deciding do not count.
    found = task("in", "in", "in", "out", "out", "left out", "left out", "failed", "removed", "deciding")
    assert turnout(found) == Turnout(3, 2, 2, 1)
    rates = participation_rate(found), voluntary_rate(found), directed_rate(found), failure_rate(found)
    assert rates == (3 / 8, 2 / 8, 2 / 8, 1 / 8)
    assert participation_rate(found, task("in", "in")) == 5 / 10, "over all seats of both, not the mean of two shares"


def test_nobody_has_settled_yet() -> None:
    found = task("", "deciding", "removed")
    assert (participation_rate(found), voluntary_rate(found), directed_rate(found), failure_rate(found)) == (None,) * 4
    assert participation_rate() is None


@given(st.lists(st.sampled_from(["in", "out", "left out", "failed", "removed", "deciding", ""]), min_size=1, max_size=12))
def test_rates_are_shares_of_one_whole(ends: list[str]) -> None:
    found = task(*ends)
    rates = [participation_rate(found), voluntary_rate(found), directed_rate(found), failure_rate(found)]
    known = [rate for rate in rates if rate is not None]
    assert known == [] or (len(known) == 4 and abs(sum(known) - 1) < 1e-9 and all(0 <= rate <= 1 for rate in known))


def test_length_of_solutions() -> None:
    assert words("two  words\n\nand three more") == 5 and words("") == 0
    start = (ev.SessionStarted(header=header(1)), ev.TaskStarted(task=1, level="L1", text="t"))
    under_way = fold(numbered(start)).tasks[0]
    done = fold(numbered([*start, ev.TaskEnded(task=1, solution="one two\nthree")])).tasks[0]
    assert (solution_words(done), solution_characters(done), solution_words(done, done)) == (3, 13, 6)
    assert solution_words(under_way) is None and solution_characters(done, under_way) is None and solution_words() is None
